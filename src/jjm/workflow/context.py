"""What every use case of workflows needs at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from fastapi import Request

from jjm.access import Access
from jjm.kit import ReadConnection, not_found
from jjm.registry import Reach, Registry
from jjm.standards import COUNTRY, Calendar, Workflow, workflow_again
from jjm.workflow import store
from jjm.workflow.deeds import Deeds


@dataclass
class Workflows:
    """The workflows of one node: their definitions, what solutions bring to them, and who can be found responsible."""

    registry: Registry
    access: Access
    deeds: Deeds = field(default_factory=Deeds)
    reach: Reach = field(init=False)
    tried: dict[str, str] = field(default_factory=dict[str, str])
    """How far a workflow has gone through the cases that it takes over; the next call goes on behind that one."""
    _known: dict[tuple[str, str], Workflow] = field(default_factory=dict[tuple[str, str], Workflow])

    def __post_init__(self) -> None:
        self.reach = Reach(self.registry)

    def now(self) -> datetime:
        """The instant, by the node's clock."""
        return self.registry.clock.now()

    @property
    def declared(self) -> Mapping[str, Workflow]:
        """The workflows of the standards, by name."""
        return self.registry.catalogue.workflows

    def newest(self, name: str) -> Workflow:
        """The workflow of that name as it is declared today. Raises Problem 404."""
        if name not in self.declared:
            known = ", ".join(self.declared) or "none"
            raise not_found(f"There is no workflow `{name}` here; known: {known}.", "workflow-unknown")
        return self.declared[name]

    def of_type(self, type: str) -> Workflow | None:
        """The workflow that moves the records of a type; None where none, or one of several, does."""
        found = [w for w in self.declared.values() if w.type == type]
        return found[0] if len(found) == 1 else None

    async def version(self, conn: ReadConnection, name: str, version: str) -> Workflow:
        """A workflow as a case knows it: by its own version."""
        declared = self.declared.get(name)
        if declared is not None and declared.version == version:
            return declared
        if (name, version) not in self._known:
            row = await store.queries.definition(conn, name=name, version=version)
            assert row is not None, "a case refers to a definition that is kept"
            self._remember(name, version, row["body"])
        return self._known[name, version]

    def _remember(self, name: str, version: str, body: str) -> None:
        found = workflow_again(name, orjson.loads(body), self.registry.catalogue)
        self._known[name, version] = found

    def calendar(self, places: Sequence[str]) -> Calendar:
        """The calendar of the State among these places, else the country's."""
        calendars = self.registry.catalogue.calendars
        codes = {f"state/{state.state}": iso for iso, state in self.registry.catalogue.states.items()}
        names = [codes[place] for place in places if place in codes]
        found = next((calendars[name] for name in names if name in calendars), None)
        return found or calendars[COUNTRY]


def workflows_of(request: Request) -> Workflows:
    """The workflows of the node that a call has come to."""
    found: Workflows = request.app.state.workflows
    return found
