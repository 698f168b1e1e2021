"""The households that drink contaminated water are told of each advice, and of the safe retest that ended it.

`tell_households` reads the steps of contaminations in the ledger at a position of its own and writes one message a
telephone number, page by page; `store.told_of` counts who was told and who not. Nobody's number leaves `service`.
"""

from jjm.solutions.quality.households.service import tell_households

__all__ = ["tell_households"]
