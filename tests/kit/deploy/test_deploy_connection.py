"""The way to an org: which addresses are allowed, who signs in, and how trouble of the network is told."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import TYPE_CHECKING
from unittest.mock import Mock

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.deploy import commands
from cotab_kit.deploy.client import NETWORK_VARIABLES, connect, minutes_behind, org_url
from cotab_kit.deploy.patience import Patience
from cotab_kit.deploy.sign_in import SECRET_VARIABLES, AzureTokens, SignIn, authority, credential
from cotab_kit.errors import OrgError, SignInError
from cotab_setup.provisioning import LostConnectionError, WebApiError
from cotab_setup.web_api import call

if TYPE_CHECKING:
    from collections.abc import Callable

    from cotab_kit.deploy.client import Environment


async def at_once(_seconds: float) -> None:
    """Do not wait."""


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://contoso.crm4.dynamics.com", "https://contoso.crm4.dynamics.com"),
        (" contoso.crm4.dynamics.com ", "https://contoso.crm4.dynamics.com"),
        ("https://Contoso.crm.dynamics.com/main.aspx?appid=1#x", "https://contoso.crm.dynamics.com"),
        ("contoso.crm.dynamics.com./apps", "https://contoso.crm.dynamics.com"),
        ("https://contoso.crm.dynamics.com.:8443", "https://contoso.crm.dynamics.com:8443"),
        ("https://münchen.crm4.dynamics.com", "https://xn--mnchen-3ya.crm4.dynamics.com"),
        ("http://127.0.0.1:8123/", "http://127.0.0.1:8123"),
        ("http://localhost:8123", "http://localhost:8123"),
        ("http://[::1]:8123", "http://[::1]:8123"),
    ],
)
def test_an_address_is_taken_as_people_write_it(given: str, url: str) -> None:
    assert org_url(given) == url


@pytest.mark.parametrize(
    "given",
    [
        "http://contoso.crm.dynamics.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "ftp://contoso.crm.dynamics.com",
        "https://user:secret@contoso.crm.dynamics.com",
        "https://contoso.crm.dynamics.com:port",
        "https://contoso.crm.dynamics.com:99999",
        "https://con toso.crm.dynamics.com",
        "https://contoso.crm.dynamics.com\\@evil.example",
        "https://contoso..dynamics.com",
        "https://",
        "contoso",
        "https://contoso",
        "",
        "\x00",
    ],
)
def test_any_other_address_is_refused(given: str) -> None:
    with pytest.raises(OrgError, match="not the address of an org"):
        org_url(given)


@given(st.text())
def test_no_address_breaks_anything_and_none_leaves_this_machine_without_tls(given: str) -> None:
    try:
        url = org_url(given)
    except OrgError:
        return
    assert url.startswith(("https://", "http://127.", "http://localhost", "http://[::1]"))


class Network(httpx.AsyncBaseTransport):
    """Answers what it is told to, and keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_a_request_goes_to_the_web_api_with_its_headers() -> None:
    network = Network(httpx.Response(200, json={"UserId": "1"}, headers={"OData-Version": "4.0"}))
    async with connect("http://127.0.0.1:1", transport=network) as org:
        reply = await call(org.api, "PATCH", "things(1)", "Trying", body={"a": 1}, headers={"If-Match": "*"})
    (request,) = network.requests
    assert str(request.url) == "http://127.0.0.1:1/api/data/v9.2/things(1)"
    assert request.read() == b'{"a":1}'
    assert (request.headers["if-match"], request.headers["odata-version"]) == ("*", "4.0")
    assert "authorization" not in request.headers
    assert (reply.body, reply.headers["odata-version"]) == ({"UserId": "1"}, "4.0")


async def test_a_lost_connection_is_tried_again_and_then_told() -> None:
    network = Network(httpx.ReadError("cut"))
    async with connect("http://127.0.0.1:1", transport=network, sleep=at_once) as org:
        with pytest.raises(LostConnectionError, match="Trying: cut"):
            await call(org.api, "GET", "WhoAmI", "Trying")
    assert len(network.requests) == 5


