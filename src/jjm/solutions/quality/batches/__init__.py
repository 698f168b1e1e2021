"""Batches: the results of an instrument's run come in as one file, with the blanks and duplicates run along.

Each line that cannot be taken in is told with its number; a sample is submitted with all its lines or not at all. Where
a control fails the batch is held: results are kept, and nothing of it is approved.
"""

from jjm.solutions.quality.batches.api import router
from jjm.solutions.quality.batches.rules import checked_controls

__all__ = ["checked_controls", "router"]
