"""Look at an org: how it behaves where Microsoft documents nothing, without changing anything in it.

Runs in the browser (the configuration page) and on the host (`cotab inspect`), as the set-up does.
"""

from cotab_setup.inspection.findings import Findings, Why
from cotab_setup.inspection.inspect import inspect
from cotab_setup.inspection.resources import Resources
from cotab_setup.inspection.trial import STEPS, is_over, read, steps_done, waits_for_pane, with_trial

__all__ = [
    "STEPS",
    "Findings",
    "Resources",
    "Why",
    "inspect",
    "is_over",
    "read",
    "steps_done",
    "waits_for_pane",
    "with_trial",
]
