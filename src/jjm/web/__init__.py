"""The web: pages over what a node holds, for citizens, officers and developers; they work without scripts.

`Site` is the pages of one node and `routes` their addresses; `Totals` keeps the sums over areas that they show up to
the ledger. Pages read through the same doors as anybody and act as nobody in particular, so that they never show
what is not open to all. Every word of them comes in each language that has a file in `locale/`.
"""

from jjm.web.pages import routes
from jjm.web.site import Site
from jjm.web.totals import Totals

__all__ = ["Site", "Totals", "routes"]
