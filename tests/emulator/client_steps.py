"""What three public clients send, step by step: Microsoft's SDK for Python, dynamics-web-api, powerplatform-mcp.

The requests are theirs (versions 1.1.0, 2.5.0 and 2.5.0), the words ours, so no client is needed. A step says what is
sent, and what has to come back for the client to go on for the right reason. `{name}` stands for the id of a row that
an earlier step has made under this name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.client import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping

NOBODY = "00000000-0000-0000-0000-0000000000ff"
SYSTEM = "00000000-0000-0000-0000-000000000001"
CRM = "Microsoft.Dynamics.CRM."
FORMATTED = "OData.Community.Display.V1.FormattedValue"
EVERYTHING = {"Prefer": 'odata.include-annotations="*"'}
FETCH = "<fetch {}><entity name='msdyn_provider'><attribute name='msdyn_name'/></entity></fetch>"


@dataclass(frozen=True)
class Step:
    """A request. `rows` is how many come back, `shows` what is in the answer, or in its first row."""

    method: str
    path: str
    body: object = None
    status: int = 0
    keep: str = ""
    rows: int = -1
    shows: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def get(path: str, rows: int = -1, *, headers: Mapping[str, str] | None = None, **shows: object) -> Step:
    return Step("GET", path, None, 200, "", rows, shows, headers or {})


def post(path: str, body: object, keep: str = "", **headers: str) -> Step:
    return Step("POST", path, body, 204, keep, headers={name.replace("_", "."): text for name, text in headers.items()})


def described(table: str) -> tuple[Step, Step]:
    """What the SDK reads of a table before it writes to it: its set, and its choices by their labels."""
    choices = f"EntityDefinitions(LogicalName='{table}')/Attributes/{CRM}PicklistAttributeMetadata"
    query = {"$select": "LogicalName,EntitySetName,PrimaryIdAttribute", "$filter": f"LogicalName eq '{table}'"}
    return (
        Step("GET", "EntityDefinitions", None, 200, rows=1, shows={"PrimaryIdAttribute": f"{table}id"}, query=query),
        get(f"{choices}?$select=LogicalName&$expand=OptionSet($select=Options)"),
    )


def fetched(rows: int, head: str, headers: Mapping[str, str] = EVERYTHING) -> Step:
    query = {"fetchXml": FETCH.format(head)}
    return Step("GET", "msdyn_providers", None, 200, rows=rows, headers=headers, query=query)


def label(text: str) -> dict[str, object]:
    return {"LocalizedLabels": [{"@odata.type": f"{CRM}LocalizedLabel", "Label": text, "LanguageCode": 1033}]}


def text_column(name: str, *, main: bool) -> dict[str, object]:
    head = {"@odata.type": f"{CRM}ComplexStringAttributeMetadata", "SchemaName": name, "DisplayName": label(name)}
    return head | {
        "RequiredLevel": {"Value": "None"},
        "MaxLength": 200,
        "FormatName": {"Value": "Text"},
        "IsPrimaryName": main,
    }


TABLE = {
    "@odata.type": f"{CRM}ComplexEntityMetadata",
    "SchemaName": "ctb_Probe",
    "DisplayName": label("ctb_Probe"),
    "DisplayCollectionName": label("ctb_Probes"),
    "Description": label("A probe"),
    "OwnershipType": "UserOwned",
    "HasActivities": False,
    "HasNotes": True,
    "IsActivity": False,
    "Attributes": [text_column("ctb_Name", main=True), text_column("ctb_Text", main=False)],
}
LOCALES = [
    {
        "@odata.type": f"{CRM}msdyn_conversationactionlocale",
        "msdyn_name": f"L{number}",
        "msdyn_label": "Co-browse",
        "msdyn_tooltip": "t",
        "msdyn_locale_picklist": language,
    }
    for number, language in enumerate((1033, 1031, 1036))
]
BOUND = {
    "msdyn_Provider@odata.bind": "/msdyn_providers({provider})",
    "msdyn_ConversationAction@odata.bind": "/msdyn_conversationactions({action})",
}
CAPABILITY = {"msdyn_name": "cap", "msdyn_escalationchannelmode": 192350002}
SELECTED = "MetadataId,LogicalName,SchemaName,EntitySetName,PrimaryNameAttribute,PrimaryIdAttribute"
ANY_VERSION = {"If-Match": "*"}

SDK = (
    *described("msdyn_provider"),
    post("msdyn_providers", {"msdyn_name": "Probe"}, "provider"),
    *described("msdyn_conversationaction"),
    post("msdyn_conversationactions", {"msdyn_name": "CA", "msdyn_eventname": 100000000, "msdyn_order": 1}, "action"),
    post("msdyn_channelcapabilities", CAPABILITY | BOUND, "capability"),
    Step("POST", f"msdyn_conversationactionlocales/{CRM}CreateMultiple", {"Targets": LOCALES}, 200),
    get("msdyn_providers({provider})?$select=msdyn_name", headers=EVERYTHING, msdyn_name="Probe"),
    Step("GET", f"msdyn_providers({NOBODY})", None, 404),
    Step("PATCH", "msdyn_providers({provider})", {"msdyn_name": "Renamed"}, 204, headers=ANY_VERSION),
    get(
        "msdyn_providers?$select=msdyn_name&$filter=startswith(msdyn_name,'Renamed')&$orderby=msdyn_name desc&$top=5", 1
    ),
    get("msdyn_conversationactionlocales?$select=msdyn_name", 2, headers={"Prefer": "odata.maxpagesize=2"}),
    Step(
        "PATCH",
        "msdyn_applicationtabtemplates(msdyn_uniquename='ctb_tab')",
        {"msdyn_pagetype": 509180002, "msdyn_name": "t"},
        204,
    ),
    post("msdyn_providers", {"msdyn_name": "row 0"}, "row0"),
    post("msdyn_providers", {"msdyn_name": "row 1"}, "row1"),
    fetched(2, "top='2'"),
    get("msdyn_providers?sql=SELECT TOP 2 msdyn_name FROM msdyn_provider", 2),
    get(
        f"EntityDefinitions?$select={SELECTED}&$filter=LogicalName eq 'msdyn_provider'",
        1,
        EntitySetName="msdyn_providers",
    ),
    get("EntityDefinitions(LogicalName='msdyn_provider')/Attributes"),
    get("EntityDefinitions(LogicalName='msdyn_provider')/OneToManyRelationships"),
    get("EntityDefinitions(LogicalName='msdyn_provider')/ManyToOneRelationships"),
    get("EntityDefinitions(LogicalName='msdyn_provider')/ManyToManyRelationships"),
    Step("DELETE", "msdyn_providers({provider})", None, 204, headers=ANY_VERSION),
    Step("DELETE", "msdyn_providers({provider})", None, 404, headers=ANY_VERSION, shows={"code": "0x80040217"}),
    Step(
        "POST",
        f"msdyn_providers/{CRM}UpdateMultiple",
        {"Targets": [{"@odata.type": f"{CRM}msdyn_provider", "msdyn_providerid": "{row0}", "msdyn_name": "all"}]},
        204,
    ),
    get("msdyn_providers?$select=msdyn_name&$filter=msdyn_name eq 'all'&$count=true", 1, msdyn_name="all"),
    get(f"EntityDefinitions?$select={SELECTED}&$filter=LogicalName eq 'ctb_probe'", 0),
    Step("POST", "CreateEntities", {"Entities": [TABLE]}, 204),
    get(
        f"EntityDefinitions?$select={SELECTED}&$filter=LogicalName eq 'ctb_probe'",
        1,
        headers={"Consistency": "Strong"},
        EntitySetName="ctb_probes",
        PrimaryNameAttribute="ctb_name",
    ),
    post("ctb_probes", {"ctb_name": "a", "ctb_text": "b"}, "probe"),
    get("ctb_probes({probe})?$select=ctb_text", ctb_text="b"),
    Step("DELETE", "EntityDefinitions(LogicalName='ctb_probe')", None, 204, headers=ANY_VERSION),
)

READABLE = {"Prefer": f'odata.include-annotations="{FORMATTED}"'}
PAGES = {"Prefer": f'odata.include-annotations="{FORMATTED}",odata.maxpagesize=2'}
BEHIND = "msdyn_msdyn_provider_msdyn_channelcapability_Provider"
DYNAMICS_WEB_API = (
    get("WhoAmI()", headers=READABLE),
    post("msdyn_providers", {"msdyn_name": "DWA"}, "provider"),
    Step(
        "POST",
        "msdyn_conversationactions",
        {"msdyn_name": "CA", "msdyn_eventname": 100000000, "msdyn_order": 3},
        201,
        "action",
        shows={f"msdyn_eventname@{FORMATTED}": "Open App Tab Template"},
        headers={"Prefer": f'return=representation,odata.include-annotations="{FORMATTED}"'},
    ),
    post("msdyn_channelcapabilities", CAPABILITY | BOUND, "capability"),
    get(
        "msdyn_channelcapabilities({capability})?$select=msdyn_name,_msdyn_provider_value"
        "&$expand=msdyn_Provider($select=msdyn_name)",
        headers=READABLE,
        _msdyn_provider_value="{provider}",
    ),
    Step("PATCH", "msdyn_providers({provider})", {"msdyn_name": "DWA2"}, 204, headers=ANY_VERSION),
    Step("PATCH", "msdyn_providers({provider})", {"msdyn_name": "DWA3"}, 412, headers={"If-Match": 'W/"1"'}),
    Step("PUT", "msdyn_providers({provider})/msdyn_name", {"value": "DWA4"}, 204),
    Step(
        "PATCH",
        "msdyn_applicationtabtemplates(msdyn_uniquename='ctb_d')",
        {"msdyn_name": "t", "msdyn_pagetype": 509180002},
        204,
    ),
    Step("PATCH", "msdyn_providers({provider})", {"msdyn_name": "x"}, 412, headers={"If-None-Match": "*"}),
    get(
        "msdyn_providers?$select=msdyn_name&$filter=contains(msdyn_name,'DWA') and statecode eq 0&$count=true&$top=5"
        "&$orderby=msdyn_name desc",
        1,
        msdyn_name="DWA4",
    ),
    *(post("msdyn_providers", {"msdyn_name": f"DWA x{number}"}) for number in range(4)),
    get("msdyn_providers?$select=msdyn_name", 2, headers=PAGES),
    Step("GET", "msdyn_providers/$count", None, 200),
    get("msdyn_conversationactions?$apply=groupby((statecode),aggregate($count as total))", 1, total=1),
    post("msdyn_sessiontemplates", {"msdyn_name": "s", "msdyn_uniquename": "ctb_s"}, "session"),
    post(
        "msdyn_applicationtabtemplates",
        {"msdyn_name": "s", "msdyn_uniquename": "ctb_s", "msdyn_pagetype": 509180002},
        "tab",
    ),
    Step(
        "POST",
        "msdyn_sessiontemplates({session})/msdyn_sessiontemplate_applicationtab/$ref",
        {"@odata.id": f"{BASE}msdyn_applicationtabtemplates({{tab}})"},
        204,
    ),
    get("msdyn_sessiontemplates({session})/msdyn_sessiontemplate_applicationtab", 1, msdyn_uniquename="ctb_s"),
    Step("DELETE", "msdyn_sessiontemplates({session})/msdyn_sessiontemplate_applicationtab({tab})/$ref", None, 204),
    get("msdyn_sessiontemplates({session})/msdyn_sessiontemplate_applicationtab", 0),
    Step(
        "PUT",
        "msdyn_channelcapabilities({capability})/msdyn_Provider/$ref",
        {"@odata.id": f"{BASE}msdyn_providers({{provider}})"},
        204,
    ),
    Step("DELETE", "msdyn_channelcapabilities({capability})/msdyn_Provider/$ref", None, 204),
    get("msdyn_channelcapabilities({capability})", _msdyn_provider_value=None),
    fetched(2, "page='1' count='2'"),
    fetched(1, "page='3' count='2'", READABLE),
    Step(
        "GET",
        "msdyn_conversationactions({action})?$select=msdyn_eventname,_ownerid_value",
        None,
        200,
        shows={f"_ownerid_value@{FORMATTED}": "administrator"},
        headers=READABLE,
    ),
    get(
        f"EntityDefinitions(LogicalName='msdyn_channelcapability')/Attributes/{CRM}PicklistAttributeMetadata"
        "?$expand=OptionSet($select=Options)",
        AttributeType="Picklist",
    ),
    get(
        f"RelationshipDefinitions/{CRM}OneToManyRelationshipMetadata?$filter=ReferencedEntity eq 'msdyn_provider'",
        ReferencedEntity="msdyn_provider",
    ),
    Step("GET", "$metadata", None, 200, headers={"Accept": "application/xml"}),
    get("RetrieveDependenciesForUninstall(SolutionUniqueName=@p1)?@p1='Default'", 0),
    get("msdyn_applicationtabtemplates(msdyn_uniquename='ctb_s')?$select=msdyn_name", msdyn_name="s"),
    post("msdyn_providers", {"msdyn_name": "deep", BEHIND: [CAPABILITY]}, "deep"),
    get(f"msdyn_providers({{deep}})/{BEHIND}", 1, msdyn_name="cap"),
    get("WhoAmI()", headers={"MSCRMCallerID": SYSTEM}, UserId=SYSTEM),
    Step("POST", "PublishXml", {"ParameterXml": "<importexportxml><webresources/></importexportxml>"}, 204),
    get(
        "EntityDefinitions(LogicalName='msdyn_provider')?$select=LogicalName,EntitySetName",
        EntitySetName="msdyn_providers",
    ),
    get("EntityDefinitions?$select=LogicalName&$filter=LogicalName eq 'msdyn_provider'", 1),
    Step("DELETE", "msdyn_providers({provider})", None, 204),
)

IN_TOOLS = {"MSCRM.SolutionUniqueName": "tools"}
PAGE = {"name": "new_/cobrowse/a.html", "displayname": "pp", "webresourcetype": 1, "content": "PHA+MTwvcD4="}
NEEDING = "RetrieveDependenciesForDelete(ObjectId=@p1,ComponentType=@p2)?@p1={page}&@p2=61"
SETTINGS = (
    "AutoNumberingSettings CalendarSettings CustomizationSettings EmailTrackingSettings GeneralSettings "
    "MarketingSettings OutlookSynchronizationSettings RelationshipRoles IsvConfig Sales ExternalApplications"
)
EXPORT = {"SolutionName": "tools", "Managed": False} | {f"Export{name}": True for name in SETTINGS.split()}
MCP = (
    get("publishers?$filter=isreadonly eq false"),
    get("solutions?$filter=isvisible eq true&$orderby=createdon desc", 1, uniquename="tools"),
    get("solutions?$filter=uniquename eq 'tools'&$top=1", 1),
    get("solutioncomponents?$filter=_solutionid_value eq {tools}&$orderby=componenttype", 0),
    get("webresourceset?$filter=name eq 'new_/cobrowse/a.html'&$top=1", 0),
    Step("POST", "webresourceset", PAGE, 204, "page", headers=IN_TOOLS),
    Step("PATCH", "webresourceset({page})", {"content": "PHA+MjwvcD4="}, 204, headers=IN_TOOLS),
    get(
        "webresourceset?$select=webresourceid,name,displayname,webresourcetype,description,ismanaged,modifiedon"
        "&$orderby=name&$top=100&$filter=webresourcetype eq 1 and contains(name,'cobrowse')",
        1,
        name="new_/cobrowse/a.html",
    ),
    Step(
        "POST", "webresourceset", PAGE | {"name": "zzzzz_/x.html"}, 400, headers=IN_TOOLS, shows={"code": "0x8004f118"}
    ),
    Step(
        "POST",
        "PublishXml",
        {"ParameterXml": "<importexportxml><entities><entity>msdyn_provider</entity></entities></importexportxml>"},
        204,
    ),
    Step("POST", "PublishAllXml", None, 204),
    get("webresourceset({page})", content="PHA+MjwvcD4="),
    Step(
        "POST",
        "AddSolutionComponent",
        {"ComponentId": "{page}", "ComponentType": 61, "SolutionUniqueName": "tools", "AddRequiredComponents": False},
        200,
    ),
    get("solutioncomponents?$filter=_solutionid_value eq {tools}", 1, objectid="{page}"),
    get(NEEDING, 0),
    Step(
        "POST",
        "environmentvariabledefinitions",
        {"schemaname": "new_ev", "displayname": "ev", "type": 100000000, "defaultvalue": "d"},
        204,
        "variable",
        headers=IN_TOOLS,
    ),
    post(
        "environmentvariablevalues",
        {"value": "v1", "EnvironmentVariableDefinitionId@odata.bind": "/environmentvariabledefinitions({variable})"},
        "value",
    ),
    Step("PATCH", "environmentvariablevalues({value})", {"value": "v2"}, 204),
    get("environmentvariabledefinitions?$select=schemaname,displayname,type,ismanaged&$orderby=schemaname&$top=5", 1),
    get("environmentvariablevalues?$select=value,_environmentvariabledefinitionid_value&$top=5", 1, value="v2"),
    get("EntityDefinitions(LogicalName='msdyn_channelcapability')", EntitySetName="msdyn_channelcapabilities"),
    get(
        "EntityDefinitions(LogicalName='msdyn_channelcapability')/Attributes"
        "?$select=LogicalName,RequiredLevel,AttributeType&$filter=AttributeType ne 'Virtual'"
    ),
    Step("GET", f"msdyn_providers({NOBODY})", None, 404, shows={"code": "0x80040217"}),
    Step("POST", "ExportSolution", EXPORT, 200, "export"),
)
