"""What in a BusinessService of DIGIT's would be lost without a word if it were taken as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jjm.kit import Fault
from jjm.standards.reader import Document, mapping, sequence
from jjm.standards.workflows.digit import service_in


def digit_faults(document: Document) -> Iterator[Fault]:
    """One service with states, each there once; times are numbers; an action of one name leads to one state."""
    raw = mapping(document.data)
    if len(sequence(raw.get("BusinessServices"))) > 1:
        yield document.fault("/BusinessServices", "more than one service is here", "write each into a file of its own")
    at, service = service_in(raw)
    states = [mapping(state) for state in sequence(service.get("states"))]
    if not states:
        remedy = "give the BusinessService with its `states`, or the body of `businessservice/_create`"
        yield document.fault(at, "a BusinessService without states is here", remedy)
    yield from _time(document, f"{at}/businessServiceSla", service.get("businessServiceSla"))
    seen = set[object]()
    for index, state in enumerate(states):
        here, name = f"{at}/states/{index}", state.get("state")
        if name in seen:
            yield document.fault(here, f"the state `{name}` is there twice", "keep one of the two")
        seen.add(name)
        yield from _time(document, f"{here}/sla", state.get("sla"))
        yield from _actions(document, here, state)


def _actions(document: Document, at: str, state: Mapping[str, object]) -> Iterator[Fault]:
    leads = dict[object, object]()
    for index, action in enumerate(map(mapping, sequence(state.get("actions")))):
        name, to = action.get("action"), action.get("nextState")
        if action.get("active") is not False and leads.setdefault(name, to) != to:
            message = f"`{name}` leads to two states, `{leads[name]}` and `{to}`"
            yield document.fault(f"{at}/actions/{index}", message, "give one of them another name")


def _time(document: Document, at: str, value: object) -> Iterator[Fault]:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        yield document.fault(at, "a time is no number", "write milliseconds as a number, or null for no promise")
