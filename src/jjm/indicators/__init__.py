"""Indicators: public reports evaluated from their definitions (docs/decisions/0015-progress.md).

A report is one file in `standards/indicators/`. `report` tells one page of it for an area and a moment on both clocks,
from sums that are kept up to the registries where the file asks for that. The calls, as JSON, CSV and XLSX, are
declared by `routers`.
"""

from fastapi import APIRouter

from jjm.indicators.api import asked_of
from jjm.indicators.api import router as _reports
from jjm.indicators.listing import RECORD
from jjm.indicators.model import Asked, Entry, Place, Report, Row, Value
from jjm.indicators.rules import shown_value, spans
from jjm.indicators.service import known_report, report


def routers() -> list[APIRouter]:
    """The calls for reports."""
    return [_reports]


__all__ = [
    "RECORD",
    "Asked",
    "Entry",
    "Place",
    "Report",
    "Row",
    "Value",
    "asked_of",
    "known_report",
    "report",
    "routers",
    "shown_value",
    "spans",
]
