"""Patches: JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902) over a record's values. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, cast

import jsonpatch

from jjm.kit import Fault, Problem, bad_request
from jjm.registry.rules import merge_patch

JSON_PATCH, MERGE_PATCH = "application/json-patch+json", "application/merge-patch+json"


def apply_patch(data: dict[str, Any], patch: Any, content_type: str, hidden: Set[str] = frozenset()) -> dict[str, Any]:
    """The values after a patch of that content type; plain JSON is taken as a merge patch.

    Fields that are hidden from the caller can be set, but not tested, copied or moved: that would tell what they hold.
    Raises Problem 400 for a patch that is malformed, 409 when its `test` fails or its place does not exist, 415.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON_PATCH:
        kept = {name: value for name, value in data.items() if name in hidden}
        return kept | _json_patch({name: value for name, value in data.items() if name not in hidden}, patch)
    if kind not in (MERGE_PATCH, "application/json", ""):
        detail = f"Send `{MERGE_PATCH}` or `{JSON_PATCH}`."
        raise Problem("patch-kind-unknown", 415, "This kind of patch is not understood", detail)
    if not isinstance(patch, Mapping):
        raise bad_request("bad-patch", "A merge patch is a JSON object.", Fault("not an object", "Send `{…}`.", ""))
    return merge_patch(data, patch)


def _json_patch(data: dict[str, Any], patch: Any) -> dict[str, Any]:
    try:
        changed = jsonpatch.JsonPatch(patch).apply(data)
    except (jsonpatch.JsonPatchTestFailed, jsonpatch.JsonPatchConflict) as error:
        fault = Fault(str(error), "Read the record again and send a patch that fits it.", "")
        raise Problem(
            "patch-conflict", 409, "The patch does not fit the record", "Nothing changed.", [fault]
        ) from error
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, AttributeError) as error:
        fault = Fault(str(error), "Send a list of operations (RFC 6902).", "")
        raise bad_request("bad-patch", "The JSON Patch cannot be understood.", fault) from error
    if not isinstance(changed, dict):
        raise bad_request(
            "bad-patch", "The patch would leave no record.", Fault("not an object", "Keep an object.", "")
        )
    return cast("dict[str, Any]", changed)
