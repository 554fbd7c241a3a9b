// An ES module beside the SDK. tests/contract/sdk.py has the same in Python: change both.

export const version = "2";
export default async (/** @type {unknown} */ value) => ({ again: value });
