"""Batches: what partners push, each taken in once by its name, with a receipt for every item."""
