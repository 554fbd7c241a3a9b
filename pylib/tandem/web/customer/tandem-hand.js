// @ts-check
// What acting needs, a script of its own: the customer script loads it once the customer has allowed it. It leaves nothing in
// the page but what it hangs on its own tag.

import { Control } from "./control.js";

Object.assign(document.currentScript ?? {}, { Control });
