"""The shapes in which consents travel, one file each: a module with a `SHAPE` beside the others; there is no list.

A shape says in its own words what it has words for, and carries the rest in one extension point of its own. Reading is
strict: what would not be written again just so is refused, so that nothing is half understood.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import cast

from pydantic import ValidationError

from jjm.access.consents.model import Consent, as_document, from_document
from jjm.access.consents.shapes.model import MOST_BYTES, Shape
from jjm.kit import Fault, Problem, bad_request


@cache
def shapes() -> Mapping[str, Shape]:
    """All shapes by name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.SHAPE.name: module.SHAPE for module in modules if hasattr(module, "SHAPE")}


def write(consent: Consent, shape: str) -> bytes:
    """The consent in that shape, always in the same bytes."""
    return shapes()[shape].write(as_document(consent))


def read(content: bytes, shape: str) -> Consent:
    """The consent that an artefact in that shape says. Raises Problem 400 `bad-consent`."""
    if len(content) > MOST_BYTES:
        raise _bad("", f"it is longer than {MOST_BYTES} bytes", "Send the artefact alone.")
    known = shapes()[shape]
    try:
        consent = from_document(known.read(content))
        again, said = known.plain(known.write(as_document(consent))), known.plain(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise _bad("/" + "/".join(map(str, first["loc"])), first["msg"], "Mend it; see the JJM profile.") from error
    except (LookupError, AttributeError, TypeError, ValueError, SyntaxError) as error:
        raise _bad(
            "", f"no artefact of the shape `{shape}`: {error!s:.200}", "Name all that the shape asks for."
        ) from error
    if place := _difference(said, again):
        raise _bad(place, "it says what the JJM profile has no word for, or two things at once", "Leave it out.")
    return consent


def _difference(one: object, other: object, place: str = "") -> str | None:
    """Where two plain values differ first, as a JSON Pointer; None if they are equal."""
    if isinstance(one, dict) and isinstance(other, dict):
        said, again = cast("dict[str, object]", one), cast("dict[str, object]", other)
        if beside := sorted(said.keys() ^ again.keys()):
            return f"{place}/{beside[0]}"
        return next((found for key in said if (found := _difference(said[key], again[key], f"{place}/{key}"))), None)
    return None if one == other else place or "/"


def _bad(pointer: str, message: str, remedy: str) -> Problem:
    return bad_request("bad-consent", "The consent artefact cannot be taken.", Fault(message, remedy, pointer))
