"""The log of a node holds no secret and nothing about a person, however a call fails; and still tells where it did."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import asyncpg
import pytest
from databases import passable_folder
from hypothesis import given
from hypothesis import strategies as st
from nodes import Served, Start

from jjm.kit import Problem, reach
from jjm.kit.logs import Scrubber, told, where

NAME, PHONE, MAIL, PASSWORD = "Sitara Kunwar", "9876543210", "sitara@example.org", "katada nadi bahut"
TOKEN, KEY = "jjm_thisIsNoTokenOfAnybody123", "key-of-Sitara-77"
_TRIGGER = f"""
create function registry.refuse() returns trigger language plpgsql as $$
begin raise exception 'the row of {NAME}, {PHONE}, is refused' using detail = 'Key (phone)=({PHONE}) of {MAIL}'; end $$;
create trigger refuse before insert on registry.household for each row execute function registry.refuse();
alter table access.person rename column place to elsewhere;
"""


async def break_tables(folder: Path) -> None:
    """Have the database refuse households, quoting them, and miss a column of accounts."""
    async with reach(folder) as url:
        conn = await asyncpg.connect(url)
        try:
            await conn.execute("select 1 from registry.household")
            await conn.execute(_TRIGGER)
        finally:
            await conn.close()


def fail_in_many_ways(node: Served) -> list[int]:
    """Calls that carry secrets and personal data, and fail; their statuses."""
    person = {"village": "VIL-901400", "head_name": NAME, "phone": PHONE}
    with node.client() as keeper, node.client(TOKEN) as stranger:
        answers = [
            keeper.post("/api/v1/households", json=person, headers={"Idempotency-Key": KEY}),
            keeper.get("/api/v1/households", params={"phone": PHONE, "nonsense": NAME}),
            keeper.post("/api/v1/people", json={"name": NAME, "phone": PHONE, "email": MAIL, "place": "node"}),
            keeper.post("/api/v1/sessions", json={"name": PHONE, "password": PASSWORD, "totp_code": "424242"}),
            keeper.post("/api/v1/phone-codes", json={"phone": PHONE}),
            stranger.get("/api/v1/households", params={"phone": PHONE}),
            stranger.post("/oauth/token", data={"client_assertion": "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.AAAA"}),
            keeper.post("/api/v1/households:import", content=f'{{"head_name": "{NAME}"', headers={"content-type": "x"}),
        ]
    return [answer.status_code for answer in answers]


def test_nothing_personal_and_no_secret_is_in_the_log_of_a_node_whose_calls_fail(start: Start) -> None:
    with passable_folder() as place:
        folder = place / "node"
        node = start(folder, "--port", "0", "--verbose")
        with node.client() as client:
            for plural, record in (
                ("districts", {"code": "901", "name": "Purva", "state": "STA-21"}),
                ("blocks", {"code": "9012", "name": "Purva", "districts": ["DIS-901"]}),
                ("villages", {"code": "901400", "name": "Katada", "blocks": ["BLK-9012"]}),
            ):
                assert client.post(f"/api/v1/{plural}", json=record).status_code == 201
            first = client.post("/api/v1/households", json={"village": "VIL-901400", "head_name": "A"})
            assert first.status_code == 201, first.text
            admin = node.token
        asyncio.run(break_tables(folder))
        statuses = fail_in_many_ways(node)
        assert statuses.count(500) >= 2, statuses
        node.end()
        logs = node.errors.read_text() + "".join(p.read_text("utf-8", "replace") for p in folder.rglob("*.log"))
    assert "Traceback" in logs and "RaiseError P0001" in logs and "UndefinedColumnError 42703" in logs
    for secret in (*NAME.split(), PHONE, MAIL, PASSWORD, TOKEN, KEY, "424242", "eyJ", admin):
        assert secret not in logs, [line for line in logs.splitlines() if secret in line][:3]


FAILING = [
    ("GET /x?phone=9876543210&name=Asha HTTP/1.1", ("9876543210", "Asha")),
    ("Authorization: Bearer jjs_abcdefghijk", ("abcdefghijk",)),
    ('{"password": "a b c", "village": "VIL-1"}', ("a b c",)),
    ("password=hunter2secret, x=1", ("hunter2",)),
    ("call +91 98765 43210 now", ("98765",)),
    ("postgresql://jjm:tops3cret@host/db", ("tops3cret",)),
    ("to asha.devi@example.org", ("asha.devi",)),
    ("id 1234 5678 9012", ("5678",)),
    ("482913 is your code for X", ("482913",)),
    ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", ("MfKQ",)),
    ("<Task exception=KeyError('Asha Devi')>", ("Asha",)),
    ("head_name='Asha Devi'", ("Asha", "Devi")),
]


@pytest.mark.parametrize(("text", "gone"), FAILING)
def test_what_has_the_form_of_a_secret_is_left_out(text: str, gone: tuple[str, ...]) -> None:
    cleaned = Scrubber(["password", "authorization", "head_name"]).clean(text)
    assert not [part for part in gone if part in cleaned], cleaned


def test_what_helps_stays() -> None:
    said = "2026-11-29 12:00:00 jjm: VIL-399515 HHD-21-35JN0HTVFK53FRXJ-M 44 of 1764403200 entries at 127.0.0.1:8000"
    assert Scrubber().clean(said) == said


@given(st.integers(6 * 10**9, 10**10 - 1), st.sampled_from(["{}", "+91{}", "+91 {}", "0{}", "'{}'", "({})", "x: {};"]))
def test_no_mobile_number_passes(number: int, way: str) -> None:
    text = str(number)
    for written in (text, f"{text[:5]} {text[5:]}", f"{text[:5]}-{text[5:]}"):
        assert text[5:] not in Scrubber().clean(way.format(written))


def test_an_error_is_told_without_what_it_says() -> None:
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise ValueError(f"no {PHONE}") from error
    except ValueError as error:
        text = where(error)
        assert "ValueError" in text and "KeyError" in text and "test_logs.py" in text
        assert NAME not in text.replace("KeyError(NAME)", "") and PHONE not in text
    assert told(OSError(28, "No space left on device")) == "OSError 28 No space left on device"
    assert told(Problem("held", 409, "t", NAME)) == "Problem held"


def test_errors_among_the_arguments_too(capsys: pytest.CaptureFixture[str]) -> None:
    from jjm.kit.logs import _Plain

    record = logging.LogRecord("jjm", logging.WARNING, "f", 1, "failed: %r and %s", (KeyError(NAME), "x"), None)
    assert _Plain("%(message)s").format(record) == "failed: KeyError and x"
