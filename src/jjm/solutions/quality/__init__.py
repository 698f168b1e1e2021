"""Quality: which water is safe, who tested it, and what becomes of what is not.

`limits` judges a sample by the edition of the standard that held on its day (docs/decisions/0013-quality-limits.md),
`plan` says who must test what by when, and what is overdue.
`samples`, `kits` and `remedy` are the rules of the workflows of those names: from the tap to the approved report, what
a field kit finds, and what is done about unsafe water until it is safe again (docs/decisions/0014-quality-cases.md).
`batches` takes in the file of an instrument, `feeds` watches whether outside systems send what they usually send,
`served` follows unsafe water to those who drink it, `households` has them told, `reports` is what a laboratory gives
out of an approved sample, signed and provable, and `story` is what everybody may know of a village's water.
"""

from fastapi import APIRouter

from jjm.solutions.quality.batches import FORMS, RECORDS
from jjm.solutions.quality.batches import PAGES as _BATCH_PAGES
from jjm.solutions.quality.batches import router as _batches
from jjm.solutions.quality.feeds import LINKS, told_of_area, watch_feeds
from jjm.solutions.quality.feeds import PAGES as _FEED_PAGES
from jjm.solutions.quality.feeds import ROUTERS as _FEEDS
from jjm.solutions.quality.households import tell_households
from jjm.solutions.quality.kits import DEEDS as _KITS
from jjm.solutions.quality.kits import router as _kits
from jjm.solutions.quality.limits import api as limits_api
from jjm.solutions.quality.places import PLACES as _PLACES
from jjm.solutions.quality.plan import api as plan_api
from jjm.solutions.quality.remedy import DEEDS as _REMEDY
from jjm.solutions.quality.reports import PAGES as _REPORT_PAGES
from jjm.solutions.quality.reports import router as _reports
from jjm.solutions.quality.samples import DEEDS as _SAMPLES
from jjm.solutions.quality.samples import router as _samples
from jjm.solutions.quality.served import routers as _served
from jjm.solutions.quality.story import router as _story
from jjm.solutions.quality.story import told_of_village
from jjm.workflow import joined

DEEDS = joined([("samples", _SAMPLES), ("kits", _KITS), ("remedy", _REMEDY), ("places", _PLACES)])
"""The guards, effects and fillings of the workflows of water quality."""

VILLAGE = told_of_village
"""What the page of a village tells of its water."""

FINDINGS = told_of_area
"""What the page of findings tells of feeds from an area."""

PAGES = {**_REPORT_PAGES, **_FEED_PAGES, **_BATCH_PAGES}
"""The pages of samples and their reports, of feeds, and of a laboratory's runs."""

READERS = (tell_households, watch_feeds)
"""By news households that drink contaminated water are told, and officers of a feed that brings too little."""

__all__ = ["DEEDS", "FINDINGS", "FORMS", "LINKS", "PAGES", "READERS", "RECORDS", "VILLAGE", "routers"]


def routers() -> list[APIRouter]:
    """The calls of this solution."""
    return [limits_api.router, plan_api.router, *_served(), _batches, _kits, _samples, _reports, _story, *_FEEDS]
