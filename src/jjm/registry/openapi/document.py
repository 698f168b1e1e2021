"""All calls of the registry together."""

from __future__ import annotations

from jjm.registry.openapi import areas, bulk, erasing, finding, records
from jjm.registry.openapi.parts import Json
from jjm.standards import Catalogue


def components(catalogue: Catalogue) -> Json:
    """The schemas that the calls name."""
    return records.components(catalogue) | areas.components(catalogue) | bulk.components() | finding.components()


def paths(catalogue: Catalogue) -> Json:
    """The calls, by address."""
    about_records = records.paths(catalogue) | areas.paths(catalogue) | erasing.paths(catalogue)
    return about_records | bulk.paths(catalogue) | finding.paths(catalogue)
