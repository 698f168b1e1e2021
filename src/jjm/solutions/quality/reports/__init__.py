"""The report of an approved sample: a signed PDF with a code that leads to what the ledger proves of it.

The PDF is made anew each time, and is the same byte for byte; its signature stands beside it, so that whoever has the
file checks it with any program that knows Ed25519. The code proves the sample, not the file: it leads to a page that
makes the digest of the record anew, follows its inclusion up to the signed root, and tells what came of it since.
"""

from jjm.solutions.quality.reports.api import router
from jjm.solutions.quality.reports.sheets import PAGES

__all__ = ["PAGES", "router"]
