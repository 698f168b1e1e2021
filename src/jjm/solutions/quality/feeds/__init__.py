"""Feeds: whether outside systems, tokens and people who import files still bring what they usually bring.

`watch_feeds` counts by news from the ledger what they record, and tells officers once of each fall; `told_of_area` has
it among the findings of an area, the page of feeds shows all; `rules` says what is too little. A feed that shrinks
changes nothing else: no contamination is closed, and no result is taken back, by what did not come.
"""

from jjm.solutions.quality.feeds.api import router as _feeds
from jjm.solutions.quality.feeds.findings import told_of_area
from jjm.solutions.quality.feeds.findings_api import router as _findings
from jjm.solutions.quality.feeds.service import watch_feeds
from jjm.solutions.quality.feeds.sheets import LINKS, PAGES

ROUTERS = (_feeds, _findings)
"""The calls about feeds: as they stand, for those who may see them; those that bring too little, for everybody."""

__all__ = ["LINKS", "PAGES", "ROUTERS", "told_of_area", "watch_feeds"]
