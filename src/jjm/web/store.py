"""The statements behind the pages."""

from __future__ import annotations

from jjm.kit import load_queries

queries = load_queries("jjm.web")
