"""Names that an org of this kind has and the emulator has not: to be refused as that, not as mistakes of the caller."""

from __future__ import annotations

from cotab_kit.emulator.errors import RefusedError, no_such_segment, not_here
from cotab_kit.emulator.keys import Segment
from cotab_kit.emulator.tables import ENTITIES, SETS

# Tables of every org, by entity set. Omnichannel's begin with msdyn_.
_LISTED = """
activityparties activitypointers aiplugins appmodules appointments attributemaps audits bulkdeleteoperations
calendars canvasapps columnmappings competitors connectionreferences connectionroles connections connectors
contracts customapis customapirequestparameters customcontrols dependencies duplicaterules emails entities
fieldsecurityprofiles importfiles invalidentitymaps knowledgearticles leads letters lists mailboxes
mailmergetemplates managedidentities opportunities orders phonecalls pluginassemblies plugintypes
plugintracelogs positions pricelevels privileges processsessions products queueitems queues quotes
recyclebinconfigs reports ribboncustomizations roles savedqueries savedqueryvisualizations
sdkmessageprocessingsteps sdkmessagerequests sdkmessageresponses serviceendpoints services sites sitemaps slas
socialactivities stagesolutionuploads subjects systemforms systemuserprofileses tasks teams teammemberships templates
territories themes timezonedefinitions transactioncurrencies userqueries usersettingscollection workflows
"""
_SETS = frozenset(_LISTED.split())


def nothing_at(segment: Segment) -> RefusedError:
    """Return the error for an address that names no table here: in the emulator's own name, if an org may have it."""
    name = segment.name
    known_otherwise = name.lower() in SETS or name.lower() in ENTITIES
    elsewhere = name.startswith(("$", "msdyn_", "Microsoft.")) or name in _SETS or name[:1].isupper()
    return no_such_segment(name) if known_otherwise or not elsewhere else not_here(name)
