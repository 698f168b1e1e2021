"""The registry's calls as parts of an OpenAPI 3.1 document; what is about types follows from their standards."""

from jjm.registry.openapi.document import components, paths
from jjm.registry.openapi.parts import PROBLEM

__all__ = ["PROBLEM", "components", "paths"]
