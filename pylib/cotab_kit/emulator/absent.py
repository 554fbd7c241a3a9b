"""Names that an org of this kind has and the emulator has not: to be refused as that, not as mistakes of the caller."""

from __future__ import annotations

from cotab_kit.emulator.errors import RefusedError, no_such_segment, not_here
from cotab_kit.emulator.keys import Segment
from cotab_kit.emulator.tables import ENTITIES, SETS

# Tables of every org, by entity set. Omnichannel's begin with msdyn_.
_LISTED = """
activityparties activitypointers aimodels aiplugins appactions appconfigs appelements applications applicationusers
appmodulecomponents appmodules appnotifications appointments appsettings attributeimageconfigs attributemaps audits
bulkdeleteoperations calendars canvasapps columnmappings competitors connectionreferences connectionroles connections
connectors contracts customapirequestparameters customapis customcontrols dependencies duplicaterecords duplicaterules
emails entities entityanalyticsconfigs entityimageconfigs environmentvariables exchangesyncidmappings
featurecontrolsettings feedback fieldpermissions fieldsecurityprofiles flowsessions goals importfiles importmaps
imports invalidentitymaps knowledgearticles leads letters lists mailboxes mailmergetemplates managedidentities metrics
mobileofflineprofiles opportunities orders organizationsettings packages phonecalls pluginassemblies plugintracelogs
plugintypes positions pricelevels principalobjectaccessset privileges processsessions products publisheraddresses
queueitems queues quotes recyclebinconfigs reportcategories reports ribboncustomizations roles savedqueries
savedqueryvisualizations sdkmessageprocessingsteps sdkmessagerequests sdkmessageresponses searchautocomplete
searchquery searchstatistics searchstatus searchsuggest serviceendpoints services settingdefinitions
sharepointdocumentlocations sharepointsites sitemaps sites slas socialactivities stagesolutionuploads subjects
systemforms systemuserprofileses tasks teammemberships teamprofiles teams teamtemplates templates territories themes
timezonedefinitions tracelogs transactioncurrencies uiidefinitions userqueries usersettingscollection workflowlogs
workflows
"""
_SETS = frozenset(_LISTED.split())


def is_of_an_org(table: str) -> bool:
    """Return whether a table, by its logical name, is one of those that every org has and the emulator has not."""
    return not _SETS.isdisjoint((table, f"{table}s", f"{table}es", f"{table.removesuffix('y')}ies"))


def nothing_at(segment: Segment) -> RefusedError:
    """Return the error for an address that names no table here: in the emulator's own name, if an org may have it."""
    name = segment.name
    known_otherwise = name.lower() in SETS or name.lower() in ENTITIES
    elsewhere = name.startswith(("$", "msdyn_", "Microsoft.")) or name in _SETS or name[:1].isupper()
    return no_such_segment(name) if known_otherwise or not elsewhere else not_here(name)
