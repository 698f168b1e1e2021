"""The partner who pushes: a night of 1,000 results over a line that breaks, sent twice, one in a hundred wrong."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from bad_line import bad_line
from partner_world import PATIENCE, World

from jjm.client import Batch, Client, Item, OAuthKey, Refused, Signature, Untrusted

pytestmark = pytest.mark.long

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("/village", {"village": "VIL-1"}),
    ("/results/0/parameter", {"results": [{"parameter": "flouride", "value": 1.0}]}),
    ("/results/0/value", {"results": [{"parameter": "f", "value": -1.0}]}),
    ("/method", {"method": "by eye"}),
]


def night(first: int, count: int = 1_000, mended: bool = False) -> list[Item]:
    """The results of a night; one in a hundred is wrong unless they were mended."""
    items: list[Item] = []
    for n in range(first, first + count):
        data = {
            "village": f"VIL-{700000 + n % 100}",
            "method": "laboratory",
            "sampled_on": "2026-11-28",
            "results": [{"parameter": "f", "value": n % 20 / 10}],
            "contaminated": n % 20 > 15,
            "external_ids": [{"system": "kalpana-lab", "value": f"K-{n:06}"}],
        }
        if n % 100 == 50 and not mended:
            data |= WRONG[n // 100 % len(WRONG)][1]
        items.append({"type": "water_quality_tests", "ref": f"K-{n:06}", "data": data})
    return items


def counts(batch: Batch) -> tuple[int, int, int]:
    """Accepted, duplicates, refused, as counted from the receipts."""
    found = Counter(receipt.outcome for receipt in batch)
    assert (batch.accepted, batch.duplicates, batch.refused) == tuple(
        found[name] for name in ("accepted", "duplicate", "refused")
    )
    assert [receipt.item for receipt in batch] == list(range(batch.items))
    return batch.accepted, batch.duplicates, batch.refused


def kept(world: World) -> Counter[str]:
    """How often each number of the laboratory is on the node."""
    with world.admin() as admin:
        found = admin.list("water_quality_test", fields=["external_ids"])
        return Counter(known["value"] for record in found for known in record.get("external_ids", ()))


@pytest.fixture(scope="module")
def lab(world: World) -> OAuthKey:
    """The laboratories' system: it may write water tests of its State."""
    return world.partner("Laboratories of Kalpana", "water_quality_test:write@state/21")


def test_a_night_over_a_breaking_line_sent_twice_is_taken_in_once_and_told_item_by_item(
    world: World, lab: OAuthKey
) -> None:
    items = night(0)
    with bad_line(world.url) as line, Client(line.url, auth=lab, patience=PATIENCE) as far:
        far.types()
        line.cut("up", 120_000, 60_000)
        first = far.push("night-1", items)
        assert line.made == 2, "the upload was cut in the middle, twice"
        line.cut("down", 40)
        again = far.push("night-1", items)
        assert line.made == 3, "the receipt was lost on its way"
        assert counts(first) == (990, 0, 10)
        assert again == first == far.batch("night-1")
    wrong = [(r.ref, fault.pointer) for r in first if r.outcome == "refused" for fault in r.faults]
    assert [ref for ref, _ in wrong] == [f"K-{n:06}" for n in range(50, 1_000, 100)]
    assert all(str(at).endswith(WRONG[n % len(WRONG)][0]) for n, (_, at) in enumerate(wrong)), wrong
    assert all(fault.message and fault.remedy for r in first for fault in r.faults)
    assert all((r.version, r.id and r.id[:7]) == (1, "WQT-21-") for r in first if r.outcome == "accepted")
    assert set(kept(world).values()) == {1}
    assert len(kept(world)) == 990


def test_results_are_known_again_under_another_name_and_mended_ones_are_taken(world: World, lab: OAuthKey) -> None:
    with Client(world.url, auth=lab, patience=PATIENCE) as node:
        first = node.push("night-2", night(2_000))
        other = node.push("night-2-by-hand", night(2_000))
        assert counts(first) == (990, 0, 10)
        assert counts(other) == (0, 990, 10)
        assert {r.ref: r.id for r in first} == {r.ref: r.id for r in other}
        mended = node.push("night-2-mended", night(2_000, mended=True))
        assert counts(mended) == (10, 990, 0)
        with pytest.raises(Refused) as differs:
            node.push("night-2", night(2_000, mended=True))
        assert differs.value.code == "batch-differs"
    found = kept(world)
    assert Counter(found[f"K-{n:06}"] for n in range(2_000, 3_000)) == {1: 1_000}


def test_a_node_that_dies_under_a_push_has_taken_it_in_once(world: World, lab: OAuthKey) -> None:
    with Client(world.url, auth=lab, patience=PATIENCE) as node:
        node.push("before", night(4_000, 10))
        world.die_and_rise()
        batch = node.push("night-3", night(5_000, 1_500))
        assert counts(batch) == (1_485, 0, 15)
        world.die_and_rise()
        assert node.push("night-3", night(5_000, 1_500)) == batch
    found = kept(world)
    assert Counter(found[f"K-{n:06}"] for n in range(5_000, 6_500)) == {1: 1_485, 0: 15}


def test_an_agreement_may_ask_for_signed_pushes_and_the_receipt_is_signed_too(world: World) -> None:
    signer = world.partner("Signing laboratory", "water_quality_test:write@state/21", agreed=True, signs=True)
    with Client(world.url, auth=signer) as node, pytest.raises(Refused) as missing:
        node.push("unsigned", night(8_000, 5))
    assert (missing.value.code, missing.value.status) == ("signature-missing", 401)
    with Client(world.url) as anybody:
        node_key = world.node_key(anybody)
    with Client(world.url, auth=signer, seal=Signature(signer.key, node_key=node_key)) as node:
        assert counts(node.push("signed", night(8_000, 5))) == (5, 0, 0)
    other = world.partner("Another", "water_quality_test:write@state/21").key.public["keys"][0]
    with Client(world.url, auth=signer, seal=Signature(signer.key, node_key=other)) as node, pytest.raises(Untrusted):
        node.push("signed", night(8_000, 5))
