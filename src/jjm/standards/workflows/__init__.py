"""Workflows as they are declared: one file each, read, checked and drawn (docs/decisions/0011-workflow.md)."""
