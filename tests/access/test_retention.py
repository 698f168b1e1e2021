"""Logs are forgotten when their term is over, not before, and not while a record that they tell of is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from people_kit import House, role
from shipped import shipped

from jjm.access import purge_logs
from jjm.access.retention import log_terms
from jjm.registry import held_records
from jjm.standards import Catalogue

PLACE = "local_body/901300"
_LOGS = {
    "readings": "select count(*) from access.reading",
    "doors": "select count(*) from access.event",
    "sessions": "select count(*) from access.session",
}


async def counts(house: House) -> dict[str, int]:
    """How many entries each log has."""
    return {name: (await house.rows(statement))[0][0] for name, statement in _LOGS.items()}


async def purge(house: House) -> Any:
    """What the node forgets each hour."""
    node = house.node
    async with node.database.read() as conn:
        held = await held_records(conn, house.clock.today())
    return await purge_logs(node.database, node.registry.catalogue, held, house.clock.now())


async def test_each_log_is_kept_for_its_term_and_no_longer(house: House) -> None:
    told = {"village": "VIL-901400", "head_name": "Kalpit Nayak"}
    ids = [(await house.keeper.post("/api/v1/households", json=told)).json()["id"] for _ in range(2)]
    for id in ids:
        house.later(minutes=2)
        await house.keeper.get(f"/api/v1/households/{id}")
    await house.somebody(None, PLACE, role("panchayat_secretary", PLACE))
    assert house.node.registry.readings is not None
    await house.node.registry.readings.settle(house.node.database)
    before = await counts(house)
    assert all(before.values()), before
    house.later(days=700)
    assert not any((await purge(house)).values())
    assert await counts(house) == before
    await house.call(None, "POST", f"/households/{ids[0]}:hold", {"reason": "case 12"})
    house.later(days=60)
    done = await purge(house)
    assert (done["doors"], done["sessions"]) == (before["doors"], before["sessions"])
    left = await house.rows("select distinct unnest(ids) from access.reading")
    assert [row[0] for row in left] == [ids[0]], "what is held is told of further"
    await house.call(None, "POST", f"/households/{ids[0]}:release")
    await purge(house)
    assert await counts(house) == {"readings": 0, "doors": 0, "sessions": 0}


def test_no_log_is_kept_for_less_than_a_year() -> None:
    """Whatever the codelist says: the rule asks for a year (standards/codes/log-retention.csv, `[verify]`)."""
    catalogue = shipped()
    assert {name: term.days for name, term in log_terms(catalogue).items()} == {
        "readings": 731, "doors": 731, "sessions": 731, "uses": 1096,
    }  # fmt: skip
    known = catalogue.codelists["log-retention"]
    short = {name: replace(code, extra={**code.extra, "keep_days": "30"}) for name, code in known.codes.items()}
    lists = {**catalogue.codelists, "log-retention": replace(known, codes=short)}
    made = Catalogue(catalogue.types, lists, catalogue.states, catalogue.roles)
    assert set(log_terms(made).values()) == {timedelta(days=365)}
