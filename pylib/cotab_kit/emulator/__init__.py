"""A Dataverse organization on this machine: the part of its Web API that installing and using a provider need.

org.py opens one and sets it up, app.py serves it, faults.py lets calls to it fail. The test double for the kit's
client, and the store of the desktop.
"""

from cotab_kit.emulator.faults import FOREVER, Fault, Faults
from cotab_kit.emulator.org import LocalOrg

__all__ = ["FOREVER", "Fault", "Faults", "LocalOrg"]
