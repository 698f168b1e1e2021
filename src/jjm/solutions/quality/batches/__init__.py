"""Batches: the results of an instrument's run come in as one file, with the blanks and duplicates run along.

Each line that cannot be taken in is told with its number; a sample is submitted with all its lines or not at all. Where
a control fails the batch is held: results are kept, and nothing of it is approved.
"""

from jjm.solutions.quality.batches.api import router
from jjm.solutions.quality.batches.rules import checked_controls
from jjm.solutions.quality.batches.sheet import PATH, run_sent, runs_of_laboratory, runs_page

PAGES = {PATH: runs_page}
"""The runs of a laboratory."""

FORMS = {PATH: run_sent}
"""By its form the laboratory sends the file of the next run."""

RECORDS = {"laboratory": runs_of_laboratory}
"""The page of a laboratory leads to its runs."""

__all__ = ["FORMS", "PAGES", "RECORDS", "checked_controls", "router"]
