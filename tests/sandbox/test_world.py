"""The world of a seed: the same every time, valid, connected, marked, and nothing in it real."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256

import orjson
import pytest
from nodes import surroundings
from small_world import SMALL, Today, Told, fields, versions

from jjm.kit import is_well_formed
from jjm.sandbox import Record, world
from jjm.standards import Catalogue, Field, Standard, validators

_OTHER_PROCESS = """
import sys
from hashlib import sha256
import orjson
from jjm.sandbox import world
from jjm.standards import default_folder, load
told = list(world(load(default_folder()), villages=int(sys.argv[1]), households=int(sys.argv[2])))
print(sha256(orjson.dumps(told)).hexdigest())
"""


def test_the_same_seed_gives_the_same_world_on_every_run(told: Told) -> None:
    command = [sys.executable, "-c", _OTHER_PROCESS, str(SMALL["villages"]), str(SMALL["households"])]
    runs = [
        subprocess.run(
            command, env=surroundings(PYTHONHASHSEED=seed), capture_output=True, check=True, text=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert {run.strip() for run in runs} == {sha256(orjson.dumps(told)).hexdigest()}


def test_another_seed_gives_another_world(catalogue: Catalogue, told: Told) -> None:
    other = dict(world(catalogue, seed=8, villages=20, households=100))
    mine = dict(told[: len(catalogue.types)])
    assert {r["name"] for r in mine["village"]}.isdisjoint(r["name"] for r in other["village"])
    assert {r["id"] for r in mine["household"]}.isdisjoint(r["id"] for r in other["household"])


def test_every_type_has_records_that_follow_its_standard(catalogue: Catalogue, told: Told) -> None:
    checks = validators(catalogue)
    assert {type for type, records in told if records} == {
        name for name, standard in catalogue.types.items() if not standard.by_workflow
    }
    for type, record in versions(told):
        assert checks[type].is_valid(fields(record), "99"), (type, checks[type].validate(fields(record), "99"))


def test_what_is_pointed_to_was_told_before(catalogue: Catalogue, told: Told) -> None:
    known: set[str] = set()
    for type, records in told:
        known |= {record["id"] for record in records}
        for record in records:
            missing = set(_refs(catalogue.types[type], record)) - known
            assert not missing, (type, record["id"], missing)


def _refs(standard: Standard, record: Record) -> Iterator[str]:
    for field in standard.fields:
        if field.name in record:
            yield from _ids(field, record[field.name])


def _ids(field: Field, value: object) -> Iterator[str]:
    if field.ref:
        assert isinstance(value, str)
        yield value
    elif field.item and isinstance(value, list):
        for entry in value:
            yield from _ids(field.item, entry)


def test_ids_are_unique_well_formed_and_of_the_invented_state(catalogue: Catalogue, today: Today) -> None:
    ids = [record["id"] for records in today.values() for record in records]
    assert len(ids) == len(set(ids))
    for type, records in today.items():
        template = catalogue.types[type].id
        for record in records:
            assert "{check}" not in template or is_well_formed(record["id"]), record["id"]
            assert "{state}" not in template or record["id"].split("-")[1] == "99", record["id"]


def test_every_version_says_that_it_is_synthetic(told: Told) -> None:
    assert {record["_meta"]["source"] for _, record in versions(told)} == {"synthetic: seed 7"}


@pytest.mark.parametrize("villages", [1, 2, 11, 61])
def test_a_state_of_any_size_is_whole(catalogue: Catalogue, villages: int) -> None:
    told = list(world(catalogue, villages=villages, households=3 * villages))
    sizes = {type: len(records) for type, records in told[: len(catalogue.types)]}
    assert (sizes["village"], sizes["household"]) == (villages, 3 * villages)
    checks = validators(catalogue)
    for type, record in versions(told):
        assert checks[type].is_valid(fields(record), "99"), record
