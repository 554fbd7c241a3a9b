"""Guessing PINs is stopped: five tries for one address, a ceiling for a site and for all, visible in the metrics."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from relays import SHOP, FakeClock, serving
from tandem.bus_memory import MemoryBus
from tandem.config import configure
from tandem.errors import LimitError, RefusedError
from tandem.metrics import Metrics
from tandem.pins import Pins, network


class Guesses:
    """PINs of a relay, and how guesses at them end."""

    def __init__(self, **settings: int) -> None:
        self.clock = FakeClock()
        config = configure(**settings)
        self.metrics = Metrics()
        self.pins = Pins(MemoryBus(self.clock, config.lifetimes), self.clock, config, self.metrics)

    async def guess(self, pin: str, address: str = "1.1.1.1", site: str = SHOP) -> str:
        try:
            return await self.pins.find(pin, address, site)
        except LimitError:
            return "stopped"
        except RefusedError as error:
            return error.code

    def counted(self, reason: str) -> float:
        registry: CollectorRegistry = self.metrics.registry
        return registry.get_sample_value("tandem_wrong_pins_total", {"reason": reason}) or 0


async def test_a_pin_has_six_digits_and_leads_to_its_session() -> None:
    guesses = Guesses()
    pin = await guesses.pins.claim("session")
    assert len(pin) == 6
    assert await guesses.guess(pin) == "session"


async def test_a_pin_expires() -> None:
    guesses = Guesses()
    pin = await guesses.pins.claim("session")
    guesses.clock.advance(601)
    assert await guesses.guess(pin) == "unknown"


async def test_an_address_has_five_tries_and_then_not_even_the_right_pin_helps() -> None:
    guesses = Guesses()
    pin = await guesses.pins.claim("session")
    wrong = f"{(int(pin) + 1) % 10**6:06}"
    assert [await guesses.guess(wrong) for _ in range(6)] == ["unknown"] * 5 + ["stopped"]
    assert await guesses.guess(pin) == "stopped"
    assert await guesses.guess(pin, "2.2.2.2") == "session"
    guesses.clock.advance(601)
    assert guesses.counted("unknown") == 5


async def test_right_pins_use_up_no_tries() -> None:
    guesses = Guesses()
    pin = await guesses.pins.claim("session")
    assert {await guesses.guess(pin) for _ in range(20)} == {"session"}


async def test_a_million_guesses_of_one_address_come_to_five() -> None:
    guesses = Guesses()
    answers = [await guesses.guess(f"{pin:06}") for pin in range(0, 10**6, 997)]
    assert answers.count("unknown") == 5
    assert guesses.counted("address") == len(answers) - 5


async def test_guesses_from_everywhere_reach_the_ceiling_of_a_site_and_of_all() -> None:
    guesses = Guesses(tries_per_site=10, tries_in_all=25)
    answers = [
        await guesses.guess(f"{number:06}", f"9.9.{number // 250}.{number % 250}", f"http://s{number % 4}.test")
        for number in range(1000)
    ]
    assert answers.count("unknown") == 25
    assert guesses.counted("all") > 0
    one = Guesses(tries_per_site=10)
    assert [await one.guess("000000", f"9.9.9.{number}") for number in range(20)].count("unknown") == 10
    assert one.counted("site") == 10


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12 456", "١٢٣٤٥٦", "../../", "abcdef"])
async def test_what_is_no_pin_finds_nothing_and_counts_as_a_try(text: str) -> None:
    guesses = Guesses()
    assert [await guesses.guess(text) for _ in range(6)] == ["unknown"] * 5 + ["stopped"]


async def test_over_http_the_sixth_try_is_refused_whatever_the_client_claims_of_its_address() -> None:
    async with serving(FakeClock()) as relay, relay.http() as http:
        for number in range(6):
            headers = {"origin": SHOP, "x-forwarded-for": f"8.8.8.{number}"}
            answer = await http.post("/api/join", json={"pin": "x"}, headers=headers)
        assert answer.status_code == 429
        assert answer.json()["error"] == "too_many_attempts"
        assert 0 < answer.json()["retry_after"] <= 600
        assert answer.headers["access-control-allow-origin"] == SHOP
        assert await relay.metric('tandem_wrong_pins_total{reason="address"}') == 1


async def test_a_declared_proxy_is_believed() -> None:
    async with serving(FakeClock(), proxies=("127.0.0.1",)) as relay, relay.http() as http:
        for number in range(8):
            headers = {"origin": SHOP, "x-forwarded-for": f"6.6.6.6, 8.8.8.{number}"}
            answer = await http.post("/api/join", json={"pin": "x"}, headers=headers)
            assert answer.status_code == 404


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("nonsense", "nonsense"),
    ],
)
def test_whose_tries_are_counted_together(address: str, counted: str) -> None:
    assert network(address) == counted


async def test_a_pin_that_is_another_sessions_by_now_is_not_given_back() -> None:
    guesses = Guesses()
    await guesses.pins.claim_this("123456", "one")
    guesses.clock.advance(601)
    await guesses.pins.claim_this("123456", "two")
    await guesses.pins.release("123456", "one")
    assert await guesses.guess("123456") == "two"
    await guesses.pins.release("123456", "two")
    assert await guesses.guess("123456") == "unknown"
