"""The workflows of this node, open to all: each as a picture and as a table of what can be done in which state."""

from __future__ import annotations

from starlette.responses import Response

from jjm.web.cases import Words
from jjm.web.site import Page
from jjm.workflow import picture_of


async def workflows(page: Page) -> Response:
    """What is moved here, and through how many states."""
    words = Words.of(page)
    return page.render("workflows.html", {"words": words, "found": list(words.known.declared.values())})


async def workflow(page: Page) -> Response:
    """One workflow. Raises Problem 404."""
    words = Words.of(page)
    found = words.known.newest(page.request.path_params["name"])
    values: dict[str, object] = {
        "words": words,
        "workflow": found,
        "standard": page.registry.catalogue.types[found.type],
        "picture": picture_of(words.known, found, page.language.code),
    }
    return page.render("workflow.html", values)
