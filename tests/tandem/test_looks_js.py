"""looks.js: what looks like a password, a code or a card is one, in six languages; what only sounds like it is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes import Ask, answering

SECRET = """
password|passwd|userPassword|new_password|login[password]|pwd|Password *|passphrase|PIN|card-pin|
Passwort|Kennwort|Mot de passe|mdp|Contraseña|contrasena|Clave|パスワード|暗証番号|كلمة المرور|
الرقم السري|cvc|CVV2|cardCvc|card_cvc|csc|Security code|Card verification number|Sicherheitscode|
Prüfnummer|Kartenprüfziffer|Code de sécurité|Cryptogramme visuel|Código de seguridad|
セキュリティコード|رمز الأمان|cardNumber|card-number|Credit card number|cc_number|ccnum|
Kartennummer|Kreditkartennummer|Numéro de carte|Número de tarjeta|カード番号|رقم البطاقة|otp|
totp_code|OTP code|One-time code|oneTimePassword|Verification code|authCode|SMS code|mTAN|TAN|
Einmalcode|Bestätigungscode|Code à usage unique|Code de vérification|Código de verificación|
Código de un solo uso|ワンタイムパスワード|認証コード|確認コード|رمز التحقق
""".replace("\n", "").split("|")
PUBLIC = """
name|E-mail|Street|city|company|passenger|Passport country|compass|spin|pinned|opinion|shipping|
Pin code|postal code|Postleitzahl|zip code|country code|Promo code|Gutscheincode|Code postal|
Código postal|郵便番号|order number|Kundennummer|standard|tango|Titan|account|description|
discount code|cardholder|Search|scan|circle|2fast|birthday|IBAN|Telefon|quantity|Größe
""".replace("\n", "").split("|")
CARDS = (
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "3530111333300000",
    "2223003122003222",
)


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with answering("looks_driver.mjs", "customer/looks.js") as answer:
        yield answer


@pytest.mark.parametrize("name", SECRET)
def test_the_name_of_a_secret_is_known(ask: Ask, name: str) -> None:
    assert ask(["looksSecret", {"names": ["", name]}])


@pytest.mark.parametrize("name", PUBLIC)
def test_a_name_that_only_sounds_like_one_is_not(ask: Ask, name: str) -> None:
    assert not ask(["looksSecret", {"names": [name]}])


@given(
    name=st.sampled_from(SECRET),
    before=st.sampled_from(["", "your ", "* ", "user_"]),
    after=st.sampled_from(["", ":", " *"]),
)
def test_it_is_known_with_what_stands_around_it(ask: Ask, name: str, before: str, after: str) -> None:
    assert ask(["looksSecret", {"names": [before + name + after]}])


def test_a_code_is_known_by_its_pattern_unless_everybody_may_know_it(ask: Ask) -> None:
    for pattern in (r"\d{6}", "[0-9]{4,8}", r"^\d\d\d\d$"):
        assert ask(["looksSecret", {"names": ["Code"], "pattern": pattern}])
        assert not ask(["looksSecret", {"names": ["Zip code"], "pattern": pattern}])
        assert not ask(["looksSecret", {"names": ["Room"], "pattern": pattern}])
    assert ask(["looksSecret", {"names": ["Código"], "length": 6}])
    assert not ask(["looksSecret", {"names": ["Code"], "length": 40}])
    assert not ask(["looksSecret", {"names": ["pin"], "autocomplete": "shipping postal-code"}])


def checked(digits: str) -> str:
    """The digits with their check digit."""
    total = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


@given(
    start=st.sampled_from(["4", "51", "55", "2221", "34", "37", "6011", "65", "3528", "36", "62"]),
    rest=st.text("0123456789", min_size=20, max_size=20),
    around=st.tuples(st.text("ab .:,\n", max_size=5), st.text("ab .:,\n", max_size=5)),
    gap=st.sampled_from(["", " ", "-"]),
)
def test_no_number_of_a_card_leaves_within_a_text(
    ask: Ask, start: str, rest: str, around: tuple[str, str], gap: str
) -> None:
    length = {"34": 15, "37": 15, "36": 14}.get(start, 16)
    card = checked((start + rest)[: length - 1])
    assert ask(["isCard", card])
    grouped = gap.join(card[at : at + 4] for at in range(0, len(card), 4))
    left = ask(["withoutCards", around[0] + grouped + around[1]])
    assert not any(sign.isdigit() for sign in left)
    assert left.startswith(around[0])
    assert left.endswith(around[1])
    wrong = card[:-1] + str((int(card[-1]) + 1) % 10)
    assert ask(["withoutCards", f"{around[0]}{wrong}"]) == f"{around[0]}{wrong}"


@pytest.mark.parametrize("card", CARDS)
def test_the_cards_that_testers_use_are_cards(ask: Ask, card: str) -> None:
    assert ask(["isCard", card])


@given(text=st.text(st.sampled_from("0123456789 -ab"), max_size=60))
def test_any_text_keeps_its_length_and_what_is_no_digit(ask: Ask, text: str) -> None:
    left = ask(["withoutCards", text])
    assert len(left) == len(text)
    others = str.maketrans("", "", "0123456789•")
    assert left.translate(others) == text.translate(others)


@pytest.fixture(scope="module")
def masks() -> Iterator[Ask]:
    with answering("looks_driver.mjs", "customer/masks.js") as answer:
        yield answer


@pytest.mark.parametrize(
    ("value", "numbered"),
    [
        *(
            (each, False)
            for each in ("translate(-1234.5,-300) scale(2)", "-1254 -312 1536 1344", "0,0 -1200,5", "-1000")
        ),
        *((each, False) for each in ("ff0000", "a00000", "#123456", "1200px", "(min-width: 1200px) 50vw", "menuitem")),
        *((each, True) for each in ("ticket-4711", "Jane4711", "x y 4 z1234", "--order-4711")),
    ],
)
def test_a_word_with_a_number_is_told_from_measures_and_colors(masks: Ask, value: str, *, numbered: bool) -> None:
    assert masks(["isNumbered", value]) is numbered
