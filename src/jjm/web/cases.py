"""Cases in words: what states, actions, roles, places and stretches of time are called for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jjm.access import Holder, names_of_people
from jjm.kit import Problem, ReadConnection
from jjm.standards import NODE_PLACE, Field, Workflow
from jjm.web import places
from jjm.web.language import N_
from jjm.web.shown import Link
from jjm.web.site import Page
from jjm.workflow import KEEPER, Workflows, who_may_answer, workflows_of

_MOST_CHOICES = 200
STANDING = {"late": N_("late"), "near": N_("due soon"), "within": N_("in time")}
_WHY = {
    "all hours count": N_("every hour counts"),
    "working hours count": N_("only working hours count"),
    "the case is closed": N_("nothing counts: the case is closed"),
}
_OWN_ACTIONS = {
    "COMMENT": N_("Said"),
    "ASSIGN": N_("Given on"),
    "DOCUMENT": N_("A document was added"),
    "DOCUMENT_ERASED": N_("A document was erased"),
    "RECORD_ERASED": N_("A record was erased, and documents and comments about it"),
    "ADOPTED": N_("Taken up as a case"),
    "MIGRATE": N_("Went over to a new version of the workflow"),
    "NEAR": N_("Its time was nearly over"),
    "LATE": N_("Its time was over"),
    "ESCALATE": N_("Passed on, since it was late"),
    "SEATED": N_("Answered for by others, since roles changed"),
}


@dataclass
class Words:
    """The words of workflows for one reader; `learn` looks up what places are called."""

    page: Page
    known: Workflows
    links: dict[str, Link] = field(default_factory=dict[str, Link])

    @classmethod
    def of(cls, page: Page) -> Words:
        """The words for the reader of a page."""
        return cls(page, workflows_of(page.request))

    async def learn(self, conn: ReadConnection, places_named: Iterable[str]) -> None:
        """Look up what these places are called."""
        for place in dict.fromkeys(places_named):
            if place not in self.links:
                self.links[place] = await self._link(conn, place)

    async def _link(self, conn: ReadConnection, place: str) -> Link:
        if place == NODE_PLACE:
            return Link(self.page.language.say(N_("this node")), None)
        level, _, code = place.partition("/")
        try:
            _, id = await places.find_id(self.page.registry, conn, level, code)
        except Problem:
            return Link(place, None)
        found = (await places.named(self.page.registry, conn, [id])).get(id)
        return Link(self.page.shown.area(found), found.path) if found else Link(place, None)

    async def choices(
        self, conn: ReadConnection, case: Mapping[str, Any], states: Iterable[str]
    ) -> dict[str, list[tuple[str, str]]]:
        """To whom a case may be given, in its own state and in these: accounts, each with name, role and place."""
        if case["ended_at"]:
            return {}
        wanted = dict.fromkeys([case["state"], *states])
        found = {state: (await who_may_answer(self.known, conn, case["id"], state))[:_MOST_CHOICES] for state in wanted}
        everybody = [one for ones in found.values() for one in ones]
        await self.learn(conn, [one.place for one in everybody])
        names = await names_of_people(self.page.site.access, conn, sorted({one.person for one in everybody}))
        return {state: [(one.person, self._holder(one, names)) for one in ones] for state, ones in found.items()}

    def _holder(self, one: Holder, names: Mapping[str, str]) -> str:
        return f"{names.get(one.person, one.person)}, {self.role(one.role)}, {self.place(one.place).name}"

    def place(self, place: str) -> Link:
        """A place by its name, with its page."""
        return self.links.get(place) or Link(place, None)

    def moved(self, workflow: Workflow) -> Field:
        """The field that holds the state."""
        return self.known.registry.catalogue.types[workflow.type].field(workflow.moves)

    def workflow(self, name: str) -> str:
        """What a workflow is called."""
        found = self.known.declared.get(name)
        return self.page.language.of(found.title) if found else name

    def state(self, workflow: Workflow, state: str) -> str:
        """What a state is called."""
        return self.page.shown.code(self.moved(workflow), state)

    def state_of(self, name: str, state: str) -> str:
        """What a state is called in the workflow of that name as it is declared today."""
        found = self.known.declared.get(name)
        return self.state(found, state) if found else state

    def state_of_type(self, type: str, state: str) -> str:
        """What a state is called in the workflow that moves a type."""
        found = self.known.of_type(type)
        return self.state(found, state) if found else state

    def action(self, workflow: Workflow, action: str) -> str:
        """What an action is called."""
        titles = next((a.title for _, a in workflow.actions() if a.name == action), None)
        if titles is not None:
            return self.page.language.of(titles) or action
        return self.page.language.say(_OWN_ACTIONS[action]) if action in _OWN_ACTIONS else action

    def role(self, role: str) -> str:
        """What a role is called."""
        found = self.known.registry.catalogue.roles.get(role)
        if found is not None:
            return self.page.language.of(found.title)
        return self.page.language.say(N_("keeper of the node")) if role == KEEPER else role

    def standing(self, standing: str) -> str:
        """How a clock stands."""
        return self.page.language.say(STANDING.get(standing, standing))

    def why(self, workflow: Workflow, state: str, why: str) -> str:
        """Why a stretch of time was counted, or why the clock stood."""
        if why in _WHY:
            return self.page.language.say(_WHY[why])
        stage = workflow.stages.get(state)
        if stage is None or stage.pause is None or stage.pause.field is None:
            reason = self.state(workflow, why)
        else:
            standard = self.known.registry.catalogue.types[workflow.type]
            reason = self.page.shown.code(standard.field(stage.pause.field), why)
        return self.page.language.say(N_("nothing counts, the clock stands: %(why)s"), why=reason)


def standing_of(item: Mapping[str, Any]) -> str:
    """How the clock of a waiting case stands: `late`, `near` or `within`."""
    return "late" if item["late"] else str(item.get("clock", "within"))
