"""The site around the pages: languages, templates, what every page carries, and refusals as pages that help."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from jjm.access import ANONYMOUS, Access, Actor
from jjm.kit import IST, Problem, ReadConnection, Section, Sheet, not_found, recall
from jjm.kit.http import not_modified, problem_answer
from jjm.registry import AsOf, Registry, day, moment
from jjm.web import calls, language
from jjm.web.calls import Document
from jjm.web.finding import Suggestion, nearest
from jjm.web.fixed import environment, static
from jjm.web.forms import cookie, form_token, give_cookie
from jjm.web.language import N_, Language
from jjm.web.problems import Described, described
from jjm.web.shown import Shown

_SYNTHETIC_FOR = 5.0
_UNABLE = 500
_NO_PAGES = ("/api/", "/log/", "/health/", "/metrics", "/openapi.json", "/oauth/", "/.well-known/", "/static/")
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
UNTITLED = N_("Jal Jeevan Mission node")  # the title of a node to which nobody gave another
VillagePart = Callable[[Registry, ReadConnection, str, str], Awaitable[Any]]
"""What a solution tells on the page of a village: `title`, `warnings`, `lines` and a `note`, in words of the reader."""
FindingsPart = Callable[[Registry, ReadConnection, str | None, AsOf | None, Sequence[str], str], Awaitable[Any]]
"""What a solution finds that cannot be right: `items` in words of the reader, where the `next` page begins, `files`."""
Told = Callable[[Request, Actor, str], Awaitable[Sheet | Response]]
"""A page that a solution brings: what is to be read of it, for the actor and in that language; or a file."""
Taken = Callable[[Request, Actor, str, Mapping[str, str], bytes], Awaitable[Sheet | Response]]
"""What takes in the form of such a page: its fields and what its file holds; the sheet again where it is refused."""
RecordPart = Callable[[Request, ReadConnection, Actor, Mapping[str, Any], str], Awaitable[Section | None]]
"""What a solution tells on the pages of a record, as the reader sees it."""
Handler = Callable[["Page"], Awaitable[Response]]


@dataclass
class Site:
    """The pages of one node. `openapi` makes the document of its calls, `vkey` is the public key of its ledger.

    `links` are the pages of solutions that stand in the list of reports, with title and words about them by language.
    """

    registry: Registry
    access: Access
    title: str
    version: str
    openapi: Callable[[], bytes]
    vkey: str
    village_parts: Sequence[VillagePart] = ()
    findings_parts: Sequence[FindingsPart] = ()
    sheets: Mapping[str, Told] = field(default_factory=dict[str, Told])
    forms: Mapping[str, Taken] = field(default_factory=dict[str, Taken])
    record_parts: Sequence[Mapping[str, RecordPart]] = ()
    links: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = field(
        default_factory=dict[str, tuple[Mapping[str, str], Mapping[str, str]]]
    )
    languages: Mapping[str, Language] = field(default_factory=language.load)
    environments: dict[str, Environment] = field(init=False)
    static: dict[str, tuple[bytes, str]] = field(init=False)
    problems: Mapping[str, Described] = field(default_factory=described)
    is_synthetic: bool = False
    _known_until: float = 0.0

    def __post_init__(self) -> None:
        self.static = static()
        self.environments = {code: environment(spoken) for code, spoken in self.languages.items()}

    @property
    def authority(self) -> Mapping[str, str] | None:
        """The State whose node this is, by its name; None for a node of another name."""
        found = next((s for s in self.registry.catalogue.states.values() if s.iso == self.registry.node), None)
        codes = self.registry.catalogue.codelists["state"].codes.values() if found is None else ()
        return (
            found.title if found else next((c.title for c in codes if c.extra.get("iso") == self.registry.node), None)
        )

    @cached_property
    def document(self) -> Document:
        """The calls of the node; read when the first page asks for them."""
        return calls.read(self.openapi())

    def address(self, name: str) -> str:
        """The address of a static file; another one for other content, so that it may be kept for ever."""
        return f"/static/{name}?v={sha256(self.static[name][0]).hexdigest()[:10]}"

    def page(self, path: str, handler: Handler, *methods: str) -> Route:
        """A page at an address, shown to whoever is signed in; read by GET, unless other `methods` are named."""

        async def show(request: Request) -> Response:
            page = Page(self, request)
            try:
                await self._refresh()
                page.actor = await self._visitor(request)
                return await handler(page)
            except Problem as problem:
                return await self.refusal(problem, request)

        return Route(path, show, methods=list(methods) or ["GET"])

    async def _visitor(self, request: Request) -> Actor:
        """Who is signed in in this browser; nobody in particular where the session is over."""
        secret = cookie(request, "session")
        try:
            actor = await self.access.gate.bearer(secret) if secret else ANONYMOUS
        except Problem:
            return ANONYMOUS
        # A token of a program has no business in a cookie.
        return actor if actor.kind == "person" else ANONYMOUS

    async def serve_static(self, request: Request) -> Response:
        """A file that pages use."""
        known = self.static.get(request.path_params["name"])
        if known is None:
            return await self.refusal(not_found("There is no such file."), request)
        headers = {"cache-control": "public, max-age=31536000, immutable", "etag": f'"{sha256(known[0]).hexdigest()}"'}
        if not_modified(request, headers["etag"]):
            return Response(status_code=304, headers=headers)
        return Response(known[0], media_type=known[1], headers=headers)

    async def _refresh(self) -> None:
        if time.monotonic() >= self._known_until:
            async with self.registry.database.read() as conn:
                self.is_synthetic = await recall(conn, "synthetic") is True
            self._known_until = time.monotonic() + _SYNTHETIC_FOR

    async def refusal(self, problem: Problem, request: Request) -> Response:
        """A refusal: a page that helps where a person asked for a page, else `application/problem+json`."""
        wants_page = "text/html" in request.headers.get("accept", "")
        if not wants_page or request.url.path.startswith(_NO_PAGES):
            return problem_answer(problem, request)
        page = Page(self, request)
        if problem.status < _UNABLE:
            page.actor = await self._visitor(request)
        sought = _sought(request) if problem.status == 404 else ""
        values = {"problem": problem, "sought": sought, "nearest": await self._nearest(sought)}
        return page.render("problem.html", values, problem.status, problem.headers)

    async def _nearest(self, sought: str) -> Sequence[Suggestion]:
        if not sought:
            return ()
        async with self.registry.database.read() as conn:
            return await nearest(self.registry, conn, sought)


@dataclass
class Page:
    """One page being made for one reader, who may be signed in; else it shows what anybody may see."""

    site: Site
    request: Request
    actor: Actor = ANONYMOUS

    @cached_property
    def _form(self) -> tuple[str, str]:
        return form_token(self.site.access, self.request)

    @property
    def form_token(self) -> str:
        """What a form on this page carries, so that no other site can post it."""
        return self._form[0]

    @property
    def registry(self) -> Registry:
        """The registries of the node."""
        return self.site.registry

    @property
    def language(self) -> Language:
        """The language of the reader."""
        return self.site.languages[language.choose(self.request, self.site.languages)]

    @cached_property
    def shown(self) -> Shown:
        """How values are shown to this reader."""
        return Shown(self.registry, self.language, self.actor)

    @property
    def query(self) -> QueryParams:
        """What the address asks for."""
        return self.request.query_params

    @property
    def valid_at(self) -> date | None:
        """The day asked for. Raises Problem 400 for a text that is no day."""
        return day(self.request, "valid_at") if self.query.get("valid_at") else None

    @property
    def known_at(self) -> datetime | None:
        """The instant of knowledge asked for; a day means its end in India. Raises Problem 400."""
        return moment(self.request, "known_at") if self.query.get("known_at") else None

    @property
    def as_of(self) -> AsOf | None:
        """The point on both clocks that is asked for; None for now."""
        if self.valid_at is None and self.known_at is None:
            return None
        clock = self.registry.clock
        return AsOf(self.valid_at or clock.today(), self.known_at or clock.now())

    @property
    def known_day(self) -> date | None:
        """The Indian day of that instant, for the field in which it is chosen."""
        return self.known_at.astimezone(IST).date() if self.known_at else None

    async def parts_of(self, conn: ReadConnection, type: str, record: Mapping[str, Any]) -> list[Section]:
        """What solutions tell of a record as it is today; nothing of another time, since they tell what holds now."""
        brought = [parts[type] for parts in self.site.record_parts if type in parts and self.as_of is None]
        told = [await part(self.request, conn, self.actor, record, self.language.code) for part in brought]
        return [one for one in told if one is not None]

    def is_in(self, path: str) -> bool:
        """True on the page at that address and on those below it."""
        return f"{self.request.url.path}/".startswith(f"{path}/")

    def read(self) -> Any:
        """A connection for what the page asks."""
        return self.registry.database.read()

    def url(self, path: str, **query: object) -> str:
        """An address that keeps the point in time that is being looked at."""
        kept = {name: self.query[name] for name in ("valid_at", "known_at") if self.query.get(name)}
        return self.at(path, kept | query)

    def at(self, path: str, query: Mapping[str, object]) -> str:
        """An address with those values in its query that are there."""
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        return f"{path}?{urlencode(asked)}" if asked else path

    def here(self, **query: object) -> str:
        """This address with other values in its query; None takes one out."""
        return self.at(self.request.url.path, dict(self.query) | query)

    def render(
        self,
        template: str,
        values: Mapping[str, object] | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """The page, in the language of the reader."""
        spoken = self.language
        made = self.site.environments[spoken.code].get_template(template)
        text = made.render(page=self, site=self.site, lang=spoken, shown=self.shown, **(values or {}))
        has_form = "_form" in self.__dict__
        kept = "no-cache" if self.actor == ANONYMOUS and not has_form else "private, no-store"
        own = {"content-security-policy": _POLICY, "cache-control": kept, "vary": "Accept-Language, Cookie"}
        chosen = language.chosen_cookie(self.request, self.site.languages)
        answer = HTMLResponse(text, status, {**own, **chosen, **(headers or {})})
        if has_form:
            give_cookie(self.request, answer, "form", self._form[1])
        return answer


def _sought(request: Request) -> str:
    """What somebody who went astray may have looked for: the last part of the address."""
    return request.url.path.rstrip("/").rpartition("/")[2].replace("-", " ")[:100]
