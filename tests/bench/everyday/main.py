"""An adapter that does, while it starts, what adapters may do: only for recording what of Python a start runs."""

import asyncio
import base64
import collections
import contextlib
import hashlib
import hmac
import itertools
import json
import logging
import random
import re
import time
import traceback
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError

from cotab import EndReason, Invitation, Provider, Quality, SdkCallError, Tab


class Kind(StrEnum):
    """An enumeration."""

    ONE = "one"
    TWO = "two"


@dataclass
class Note:
    """A data class."""

    text: str
    at: datetime
    tags: list[str] = field(default_factory=list)


class Customer(BaseModel):
    """A model with what models have."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    kind: Kind = Kind.ONE
    age: int | None = None
    score: float = 0.5
    home: HttpUrl | None = None
    seen: datetime | None = None
    identity: uuid.UUID | None = None
    tags: list[str] = []
    more: dict[str, list[int]] = {}


class Everyday(Provider):
    """Connects after an ordinary day's work."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    async def start(self) -> Invitation:
        """Do what an adapter may do, and report the customer."""
        texts()
        models()
        failures()
        await waits()
        session = await self.drives_the_sdk()
        self.tab.sink.connected()
        self.tab.sink.participants(["Ada"])
        self.tab.sink.quality(Quality.GOOD)
        self.tab.sink.interrupted()
        self.tab.sink.resumed()
        return Invitation(session_id=session["id"], pin=session["pin"], link="https://example.com/s")

    async def resume(self, session_id: str) -> Invitation:
        """As a first start."""
        del session_id
        return await self.start()

    async def end(self) -> None:
        """Nothing to end."""
        self.tab.sink.ended(EndReason.AGENT)

    async def drives_the_sdk(self) -> dict[str, str]:
        """Construct it, listen, call it, and have it refuse."""
        module = await self.tab.sdk.load("assets/sdk.js", "everyday")
        sdk = module.new("Sdk", {"theme": "dark", "numbers": [1, 2.5, None, True], "on": lambda *values: len(values)})
        heard: list[object] = []
        subscription = sdk.subscribe("joined", heard.append)
        session: dict[str, str] = await sdk.call_async("open", self.tab.context.conversation_id)
        with contextlib.suppress(SdkCallError):
            await sdk.call_async("refuse")
        sdk.call("show", self.tab.stage)
        sdk.set("answer", {"of": [heard]})
        subscription.cancel()
        return session


def texts() -> None:
    """Strings, numbers, time, hashes, addresses."""
    found = re.findall(r"(?i)(\w+)@(?P<host>[\w.]+)", "Ada <ada@example.com>, Bob <bob@example.org>")
    text = ", ".join(f"{name!r:>8}|{host.upper():<12}|{len(host) / 7:.3f}" for name, host in sorted(found))
    address = urlsplit("https://example.com:8443/a%20b?" + urlencode({"q": text, "n": 1}))
    parse_qs(address.query)
    data = json.loads(json.dumps({"text": text, "list": [1, 2.5, None, True, "ä€😀"], "path": quote(address.path)}))
    digest = hmac.new(b"key", json.dumps(data, indent=1).encode(), hashlib.sha256).hexdigest()
    base64.b64decode(base64.urlsafe_b64encode(digest.encode() + bytes(range(9))))
    uuid.UUID(str(uuid.uuid4()))
    moment = datetime.now(UTC) + timedelta(minutes=5)
    datetime.fromisoformat(moment.isoformat()).strftime("%Y-%m-%d %H:%M")
    asdict(Note("n", moment, ["a"]))
    counts = collections.Counter(itertools.chain("abracadabra", map(str, range(5))))
    sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    random.sample(sorted({*range(20)}), 3)
    divmod(int("ff", 16) ** 9, 97), round(2.675, 2), abs(-3.5), sum(i * i for i in range(30)), time.monotonic()
    (
        "{} {:d} {:5.2f}".format("old", 3, 2.5),
        "a-b-c".replace("-", "+").split("+"),
        "x".encode("latin-1"),
        text.partition("|"),
    )


def models() -> None:
    """Validation, with and without errors, and back."""
    customer = Customer.model_validate_json(
        '{"name": "Ada", "age": "36", "home": "https://example.com/", "seen": "2026-01-01T00:00:00Z",'
        ' "identity": "11111111-2222-3333-4444-555555555555", "tags": ["a"], "more": {"x": [1]}, "else": 1}'
    )
    Customer.model_validate(customer.model_dump()).model_dump_json()
    customer.model_copy(update={"kind": Kind.TWO}).model_dump(mode="json", exclude_none=True)
    with contextlib.suppress(ValidationError):
        Customer.model_validate({"name": "", "age": "old", "home": "nowhere"})
    try:
        Customer(name="")
    except ValidationError as error:
        str(error)


def failures() -> None:
    """Exceptions, tracebacks, logging."""
    try:
        try:
            dict[str, int]()["missing"]
        except KeyError as error:
            raise ValueError("no such thing") from error
    except ValueError:
        traceback.format_exc()
    logging.getLogger("everyday").debug("not shown %s", 1)

    @lru_cache(maxsize=4)
    def twice(number: int) -> int:
        return number * 2

    list(map(partial(twice), [1, 1, 2]))


async def waits() -> None:
    """Tasks, time limits, queues."""
    queue: asyncio.Queue[int] = asyncio.Queue()
    done = asyncio.Event()

    async def work() -> None:
        await queue.put(await asyncio.sleep(0.001, 1))
        done.set()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(work())
    await asyncio.gather(queue.get(), done.wait())
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, TimeoutError):
        await asyncio.wait_for(task, 1)
