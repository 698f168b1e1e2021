"""What people who build schemes would do next, and what they would rather report."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prove.scene import Links, Scene

OFTEN = ("work", "handover")
"""The workflows in which a walk spends more of its steps."""
SELDOM = ("DROP", "STOP", "SEND_BACK", "WITHDRAW")
"""What would end most cases before they have come far."""
_WORKFLOWS = ("work", "handover", "har-ghar-jal", "progress-report", "geotag")
_ITEMS = ("trial_run", "community_took_part", "upkeep_arranged", "operator_named", "assets_listed")
_PLAN = [{"component": "fhtc", "planned": 10, "weight": 60, "achieved": 0}]


def guess(scene: Scene, workflow: str, action: str) -> tuple[dict[str, Any], Links] | None:
    """Fields and links of an action of the workflows of progress."""
    if workflow not in _WORKFLOWS:
        return None
    done = [id for id in scene.last.get("handover", ()) if scene.records.get(id, {}).get("status") == "HANDED_OVER"]
    if (workflow, action) == ("work", "HAND_OVER") and done:
        return {}, (("handover", scene.chance.choice(done)),)
    return _fields(scene, workflow, action), ()


def _fields(scene: Scene, workflow: str, action: str) -> dict[str, Any]:
    things, chance, now = scene.things, scene.chance, scene.now
    today = (now - timedelta(days=chance.choice((0, 0, 0, -3, 3)))).date().isoformat()
    homes, built = chance.randint(1, 300), chance.choice((4, 10, 10))
    village, scheme = things["village"], things["scheme"]
    works = list(scene.last.get("work", ()))
    known: dict[tuple[str, str], dict[str, Any]] = {
        ("geotag", "TAG"): {
            "village": village, "kind": "WS", "water_source": things["source"],
            "location": {"type": "Point", "coordinates": [84.0, chance.choice((20.0, 20.0, 60.0))]},
            "captured_at": now.isoformat(), "client_key": f"key-{chance.randrange(10**12)}",
        },
        ("handover", "PREPARE"): {"scheme": scheme, "villages": [village], "to": things["body"]},
        ("handover", "CHECK"): {"checklist": [
            {"item": one, "is_met": chance.random() < 0.95} for one in _ITEMS
        ]},
        ("handover", "TAKE_OVER"): {"handed_over_on": today},
        ("har-ghar-jal", "REPORT"): {
            "village": village, "households": homes, "households_with_tap": homes - chance.choice((0, 0, 1)),
            "reported_on": today,
        },
        ("har-ghar-jal", "CERTIFY"): {"resolution_number": "GS/7", "resolved_on": today},
        ("progress-report", "REPORT"): {
            "work": chance.choice(works) if works else "none", "village": village, "reached_on": today,
            "component": "fhtc", "location": {"type": "Point", "coordinates": [84.0, 20.0]},
            "quantity": built, "client_key": f"key-{chance.randrange(10**12)}",
        },
        ("progress-report", "INSPECT"): {"inspected_quantity": built, "inspected_on": today},
        ("work", "PLAN"): {"title": "Work", "scheme": scheme, "villages": [village]},
        ("work", "DETAIL"): {"components": _PLAN, "connections_planned": 10},
        ("work", "SANCTION"): {"sanction": things["sanction"]},
        ("work", "AWARD"): {"contract": things["contract"]},
        ("work", "MEASURE"): {"components": [_PLAN[0] | {"achieved": built}]},
        ("work", "COMPLETE"): {"completed_on": today},
        ("work", "COMMISSION"): {"commissioned_on": today},
    }  # fmt: skip
    return known.get((workflow, action), {})
