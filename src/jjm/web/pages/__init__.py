"""The pages, one module for each kind, and their addresses."""

from __future__ import annotations

from starlette.routing import Route

from jjm.web.pages.about import accessibility
from jjm.web.pages.area import area
from jjm.web.pages.attaching import attaching
from jjm.web.pages.case import case, document
from jjm.web.pages.consents import consents
from jjm.web.pages.docs import docs, group, problems, standard
from jjm.web.pages.findings import findings
from jjm.web.pages.home import home
from jjm.web.pages.inbox import inbox
from jjm.web.pages.me import change, invitation, me
from jjm.web.pages.messages import messages, preferences
from jjm.web.pages.network import network
from jjm.web.pages.participant import participant, participants
from jjm.web.pages.readings import place_readings, readings
from jjm.web.pages.reports import one_report, reports
from jjm.web.pages.search import search
from jjm.web.pages.sheet import sheet_route
from jjm.web.pages.sign_in import back, by_phone, outside, sign_in, sign_out
from jjm.web.pages.types import record, records, types
from jjm.web.pages.village import village
from jjm.web.pages.workflows import workflow, workflows
from jjm.web.site import Site


def routes(site: Site) -> list[Route]:
    """Every page, and the files that pages use."""
    pages = {
        "/": home,
        "/search": search,
        "/areas/{level}/{code}": area,
        "/villages/{code}": village,
        "/reports": reports,
        "/reports/{name}": one_report,
        "/findings": findings,
        "/types": types,
        "/types/{plural}": records,
        "/docs": docs,
        "/docs/problems": problems,
        "/docs/calls/{tag}": group,
        "/docs/types/{type}": standard,
        "/workflows": workflows,
        "/network": network,
        "/participants": participants,
        "/participants/{id}": participant,
        "/accessibility": accessibility,
    }
    return [
        *(site.page(path, handler) for path, handler in pages.items()),
        *(sheet_route(site, path) for path in site.sheets),
        site.page("/types/{plural}/{id}", record, "GET", "POST"),
        site.page("/workflows/{name}", workflow, "GET", "POST"),
        site.page("/inbox", inbox, "GET", "POST"),
        site.page("/cases/{id}", case, "GET", "POST"),
        site.page("/cases/{id}/documents", attaching, "POST"),
        site.page("/cases/{id}/documents/{number:int}", document),
        site.page("/sign-in", sign_in, "GET", "POST"),
        site.page("/sign-in/phone", by_phone, "GET", "POST"),
        site.page("/sign-in/{name}", outside),
        site.page("/sign-in/{name}/return", back),
        site.page("/sign-out", sign_out, "POST"),
        site.page("/invitation", invitation, "GET", "POST"),
        site.page("/me", me),
        site.page("/me", change, "POST"),
        site.page("/me/readings", readings),
        site.page("/me/consents", consents, "GET", "POST"),
        site.page("/me/messages", messages, "GET", "POST"),
        site.page("/me/preferences", preferences, "GET", "POST"),
        site.page("/readings", place_readings),
        Route("/static/{name}", site.serve_static, methods=["GET"]),
    ]
