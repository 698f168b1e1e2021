"""Measurements of the node against raw PostgreSQL and bare Starlette, in one run on one machine."""
