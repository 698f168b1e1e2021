"""Money is kept exactly: what is written is read, summed and copied to the paisa."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import asyncpg
import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from jjm.kit import Database
from jjm.registry.columns import column, exactly
from jjm.registry.wire import encoder
from jjm.standards import Field

RUPEES = Field("amount", "number", {"en": "Amount"}, unit="INR", decimals=2, minimum=0.0, maximum=9e12)
PAISE = st.integers(-(10**15) + 1, 10**15 - 1)


def written(paise: int) -> float:
    """So many paise in rupees, as a program reads them from JSON."""
    return float(f"{paise // 100}.{paise % 100:02}") if paise >= 0 else -written(-paise)


@given(PAISE)
def test_fifteen_digits_are_the_same_before_and_after(paise: int) -> None:
    assert exactly(written(paise)) * 100 == paise
    assert float(exactly(written(paise))) == written(paise)


def test_a_third_decimal_is_refused_and_two_never_are() -> None:
    rule = jsonschema_rs.validator_for({"type": "number", "multipleOf": 0.01})
    for paise in (1, 10, 29, 57, 58, 115, 1_999, 4_035, 7_033, 99_999_999, 123_456_789_012, 899_999_999_999_999):
        assert rule.is_valid(written(paise)), paise
    for wrong in (0.001, 1.005, 4.999, 10.123):
        assert not rule.is_valid(wrong), wrong


async def test_a_bulk_load_writes_what_a_single_write_does(database: Database) -> None:
    values = [0, 1, -1, 0.01, 0.1, 1.5, 9_999.99, 10_000, 10_000.01, 123_456_789_012.34, -5.05, 1e12, 1e-2]
    kind = column(RUPEES).type
    encode = encoder(kind)
    signed = b"PGCOPY\n\xff\r\n\0" + bytes(8)
    body = b"".join(b"\0\1" + one for one in encode(values)) + b"\xff\xff"
    conn = await asyncpg.connect(database.url)
    try:
        await conn.execute(f"create temporary table money (n serial, amount {kind})")
        await conn.copy_to_table("money", source=BytesIO(signed + body), columns=["amount"], format="binary")
        rows = [r["amount"] for r in await conn.fetch("select amount from money order by n")]
    finally:
        await conn.close()
    assert rows == [exactly(v) for v in values]
    assert sum(rows) == sum(map(exactly, values), Decimal())