async def test_dataverse_is_given_the_time_it_asks_for() -> None:
    busy = {"error": {"code": "0x80072322", "message": "Number of requests exceeded"}}
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    network = Network(
        httpx.Response(429, json=busy, headers={"Retry-After": "17"}),
        httpx.Response(429, json=busy, headers={"Retry-After": "soon"}),
        httpx.Response(429, json=busy, headers={"Retry-After": "99999"}),
        httpx.Response(200, json={}),
    )
    async with connect("http://127.0.0.1:1", transport=network, sleep=sleep) as org:
        await call(org.api, "GET", "WhoAmI", "Trying")
    assert waited == [10, 7, 2, *[10] * 30]


async def refused(org: Environment) -> str:
    with pytest.raises(WebApiError) as error:
        await call(org.api, "GET", "WhoAmI", "Trying")
    return str(error.value)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            httpx.Response(302, text="<a>sign in</a>"),
            "leads elsewhere, to no address, and is not followed (gateway: 302)",
        ),
        (
            httpx.Response(308, headers={"Location": "https://u:p@x.example/a?token=secret#b"}),
            "leads elsewhere, to https://x.example/a, and is not followed (gateway: 308)",
        ),
        (httpx.Response(301, headers={"Location": "https://[/"}), "to an address that cannot be read"),
        (httpx.Response(404, text="<html>"), "a page came in place of an answer, “untitled” (gateway: 404)"),
        (
            httpx.Response(200, text="\ufeff <!DOCTYPE html><TITLE lang='en'>Sign &amp;\n in</TITLE>"),
            "“Sign & in” (gateway: 200)",
        ),
        (httpx.Response(200), "the answer is empty, cut off or no JSON object (gateway: 200)"),
        (httpx.Response(200, text='{"value": ['), "the answer is empty, cut off or no JSON object (gateway: 200)"),
        (httpx.Response(200, text="null"), "the answer is empty, cut off or no JSON object (gateway: 200)"),
        (httpx.Response(403), "it was refused without a reason (gateway: 403)"),
        (
            httpx.Response(403, json={"error": {"code": "0x80040220", "message": "no"}}),
            "no (Dataverse: 403 0x80040220)",
        ),
    ],
)
async def test_an_answer_that_is_not_dataverses_is_told_as_such(answer: httpx.Response, said: str) -> None:
    network = Network(answer)
    async with connect("http://127.0.0.1:1", transport=network, sleep=at_once) as org:
        assert said in await refused(org)
    assert len(network.requests) == 3


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "POST"])
async def test_an_answer_that_is_none_is_asked_for_again(method: str) -> None:
    for bad in (httpx.Response(200), httpx.Response(200, text="null"), httpx.Response(301), httpx.Response(404)):
        network = Network(bad, httpx.Response(200, json={"UserId": "1"}))
        async with connect("http://127.0.0.1:1", transport=network, sleep=at_once) as org:
            assert (await call(org.api, method, "things(1)", "Trying", accepted=[404])).body == {"UserId": "1"}


async def test_only_dataverse_says_that_something_is_gone() -> None:
    gone = {"error": {"code": "0x80040217", "message": "thing With Id = 1 Does Not Exist"}}
    network = Network(httpx.Response(404, text="<title>Not here</title>"), httpx.Response(404, json=gone))
    async with connect("http://127.0.0.1:1", transport=network, sleep=at_once) as org:
        assert (await call(org.api, "GET", "things(1)", "Trying", accepted=[404])).body == gone
    async with connect("http://127.0.0.1:1", transport=Network(httpx.Response(404)), sleep=at_once) as org:
        with pytest.raises(WebApiError, match="gateway: 404"):
            await call(org.api, "GET", "things(1)", "Trying", accepted=[404])


async def test_waiting_comes_to_an_end_after_ten_minutes_and_is_told_every_ten_seconds() -> None:
    waited: list[float] = []
    lines: list[float] = []  # when

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    network = Network(httpx.Response(429, headers={"Retry-After": "100"}))
    emit: Callable[[str], None] = lambda _line: lines.append(sum(waited))  # noqa: E731
    async with connect("http://127.0.0.1:1", transport=network, sleep=sleep, emit=emit) as org:
        for _ in range(10):
            await refused(org)
    assert sum(waited) == 600
    assert max(later - before for before, later in pairwise([*lines, sum(waited)])) <= 10
    assert lines[0] == 0


