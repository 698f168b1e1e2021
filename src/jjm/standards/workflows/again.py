"""A workflow as it was kept by a node, read again: cases stay on the version they began with."""

from __future__ import annotations

from collections.abc import Mapping

from jjm.standards.model import Catalogue
from jjm.standards.workflows.build import workflow_from
from jjm.standards.workflows.digit import ROLES, workflow_from_digit
from jjm.standards.workflows.model import Workflow


def workflow_again(name: str, said: Mapping[str, object], catalogue: Catalogue) -> Workflow:
    """The workflow that a file said once."""
    if "$id" in said:
        return workflow_from(name, "", said)
    return workflow_from_digit(name, "", said, catalogue.codelists.get(ROLES))
