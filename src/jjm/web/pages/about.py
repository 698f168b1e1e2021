"""Pages about the pages."""

from __future__ import annotations

from starlette.responses import Response

from jjm.web.site import Page


async def accessibility(page: Page) -> Response:
    """How the pages can be used, what was checked, and what is known to be lacking."""
    return page.render("accessibility.html")
