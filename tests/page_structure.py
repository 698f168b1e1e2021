"""What a page is made of, as far as a reader or a screen reader would notice a fault in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

_VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "path"}
_HEADINGS = ("h1", "h2", "h3", "h4")
_ONCE = ("h1", "main", "title", "header", "footer")


@dataclass
class Element:
    """One element: its name, its attributes, and the text in it."""

    name: str
    attributes: dict[str, str]
    inside: tuple[str, ...]
    text: str = ""


@dataclass
class PageRead(HTMLParser):
    """A page, read once."""

    source: str
    elements: list[Element] = field(default_factory=list[Element])
    open: list[Element] = field(default_factory=list[Element])
    faults: list[str] = field(default_factory=list[str])
    own: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.faults += [f"<{e.name}> is not closed" for e in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {k: v or "" for k, v in attrs}, tuple(e.name for e in self.open))
        self.elements.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open[-1].name != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1].name if self.open else 'nothing'}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data
        if not any("lang" in e.attributes for e in self.open[1:]):
            self.own += data + " "

    def all(self, *names: str) -> list[Element]:
        """Every element of these names, in order."""
        return [e for e in self.elements if e.name in names]

    def one(self, name: str) -> Element:
        """The one element of that name."""
        (found,) = self.all(name)
        return found

    @property
    def own_text(self) -> str:
        """All that is said in the page's own language: nothing that is marked as being in another."""
        return " ".join(self.own.split())

    @property
    def text(self) -> str:
        """All that can be read on the page."""
        return " ".join(self.one("body").text.split())

    @property
    def links(self) -> list[str]:
        """The addresses on this site that the page links to."""
        return [e.attributes["href"] for e in self.all("a") if e.attributes.get("href", "").startswith("/")]


def faults_of(page: PageRead) -> Iterator[str]:
    """Everything about a page that would be in the way of a reader."""
    yield from page.faults
    # A picture has a title of its own.
    once = {n: [e for e in page.all(n) if "svg" not in e.inside] for n in _ONCE}
    yield from (f"{len(found)} <{n}>" for n, found in once.items() if len(found) != 1)
    ids = Counter(e.attributes["id"] for e in page.elements if "id" in e.attributes)
    yield from (f"id {id} stands {n} times" for id, n in ids.items() if n > 1)
    levels = [_HEADINGS.index(e.name) for e in page.all(*_HEADINGS)]
    yield from (f"a heading of level {b + 1} after {a + 1}" for a, b in pairwise(levels) if b > a + 1)
    yield from _of_names(page, ids)
    yield from _of_tables(page)
    yield from (f"style on {e.name}" for e in page.elements if "style" in e.attributes or e.name in ("style", "script"))


def _of_names(page: PageRead, ids: Counter[str]) -> Iterator[str]:
    labelled = {e.attributes.get("for") for e in page.all("label")}
    for e in page.all("input", "select", "textarea"):
        if e.attributes.get("type") != "hidden" and e.attributes.get("id") not in labelled:
            yield f"no label for {e.attributes}"
    for e in page.elements:
        for name in e.attributes.get("aria-labelledby", "").split():
            if name not in ids:
                yield f"named after {name}, which is not there"
        if e.name in ("a", "button", "summary", "th", "h1", "h2", "h3", "caption") and not e.text.strip():
            yield f"<{e.name}> without words: {e.attributes}"
        anchor = e.attributes.get("href", "")
        if anchor.startswith("#") and anchor[1:] not in ids:
            yield f"{anchor} leads nowhere"
    navs = Counter(e.attributes.get("aria-label") for e in page.all("nav"))
    yield from (f"{n} navigations are named {name}" for name, n in navs.items() if n > 1 or not name)


def _of_tables(page: PageRead) -> Iterator[str]:
    if len(page.all("table")) != len(page.all("caption")):
        yield "a table without a caption"
    yield from (f"a heading cell without scope: {e.text}" for e in page.all("th") if "scope" not in e.attributes)
