"""All calls of the registry together."""

from __future__ import annotations

from jjm.registry.openapi import areas, bulk, finding, records
from jjm.registry.openapi.parts import Json
from jjm.standards import Catalogue


def components(catalogue: Catalogue) -> Json:
    """The schemas that the calls name."""
    return records.components(catalogue) | areas.components(catalogue) | bulk.components() | finding.components()


def paths(catalogue: Catalogue) -> Json:
    """The calls, by address."""
    return records.paths(catalogue) | areas.paths(catalogue) | bulk.paths(catalogue) | finding.paths(catalogue)
