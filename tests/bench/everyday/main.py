"""An adapter that does, while it starts, what adapters may do: only for recording what of Python a start runs."""

import asyncio
import base64
import bisect
import collections
import contextlib
import copy
import hashlib
import heapq
import hmac
import html
import io
import itertools
import json
import logging
import random
import re
import secrets
import string
import struct
import textwrap
import time
import traceback
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache, partial, reduce
from operator import attrgetter, itemgetter
from typing import Self
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, ValidationError

from cotab import ConnectionQuality, EndReason, Invitation, JsError, JsObject, Provider


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

    sdk: JsObject

    async def start(self) -> Invitation:
        """Do what an adapter may do, and report the customer."""
        texts()
        collections_and_numbers()
        classes()
        models()
        failures()
        await waits()
        session = await self.drives_the_sdk(self.settings.region)
        self.tab.report.connected()
        self.tab.report.participants(["Ada"])
        self.tab.report.quality(ConnectionQuality.GOOD)
        self.tab.report.reconnecting()
        self.tab.report.reconnected()
        return Invitation(session_id=session["id"], pin=session["pin"], link="https://example.com/s")

    async def resume(self, session_id: str) -> Invitation:
        """As a first start."""
        del session_id
        return await self.start()

    def attach(self, stage: JsObject) -> None:
        """Show the SDK's viewer."""
        self.sdk.call("show", stage)

    async def end(self) -> None:
        """Nothing to end."""
        self.tab.report.ended(EndReason.AGENT)

    async def drives_the_sdk(self, region: str) -> dict[str, str]:
        """Construct it, listen, call it, and have it refuse."""
        module = await self.tab.sdk.load("assets/sdk.js", "everyday")
        options = {
            "theme": "dark",
            "region": region,
            "numbers": [1, 2.5, None, True],
            "on": lambda *values: len(values),
        }
        sdk = module.get("Sdk").new(options)
        heard: list[object] = []
        subscription = sdk.subscribe("joined", heard.append)
        session: dict[str, str] = await sdk.call("open", self.tab.context.conversation_id)
        with contextlib.suppress(JsError):
            await sdk.call("refuse")
        self.sdk = sdk
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


def collections_and_numbers() -> None:
    """Lists, dictionaries, sets, bytes, all the forms of JSON."""
    value = {"ä": [1, -2, 10**20, 1e300, float("inf"), None], "b": {"c": (1, 2)}, "e": "€\ud83d\ude00\n\x01"}
    for ascii_only, indent, ordered in itertools.product((True, False), (None, 2), (True, False)):
        json.loads(json.dumps(value, ensure_ascii=ascii_only, indent=indent, sort_keys=ordered, default=str))
    for wrong in ('{"a": ', "[1,]", '"\\ud83d"', "nul", "NaN"):
        with contextlib.suppress(ValueError):
            json.dumps(json.loads(wrong, object_hook=dict), ensure_ascii=False).encode()
    numbers = [3, 1, 2, *range(50, 20, -3)]
    bisect.insort(numbers, 5)
    heapq.heapify(numbers)
    heapq.nsmallest(3, numbers)
    reduce(lambda a, b: a ^ b, numbers, 0)
    rows = [{"name": chr(97 + index % 7), "at": index} for index in range(40)]
    groups = {
        key: list(group) for key, group in itertools.groupby(sorted(rows, key=itemgetter("name")), itemgetter("name"))
    }
    deque = collections.deque(numbers, maxlen=5)
    deque.rotate(2)
    defaults = collections.defaultdict[str, list[int]](list)
    for row in rows:
        defaults[str(row["name"])].append(int(str(row["at"])))
    merged = {**groups, **dict(zip("abc", "xyz", strict=True))} | dict.fromkeys(["k"])
    merged.pop("a"), merged.setdefault("n", []), merged.get("?"), list(merged.items())[::-1]
    left, right = set(numbers), frozenset(range(7))
    left |= right
    (left & right, left - right, left ^ right, left.issuperset(right))
    left.discard(3)
    copy.deepcopy(value), copy.copy(rows), any(numbers), all(numbers), max(numbers, default=0), list(map(str, numbers))
    data = bytearray(b"abc") + struct.pack("<IhB", 7, -3, 200) + zlib.compress(b"x" * 100)
    memoryview(data)[2:5].tobytes().hex(), bytes.fromhex("00ff"), data.find(b"c"), int.from_bytes(data[:4], "big")
    (
        zlib.decompress(bytes(data[10:])),
        (1234).to_bytes(4, "little"),
        bin(5),
        f"{255:#06x} {1234567.891:,.2f} {0.000012:e} {5:%}",
    )
    Decimal("1.10") * 3, float("1e-7"), 7 // -2, -7 % 3, 2**0.5, 1j * 1j, round(Decimal("2.5")), str(1 / 3)
    (
        io.StringIO("a\nb").readlines(),
        io.BytesIO(b"ab").read(1),
        secrets.token_hex(4),
        uuid.uuid5(uuid.NAMESPACE_URL, "x"),
    )


