"""Copies of what other nodes own: asked for, checked against their signed logs, and taken in order."""
