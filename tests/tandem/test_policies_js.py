"""Whether a page's policy lets its scripts connect somewhere, as far as a script can read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nodes import Ask, answering

OWN = "https://shop.example/fonts/a.woff2"
CDN = "https://cdn.shop.example/a.woff2"


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with answering("policies_driver.mjs", "customer/assets/policies.js") as asked:
        yield asked


@pytest.mark.parametrize(
    ("policy", "address"),
    [
        ("", OWN),
        ("style-src 'none'", OWN),
        ("default-src 'self'", OWN),
        ("default-src 'none'; Connect-Src 'SELF'", OWN),
        ("connect-src *", CDN),
        ("connect-src https:", CDN),
        ("connect-src cdn.shop.example", CDN),
        ("connect-src https://*.shop.example:443", CDN),
        ("connect-src https://shop.example:*/fonts/", OWN),
        ("connect-src https://shop.example/fonts/a.woff2", OWN),
        ("connect-src 'self' blob:", "blob:https://shop.example/1"),
    ],
)
def test_a_policy_permits(ask: Ask, policy: str, address: str) -> None:
    assert ask({"policy": policy, "address": address}) is True


@pytest.mark.parametrize(
    ("policy", "address"),
    [
        ("default-src 'none'", OWN),
        ("connect-src", OWN),
        ("default-src *; connect-src 'none'", OWN),
        ("connect-src 'self'", CDN),
        ("connect-src https://*.shop.example", OWN),
        ("connect-src https://cdn.shop.example:444", CDN),
        ("connect-src wss://shop.example", OWN),
        ("connect-src https://shop.example/api/", OWN),
        ("connect-src https://shop.example/fonts", OWN),
        ("connect-src * 'self'", "blob:https://shop.example/1"),
    ],
)
def test_a_policy_forbids(ask: Ask, policy: str, address: str) -> None:
    assert ask({"policy": policy, "address": address}) is False