async def test_an_answer_that_does_not_come_is_told_and_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cotab_kit.deploy.patience.EVERY", 0.01)
    lines: list[str] = []
    patience = Patience(at_once, lines.append, left=0.05)
    with pytest.raises(TimeoutError):
        await patience.answer(asyncio.sleep(60), "GET WhoAmI")
    assert len(lines) == 4
    assert lines[0].startswith("No answer yet to GET WhoAmI, after ")


async def test_the_token_of_the_org_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    made = azure(monkeypatch, expires_in=3600)
    network = Network(httpx.Response(200, json={}))
    async with connect("https://contoso.crm.dynamics.com", SignIn.DEVICE_CODE, transport=network) as org:
        for _ in range(3):
            await call(org.api, "GET", "WhoAmI", "Trying")
    assert [request.headers["authorization"] for request in network.requests] == ["Bearer token"] * 3
    made.get_token.assert_called_once_with("https://contoso.crm.dynamics.com/.default")


async def test_a_token_that_the_org_refuses_is_replaced_past_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made = azure(monkeypatch, expires_in=3600)
    made.get_token.side_effect = lambda *_scopes, claims="": Mock(
        token="new" if claims else "old",
        expires_on=time.time() + 3600,
    )
    late = format_datetime(datetime.now(UTC) + timedelta(minutes=12), usegmt=True)
    network = Network(httpx.Response(401, headers={"Date": late}), httpx.Response(200, json={}))
    said: list[str] = []
    async with connect("https://contoso.crm.dynamics.com", transport=network, sleep=at_once, emit=said.append) as org:
        for _ in range(2):
            await call(org.api, "GET", "WhoAmI", "Trying")
    assert [request.headers["authorization"] for request in network.requests] == ["Bearer old", *["Bearer new"] * 2]
    assert said == ["The clock of this machine is 12 minutes behind that of the org; set it right"]


async def test_who_is_refused_for_good_is_asked_to_sign_in_once_more_only(monkeypatch: pytest.MonkeyPatch) -> None:
    made = azure(monkeypatch, expires_in=3600)
    network = Network(httpx.Response(401, headers={"Date": "soon"}))
    async with connect("https://contoso.crm.dynamics.com", transport=network, sleep=at_once) as org:
        assert "gateway: 401" in await refused(org)
    assert made.get_token.call_count == 3  # the first one, what is kept, and past that
    assert len(network.requests) == 4


@pytest.mark.parametrize(("date", "minutes"), [("", 0), ("soon", 0), ("nan", 0), ("Wed, 99 Oct 2099 07:28:00 GMT", 0)])
def test_a_time_that_makes_no_sense_is_no_clock(date: str, minutes: float) -> None:
    assert minutes_behind(date) == minutes


async def test_a_token_that_is_about_to_expire_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = azure(monkeypatch, expires_in=100)
    tokens = AzureTokens("https://contoso.crm.dynamics.com", SignIn.BROWSER)
    await tokens.token()
    await tokens.token()
    assert made.get_token.call_count == 2


def azure(monkeypatch: pytest.MonkeyPatch, expires_in: int) -> Mock:
    made = Mock()
    made.get_token.return_value = Mock(token="token", expires_on=time.time() + expires_in)  # noqa: S106 - no secret
    monkeypatch.setattr("cotab_kit.deploy.sign_in.credential", lambda _way, _org: made)
    return made


async def test_a_sign_in_that_fails_names_the_other_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    from azure.core.exceptions import ClientAuthenticationError  # noqa: PLC0415 - slow to import

    azure(monkeypatch, 0).get_token.side_effect = ClientAuthenticationError("AADSTS50020: no such user\nTrace: 1")
    with pytest.raises(
        SignInError, match=r"^Signing in \(browser\) did not work: AADSTS50020: no such user\n"
    ) as error:
        await AzureTokens("https://contoso.crm.dynamics.com", SignIn.BROWSER).token()
    assert "device-code" in error.value.hint


