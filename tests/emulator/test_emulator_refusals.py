"""What the emulator does not do, it refuses in its own name: never as Dataverse, and never by passing over it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from cotab_kit.emulator import headers
from cotab_kit.emulator.errors import NOT_HERE
from emulator.client import import_body, package

if TYPE_CHECKING:
    from cotab_kit.emulator import LocalOrg
    from emulator.client import Client

UNDER = "<filter><condition attribute='msdyn_name' operator='under' value='x'/></filter>"
ONE = str(UUID(int=1))
ROW = f"msdyn_providers({ONE})"
SETS = "msdyn_providers"


@pytest.fixture(autouse=True)
def provider(org: LocalOrg) -> str:
    return org.seed("msdyn_provider", msdyn_providerid=ONE, msdyn_name="Contoso")


async def refused(client: Client, method: str, path: str, body: object = None, **sent: str) -> None:
    """Expect the emulator's own refusal, whose code no list of Dataverse's has."""
    status, code, message = await client.error(method, path, body, **sent)
    assert (status, code) == (400, NOT_HERE), message
    assert message.startswith("not in this emulator: ")
    assert "docs/internals/dataverse.md" in message


READ = {
    "$select": "msdyn_name",
    "$filter": "msdyn_name ne null",
    "$expand": "msdyn_msdyn_provider_msdyn_channelcapability_Provider",
    "$orderby": "msdyn_name",
    "$top": "1",
    "$count": "true",
    "$apply": "aggregate($count as n)",
    "fetchXml": "<fetch><entity name='msdyn_provider'/></fetch>",
    "sql": "SELECT msdyn_name FROM msdyn_provider",
}
UNKNOWN = (
    "$search",
    "$format",
    "$compute",
    "$deltatoken",
    "savedQuery",
    "userQuery",
    "api-version",
    "nonsense",
    "$nonsense",
)


@pytest.mark.parametrize("option", READ)
async def test_a_known_option_has_its_effect_or_does_not_belong_there(client: Client, option: str) -> None:
    given = {option: READ[option]}
    assert (await client.get(SETS, params=given)).status_code == 200
    if option not in ("$select", "$expand"):
        await refused(client, "GET", f"{ROW}?{option}={READ[option]}")
    await refused(client, "DELETE", f"{ROW}?{option}={READ[option]}")
    await refused(client, "GET", f"WhoAmI?{option}={READ[option]}")
    await refused(client, "POST", f"PublishAllXml?{option}={READ[option]}", {})


@pytest.mark.parametrize("option", UNKNOWN)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", SETS), ("GET", ROW), ("POST", SETS), ("PATCH", ROW), ("DELETE", ROW)]
)
async def test_an_unknown_option_is_refused(client: Client, method: str, path: str, option: str) -> None:
    await refused(client, method, f"{path}?{option}=1", {} if method in ("POST", "PATCH") else None)


@pytest.mark.parametrize("option", ["$skip", "$levels", "$count", "$search"])
async def test_an_option_within_expand_is_obeyed_or_refused(client: Client, option: str) -> None:
    path = f"{SETS}?$expand={READ['$expand']}({option}=1)"
    status, code, _ = await client.error("GET", path)
    assert (status, code) == (400, "0x80060888" if option == "$skip" else NOT_HERE)


HARMLESS = sorted(headers.TRANSPORT | headers.INDIFFERENT)
OBEYED = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "If-None-Match": "null",
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
    "Prefer": "odata.maxpagesize=5",
    "MSCRM.SolutionUniqueName": "x",
    "MSCRM.SuppressDuplicateDetection": "true",
    "MSCRMCallerID": ONE,
    "CallerObjectId": "",
    "Content-ID": "1",
    "Sec-Fetch-Mode": "cors",
    "X-Forwarded-For": "127.0.0.1",
    "x-ms-client-request-id": "1",
}


def test_every_known_header_is_tried() -> None:
    assert {name.lower() for name in OBEYED} >= headers.KNOWN - {"if-match", "mscrm.mergelabels"}


@pytest.mark.parametrize(
    "name", [each for each in HARMLESS if each not in ("content-length", "transfer-encoding", "expect")]
)
async def test_what_only_the_way_needs_changes_nothing(client: Client, name: str) -> None:
    assert (await client.get(SETS, headers={name: "1"})).status_code == 200


@pytest.mark.parametrize("name", OBEYED)
async def test_a_known_header_is_obeyed(client: Client, name: str) -> None:
    assert (await client.get(SETS, headers={name: OBEYED[name]})).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Nonsense", "1"),
        ("MSCRM.Nonsense", "1"),
        ("MSCRM.MergeLabels", "true"),
        ("MSCRM.SuppressDuplicateDetection", "false"),
        ("If-Modified-Since", "Sat, 29 Oct 1994 19:43:31 GMT"),
        ("If-Range", "x"),
        ("If-Match", "*"),
        ("Range", "bytes=0-1"),
        ("OData-Version", "3.0"),
        ("OData-MaxVersion", "3.0"),
        ("OData-Isolation", "snapshot"),
        ("OData-EntityId", "x"),
        ("Accept", "application/json; odata.metadata=full"),
        ("Accept", "application/atom+xml"),
        ("Prefer", "respond-async"),
        ("Prefer", "odata.track-changes"),
        ("Prefer", "nonsense"),
        ("Prefer", "odata.nonsense=1"),
        ("Prefer", "return=nonsense"),
        ("Prefer", "odata.maxpagesize=many"),
        ("Prefer", "odata.maxpagesize=5, nonsense"),
        ("Prefer", ";;"),
    ],
)
async def test_an_unknown_header_or_value_is_refused(client: Client, name: str, value: str) -> None:
    status, code, _ = await client.error("GET", SETS, None, **{name: value})
    assert (status, code) == (400, NOT_HERE)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "$all"),
        ("GET", "$crossjoin(a,b)"),
        ("GET", f"{SETS}/Microsoft.Dynamics.CRM.msdyn_provider"),
        ("GET", f"{SETS}/$ref"),
        ("GET", f"{ROW}/$value"),
        ("GET", f"{ROW}/msdyn_msdyn_provider_msdyn_channelcapability_Provider({ONE})"),
        ("GET", f"{ROW}/Microsoft.Dynamics.CRM.Nonsense()"),
        ("POST", f"{ROW}/msdyn_msdyn_provider_msdyn_channelcapability_Provider"),
        ("GET", "msdyn_liveworkstreams"),
        ("GET", "roles"),
        ("GET", "RetrieveMissingDependencies(SolutionUniqueName='x')"),
        ("POST", "CloneAsPatch"),
        ("POST", f"{SETS}/Microsoft.Dynamics.CRM.DeleteMultiple"),
        ("GET", "EntityDefinitions(LogicalName='msdyn_provider')/Privileges"),
        ("PUT", "EntityDefinitions"),
        ("PUT", "EntityDefinitions(LogicalName='msdyn_provider')/Attributes(LogicalName='msdyn_name')"),
        ("DELETE", "EntityDefinitions(LogicalName='msdyn_provider')"),
        ("POST", "RelationshipDefinitions"),
        ("GET", "EntityDefinitions?$select=HasNotes"),
        ("GET", "accounts?$select=telephone1"),
        ("GET", "organizations?$filter=sharepointdeploymenttype eq 1"),
        ("POST", "searchquery"),
        (
            "GET",
            "RetrieveAllEntities(EntityFilters=Microsoft.Dynamics.CRM.EntityFilters'Entity',RetrieveAsIfPublished=true)",
        ),
        ("GET", "https://org.example/api/data/v8.2/WhoAmI"),
        ("GET", "https://org.example/api/discovery/v9.2/Instances"),
        ("POST", "https://org.example/XRMServices/2011/Organization.svc/web"),
        ("OPTIONS", SETS),
        ("MERGE", ROW),
        ("GET", "msdyn_providers?$select=_createdby_value"),
        ("GET", "msdyn_providers?$filter=createdby/fullname eq 'x'"),
        ("GET", "WhoAmI(Nonsense=1)"),
        ("GET", "msdyn_providers?$filter=Microsoft.Dynamics.CRM.Under(PropertyName='msdyn_name',PropertyValue='x')"),
        ("GET", "msdyn_providers?$filter=tolower(msdyn_name) eq 'x'"),
        ("GET", "msdyn_providers?$filter=contains(tolower(msdyn_name),'x')"),
        ("GET", "msdyn_providers?$filter=createdon gt now()"),
        ("GET", "msdyn_providers?$filter=statecode add 1 eq 1"),
        ("GET", "msdyn_providers?$filter='x' eq msdyn_name"),
        ("GET", "msdyn_providers?$filter=null ne msdyn_name"),
        ("GET", f"msdyn_providers?$filter={READ['$expand']}/$count gt 0"),
        ("GET", "msdyn_channelcapabilities?$filter=msdyn_Provider eq null"),
        ("GET", "EntityDefinitions?$filter=OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'"),
    ],
)
async def test_an_address_that_only_an_org_has_is_refused(client: Client, method: str, path: str) -> None:
    await refused(client, method, path, {} if method != "GET" else None)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", SETS, {"msdyn_name": "x", "@odata.nonsense": 1}),
        ("POST", SETS, {"msdyn_name@odata.nonsense": 1}),
        ("POST", SETS, {"@odata.type": "Microsoft.Dynamics.CRM.account"}),
        ("POST", "contacts", {"firstname": "x"}),
        ("PATCH", ROW, {"@Microsoft.Dynamics.CRM.nonsense": 1}),
        ("POST", f"{SETS}/Microsoft.Dynamics.CRM.CreateMultiple", {"Targets": [], "Nonsense": 1}),
        ("POST", "PublishXml", {"ParameterXml": "<importexportxml/>", "Nonsense": 1}),
        ("POST", "PublishXml", {"ParameterXml": "<importexportxml><nonsense/></importexportxml>"}),
        ("POST", "ImportSolution", import_body(package()) | {"Nonsense": 1}),
        ("POST", "ImportSolution", import_body(package()) | {"LayerDesiredOrder": {"Type": "Base"}}),
        ("POST", "ImportSolution", import_body(package()) | {"SolutionParameters": {"StageSolutionUploadId": ONE}}),
    ],
)
async def test_a_member_of_a_body_is_obeyed_or_refused(
    org: LocalOrg, client: Client, method: str, path: str, body: object
) -> None:
    before = org.snapshot()
    await refused(client, method, path, body)
    assert org.snapshot() == before


@pytest.mark.parametrize(
    "fetch",
    [
        "<fetch nonsense='1'><entity name='msdyn_provider'/></fetch>",
        "<fetch><entity name='msdyn_provider'><nonsense/></entity></fetch>",
        "<fetch><entity name='msdyn_provider'><attribute name='msdyn_name' nonsense='1'/></entity></fetch>",
        "<fetch><entity name='msdyn_nonsense'/></fetch>",
        "<fetch><entity name='workflow'/></fetch>",
        "<fetch><entity name='account'><attribute name='telephone1'/></entity></fetch>",
        "<fetch><entity name='msdyn_provider'><attribute name='statecodename'/></entity></fetch>",
        f"<fetch><entity name='msdyn_provider'>{UNDER}</entity></fetch>",
        "<fetch><entity name='msdyn_provider'><link-entity name='msdyn_provider' link-type='any'/></entity></fetch>",
    ],
)
async def test_a_part_of_fetchxml_is_obeyed_or_refused(client: Client, fetch: str) -> None:
    answer = await client.get(SETS, params={"fetchXml": fetch})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, NOT_HERE)


async def test_what_an_answer_said_of_a_row_may_be_sent_back(client: Client) -> None:
    prefer = {"Prefer": 'odata.include-annotations="*"'}
    row = (await client.get(ROW, headers=prefer)).json()
    assert (await client.patch(ROW, json=row)).status_code == 204
