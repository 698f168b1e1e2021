"""Workflow: cases move from state to state, and somebody always answers for each (docs/decisions/0011-workflow.md)."""