def test_ctrl_c_does_not_wait_for_a_sign_in_that_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = threading.Event()
    azure(monkeypatch, 0).get_token.side_effect = lambda _scope: given_up.wait(60)

    async def interrupted(_org: object) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(AzureTokens("https://contoso.crm.dynamics.com", SignIn.BROWSER).token(), 0.01)
        raise KeyboardInterrupt

    try:
        with pytest.raises(OrgError, match="Stopped") as stopped:
            commands.with_org("http://127.0.0.1:1", SignIn.BROWSER, interrupted)
        assert not given_up.is_set()
        assert [each.name for each in threading.enumerate() if each.name == "cotab-sign-in" and not each.daemon] == []
    finally:
        given_up.set()
    assert "run the command again" in stopped.value.hint


@pytest.mark.parametrize(
    ("way", "name"),
    [
        (SignIn.BROWSER, "InteractiveBrowserCredential"),
        (SignIn.DEVICE_CODE, "DeviceCodeCredential"),
        (SignIn.CLIENT_SECRET, "ClientSecretCredential"),
        (SignIn.MANAGED_IDENTITY, "ManagedIdentityCredential"),
    ],
)
def test_every_way_is_one_of_azure_identity(monkeypatch: pytest.MonkeyPatch, way: SignIn, name: str) -> None:
    for variable in SECRET_VARIABLES:
        monkeypatch.setenv(variable, "00000000-0000-4000-8000-000000000001")
    assert type(credential(way, "https://contoso.crm.dynamics.cn")).__name__ == name


@pytest.mark.parametrize(
    ("org", "host"),
    [
        ("https://contoso.crm9.dynamics.com", ""),  # GCC signs in as everybody does
        ("https://contoso.crm.microsoftdynamics.us", "login.microsoftonline.us"),
        ("https://contoso.crm.appsplatform.us", "login.microsoftonline.us"),
        ("https://contoso.crm.dynamics.cn", "login.chinacloudapi.cn"),
        ("https://dynamics.cn.example.com", ""),
    ],
)
def test_who_has_an_org_of_a_national_cloud_signs_in_there(
    monkeypatch: pytest.MonkeyPatch, org: str, host: str
) -> None:
    monkeypatch.delenv("AZURE_AUTHORITY_HOST", raising=False)
    assert authority(org) == host
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "login.example.com")
    assert authority(org) == ""


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", "gopher://proxy.example"),
        ("HTTP_PROXY", "gopher://proxy.example"),
        ("ALL_PROXY", "http://proxy.example:port"),
        ("SSL_CERT_FILE", "/nonsense.pem"),
    ],
)
def test_settings_of_the_network_that_are_of_no_use_are_told(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    for name in NETWORK_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv(variable, value)

    async def nothing(_org: object) -> None:
        raise AssertionError

    with pytest.raises(OrgError, match="The network settings of this machine are of no use: ") as error:
        commands.with_org("https://contoso.crm.dynamics.com", SignIn.BROWSER, nothing)
    assert variable in error.value.hint


def test_a_secret_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "contoso.example")
    monkeypatch.setenv("AZURE_CLIENT_ID", "")
    monkeypatch.delenv("AZURE_CLIENT_SECRET", raising=False)
    with pytest.raises(SignInError, match="variables AZURE_CLIENT_ID, AZURE_CLIENT_SECRET\n"):
        credential(SignIn.CLIENT_SECRET, "https://contoso.crm.dynamics.com")


def test_what_an_org_refuses_is_an_error_of_the_kit_with_a_hint() -> None:
    async def refuse(_org: object) -> None:
        raise WebApiError("Creating a row", status=403, error_code="0x80040220", reason="missing privilege")

    with pytest.raises(OrgError, match="Creating a row: missing privilege") as error:
        commands.with_org("http://127.0.0.1:1", SignIn.BROWSER, refuse)
    assert "System Administrator" in error.value.hint


def test_what_a_gateway_refuses_is_told_with_where_to_look() -> None:
    async def refuse(_org: object) -> None:
        raise WebApiError("Creating a row", status=403, reason="no", gateway=True)

    with pytest.raises(OrgError, match="gateway: 403") as error:
        commands.with_org("http://127.0.0.1:1", SignIn.BROWSER, refuse)
    assert "Not Dataverse but something on the way" in error.value.hint
    assert "run the command again" in error.value.hint
