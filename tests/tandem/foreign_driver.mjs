// Answers for each line of JSON whether a frame whose numbers begin after `first` may say it.
import { createInterface } from "node:readline";

const { isOf } = await import(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const { first, value } = JSON.parse(line);
  console.log(JSON.stringify(isOf(first, value)));
}
