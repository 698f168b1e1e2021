"""Samples: from the tap through the laboratory to an approved report (docs/decisions/0014-quality-cases.md).

The rules are pure guards and fillings of `standards/workflows/sample.yaml`. The verdict is worked out by the node from
the results, by the edition of limits that held on the day of sampling; nobody types it.
"""

from jjm.solutions.quality.samples.api import router
from jjm.solutions.quality.samples.deeds import DEEDS
from jjm.solutions.quality.samples.judging import verdict_of

__all__ = ["DEEDS", "router", "verdict_of"]
