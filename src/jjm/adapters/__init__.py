"""Foreign formats and systems, one file each: an adapter reads a folder as somebody sent it and speaks to a node
through the public API. To add one, put a module with an `ADAPTER` beside the others; there is no list to edit.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from jjm.adapters.model import Adapter, Door, LoadResult, Option, Record
from jjm.adapters.refresh import FileRead, Item, RefreshReport, Section
from jjm.adapters.report import ImportReport, Note, Severity

__all__ = [
    "Adapter",
    "Door",
    "FileRead",
    "ImportReport",
    "Item",
    "LoadResult",
    "Note",
    "Option",
    "Record",
    "RefreshReport",
    "Section",
    "Severity",
    "adapters",
]


@cache
def adapters() -> Mapping[str, Adapter]:
    """All adapters by name, found as the modules here that carry an `ADAPTER`."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    found: list[Adapter] = [module.ADAPTER for module in modules if hasattr(module, "ADAPTER")]
    return {adapter.name: adapter for adapter in sorted(found, key=lambda adapter: adapter.name)}
