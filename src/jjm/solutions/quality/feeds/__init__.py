"""Feeds: whether outside systems still send what they usually send, and who is told where they do not.

`watch_feeds` counts by news from the ledger what applications of participants record, and tells officers once of each
fall; `rules` says what is too little. A feed that shrinks changes nothing else: no contamination is closed, and no
result is taken back, by what did not come.
"""

from jjm.solutions.quality.feeds.api import router
from jjm.solutions.quality.feeds.service import watch_feeds

__all__ = ["router", "watch_feeds"]
