// @ts-check
// The customer script: what a vendor's site loads.
import { pack } from "../shared/frames.js";
import { record } from "@rrweb/record";
Object.assign(globalThis, { tandem: { pack, record } });
