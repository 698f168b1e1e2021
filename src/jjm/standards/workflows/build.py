"""Turns a checked workflow file into the values of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from jjm.standards.build import titles
from jjm.standards.reader import mapping, sequence, texts
from jjm.standards.workflows.model import (
    Action,
    Beginning,
    By,
    Counted,
    Notice,
    Pause,
    Promise,
    Replacing,
    Rung,
    Stage,
    Timer,
    Workflow,
)


def workflow_from(name: str, file: str, raw: Mapping[str, object]) -> Workflow:
    """The workflow that a file of ours declares."""
    subtype = mapping(raw.get("subtype"))
    return Workflow(
        name=name,
        version=str(raw.get("$id", "")).rpartition("/")[2],
        title=titles(raw.get("title")),
        description=titles(raw.get("description")),
        type=str(raw.get("type", "")),
        moves=str(raw.get("moves", "")),
        starts={key: _action(key, mapping(value)) for key, value in mapping(raw.get("starts")).items()},
        stages={key: _stage(key, mapping(value)) for key, value in mapping(raw.get("states")).items()},
        promise=promise_from(raw.get("promise")),
        subtype=(str(subtype.get("field")), str(subtype.get("column"))) if subtype else None,
        ladder=tuple(_rung(mapping(rung)) for rung in sequence(raw.get("escalation"))),
        notices=tuple(_notice(mapping(notice)) for notice in sequence(raw.get("tells"))),
        links=texts(raw.get("links")),
        begins=tuple(_beginning(mapping(one)) for one in sequence(raw.get("begins"))),
        replaces=_replacing(mapping(raw.get("replaces"))),
        said=raw,
        file=file,
    )


def promise_from(raw: object) -> Promise | None:
    """The promise that a file makes there; None where it makes none."""
    words = mapping(raw)
    hours = words.get("hours")
    if not isinstance(hours, int | float):
        return None
    return Promise(float(hours), cast("Counted", words.get("count", "working")))


def _stage(name: str, raw: Mapping[str, object]) -> Stage:
    return Stage(
        name=name,
        responsible=texts(raw.get("responsible")),
        actions={key: _action(key, mapping(value)) for key, value in mapping(raw.get("actions")).items()},
        done=raw.get("done") is True,
        promise=promise_from(raw.get("promise")),
        timers=tuple(
            Timer(promise_from(timer.get("after")) or Promise(0), str(timer.get("action", "")))
            for timer in map(mapping, sequence(raw.get("timers")))
        ),
        pause=_pause(raw.get("pause")),
    )


def _action(name: str, raw: Mapping[str, object]) -> Action:
    return Action(
        name=name,
        to=str(raw.get("to", "")),
        title=titles(raw.get("title")),
        roles=texts(raw.get("roles")),
        by=tuple(cast("By", one) for one in texts(raw.get("by"))),
        fields=texts(raw.get("fields")),
        optional=texts(raw.get("optional")),
        documents=texts(raw.get("documents")),
        guards=texts(raw.get("guards")),
        does=texts(raw.get("does")),
        fills=texts(raw.get("fills")),
        comment=raw.get("comment") is True,
        assigns=raw.get("assigns") is True,
    )


def _pause(raw: object) -> Pause | None:
    if raw is True:
        return Pause()
    words = mapping(raw)
    return Pause(str(words.get("field")), texts(words.get("for"))) if words else None


def _rung(raw: Mapping[str, object]) -> Rung:
    return Rung(promise_from(raw.get("after")) or Promise(0), texts(raw.get("to")))


def _notice(raw: Mapping[str, object]) -> Notice:
    return Notice(str(raw.get("on", "")), texts(raw.get("who")), str(raw.get("template", "")))


def _beginning(raw: Mapping[str, object]) -> Beginning:
    news = {key: str(value) for key, value in mapping(raw.get("on")).items()}
    return Beginning(
        start=str(raw.get("start", "")),
        type=news.get("type"),
        workflow=news.get("workflow"),
        moment=news.get("action") or news.get("state"),
        guards=texts(raw.get("guards")),
        takes={key: str(value) for key, value in mapping(raw.get("takes")).items()},
        gives=dict(mapping(raw.get("gives"))),
        link=str(raw["link"]) if "link" in raw else None,
    )


def _replacing(raw: Mapping[str, object]) -> Replacing | None:
    states = {key: str(value) for key, value in mapping(raw.get("states")).items()}
    return Replacing(str(raw.get("version")), states) if raw else None
