"""Plans: how the records of the known types hang together. A plan is a function named after its type.

`plan_of` finds it by that name in the modules here; there is no list. A plan says what it has a view on, the standard
and chance fill in the rest, and a type without a plan is filled from its standard alone.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import FunctionType
from typing import TypeAlias, cast

from jjm.sandbox.making import World

Plan: TypeAlias = Callable[[World], None]


def plan_of(type: str) -> Plan | None:
    """The plan for a type of that name; None where nobody has written one."""
    return _plans().get(type)


@cache
def _plans() -> Mapping[str, Plan]:
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    found = {name: act for module in modules for name, act in vars(module).items() if _is_own(act, module.__name__)}
    return {name: cast("Plan", act) for name, act in found.items() if not name.startswith("_")}


def _is_own(act: object, module: str) -> bool:
    return isinstance(act, FunctionType) and act.__module__ == module
