// @ts-check
// Popovers are younger than the floor of versions (cotab_kit/tools/floor): browsers without them do not know the selector, and
// would throw.

/** What matches a popover that is open. */
export const POPOVER_OPEN = CSS.supports("selector(:popover-open)") ? ":popover-open" : ":not(*)";
