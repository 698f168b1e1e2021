"""What people who look after water would do next, half of it right and half of it a shortcut that must be refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prove.scene import Links, Scene

OFTEN = ("sample", "sample", "sample", "contamination")
"""The workflows in which a walk spends more of its steps."""
SELDOM = ("CANCEL", "REFUSE", "HAND_OVER", "RETEST")
"""What would lose most samples before they are tested."""
LIMITS = {"as": 0.01, "f": 1.5}
"""The larger limits of IS 10500:2012 as amended, in mg/L."""
_FOUND: tuple[dict[str, float], ...] = ({"value": 0.004}, {"below": 0.002}, {"value": 0.08}, {"value": 3.0})
_POINTS = (("source", "Well head"), ("source", "Second well"), ("school", "School"))


def guess(scene: Scene, workflow: str, action: str) -> tuple[dict[str, Any], Links] | None:
    """Fields and links of an action of the workflows of quality."""
    if workflow not in ("sample", "kit-test", "contamination"):
        return None
    if action == "REGISTER":
        return _registered(scene), ()
    if action == "REPORT":
        return _kit(scene), ()
    return _fields(scene, action), _links(scene, action)


def _point(scene: Scene, aim: Mapping[str, Any] | None) -> dict[str, Any]:
    kind, point = scene.chance.choice(_POINTS)
    told = {"village": scene.things["village"], "scheme": scene.things["scheme"]}
    told |= {"water_source": scene.things["source"], "point_kind": kind, "sampling_point": scene.things[point]}
    if aim is not None and scene.chance.random() < 0.9:
        told |= {name: aim[name] for name in ("sampling_point", "point_kind") if name in aim}
    return told


def _aim(scene: Scene) -> Mapping[str, Any] | None:
    """A contamination that waits to be tested again."""
    known = [scene.records[id] for id in scene.last.get("contamination", ()) if id in scene.records]
    waiting = [one for one in known if one.get("status") in ("ACTION_TAKEN", "PROVISIONALLY_SAFE")]
    return scene.chance.choice(waiting) if waiting and scene.chance.random() < 0.8 else None


def _tests(scene: Scene, aim: Mapping[str, Any] | None) -> list[str]:
    some = scene.chance.sample(list(LIMITS), scene.chance.randint(1, 2))
    return list(dict.fromkeys([*(aim or {}).get("parameters", ()), *some]))


def _registered(scene: Scene) -> dict[str, Any]:
    aim, ago = _aim(scene), timedelta(minutes=scene.chance.choice((0, 0, 0, 20)))
    told = {"collected_at": (scene.now - ago).isoformat(), "tests_asked": _tests(scene, aim)}
    return _point(scene, aim) | told


def _kit(scene: Scene) -> dict[str, Any]:
    aim = _aim(scene)
    found = [{"parameter": one, "result": scene.chance.choice(("safe", "unsafe"))} for one in _tests(scene, aim)]
    return _point(scene, aim) | {
        "tested_at": scene.now.isoformat(), "kit": scene.things["kit"], "results": found
    }  # fmt: skip


def _fields(scene: Scene, action: str) -> dict[str, Any]:
    now, chance = scene.now.isoformat(), scene.chance
    if action == "SUBMIT_RESULTS":
        asked = (scene.case or {}).get("tests_asked") or list(LIMITS)
        tested = asked if chance.random() < 0.8 else asked[:1]
        return {"results": [{"parameter": one, "tested_at": now} | chance.choice(_FOUND) for one in tested]}
    if action == "COLLECT":
        before = (scene.case or {}).get("tests_asked") or [] if chance.random() < 0.9 else []
        return {"collected_at": now, "tests_asked": list(dict.fromkeys([*before, *_tests(scene, None)]))}
    known: dict[str, dict[str, Any]] = {
        "HAND_OVER": {"custodian": "carrier", "handed_over_at": now},
        "RECEIVE": {"laboratory": scene.things["laboratory"], "received_at": now, "condition": "good"},
        "REFUSE": {"remark": "Leaking"},
        "NOTIFY": {"informed": chance.choice((["health", "vwsc"], ["health", "panchayat"], ["vwsc"]))},
        "ADVISE": {"advisory": chance.choice(("boil", "other_source", "tanker"))},
    }
    if action == "RECORD_ACTION":
        ago = timedelta(minutes=chance.choice((0, 0, 600)))
        remedy = chance.choice(("treatment_unit", "treatment_unit", "chlorination", "other_source"))
        return {"remedy": remedy, "remedied_at": (scene.now - ago).isoformat()}
    return known.get(action, {})


def _links(scene: Scene, action: str) -> Links:
    samples, kits = list(scene.last.get("sample", ())), list(scene.last.get("kit_test", ()))
    if scene.chance.random() < 0.05:
        return ()
    if action == "KIT_CLEAN" and kits:
        return (("kit", scene.chance.choice(kits)),)
    if action == "RETEST_SAMPLED" and samples:
        same = [id for id in samples if _is_of(scene, id)]
        aimed = same if same and scene.chance.random() < 0.8 else [*samples, *kits[-2:]]
        return (("retest", scene.chance.choice(aimed)),)
    return ()


def _is_of(scene: Scene, id: str) -> bool:
    """Whether a sample is of the point of the case and tested for what was found, so far as anybody can see."""
    case, sample = scene.case or {}, scene.records.get(id, {})
    later = str(sample.get("collected_at", "")) > str(case.get("remedied_at", "~"))
    lost = sample.get("status") in ("REFUSED", "CANCELLED")
    asked = set(case.get("parameters") or ()) <= set(sample.get("tests_asked") or ())
    return later and not lost and asked and sample.get("sampling_point") == case.get("sampling_point")
