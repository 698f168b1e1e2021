"""Contamination and remedy: opened by an approved unsafe sample, closed by a safe laboratory retest alone.

`standards/workflows/contamination.yaml` names the rules here. They hold whoever acts, the keeper of the node included:
no kit, no missing row of a feed, and no sample of another point closes a case.
"""

from jjm.solutions.quality.remedy.deeds import DEEDS
from jjm.solutions.quality.remedy.points import is_equivalent
from jjm.solutions.quality.remedy.retests import outcome_of

__all__ = ["DEEDS", "is_equivalent", "outcome_of"]