def classes() -> None:  # noqa: C901 - one of each
    """What is made at run time, and the protocols of objects."""

    class Base:
        kind = "base"

        def __init__(self, **values: object) -> None:
            self.__dict__.update(values)

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Base) and vars(self) == vars(other)

        def __hash__(self) -> int:
            return hash(self.kind)

        def __repr__(self) -> str:
            return f"{type(self).__name__}({vars(self)!r})"

        def __getattr__(self, name: str) -> object:
            raise AttributeError(name)

        @cached_property
        def length(self) -> int:
            return len(vars(self))

        @classmethod
        def made(cls) -> "Base":
            return cls(a=1)

        @staticmethod
        def nothing() -> None:
            return None

    class Derived(Base):
        @property
        def double(self) -> int:
            return super().length * 2

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_exception: object) -> None:
            return None

    names = ["c"]
    with Derived(b=2) as derived:
        repr(derived), derived == Base.made(), hash(derived), derived.double, hasattr(derived, "zzz"), Derived.nothing()
    setattr(derived, names[0], 3)
    delattr(derived, names[0])
    getattr(derived, "d", None), issubclass(Derived, Base), dir(derived)
    note = replace(Note("n", datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2)))), text="m")
    attrgetter("text")(note), note.at.astimezone(UTC).timestamp(), date(2026, 1, 31) - date(2025, 12, 1), repr(note)
    datetime.strptime("2026-01-01 10:20:30", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).isocalendar()
    match note:
        case Note(text="m", tags=[]):
            kind = "empty"
        case _:
            kind = "other"
    (
        textwrap.dedent("  a\n  b"),
        textwrap.shorten("a " * 50, 20),
        html.escape("<&>"),
        html.unescape("&lt;"),
        kind.title(),
    )
    string.Template("$a").substitute(a=1), "a\tb".expandtabs(), "abc".translate(str.maketrans("a", "b")), "x".zfill(3)
    (
        re.sub(r"(?P<n>\d+)", lambda found: str(int(found["n"]) + 1), "a1b22"),
        re.split(r"[,;]\s*", "a, b;c"),
        re.fullmatch("a+", "aa"),
    )
    re.compile(r"^(?:[a-z]+|\d{2,4})(?=x)|(?<!y)z$", re.MULTILINE | re.IGNORECASE).search("abx\nZ")

    def squares(limit: int) -> Iterator[int]:
        for number in range(limit):
            got = yield number**2
            if got:
                return

    generator = squares(5)
    next(generator), [*generator], sum(number for number in squares(4)), dict(enumerate("ab")), [*reversed([1, 2])]
    first, *others = list("abcd")
    (
        " ".join([first, *others]).strip().casefold().startswith(("a", "b")),
        ",".join("ab").rsplit(",", 1),
        ascii("ä"),
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
    TypeAdapter(list[Customer]).validate_python([{"name": "Ada", "score": "1.5", "kind": "two"}])
    TypeAdapter(dict[str, int | None]).validate_json('{"a": 1, "b": null}')
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
    try:
        raise ExceptionGroup("several", [ValueError(1), TypeError(2)])
    except* ValueError as group:
        str(group.exceptions)
    except* TypeError:
        pass
    with contextlib.suppress(ZeroDivisionError, IndexError), contextlib.ExitStack() as stack:
        stack.callback(str, 1)
        1 // [0][0]


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
