"""Tokens that an administrator makes for people and programs of the node's own house."""
