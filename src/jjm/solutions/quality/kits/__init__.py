"""Field kits: what a woman of the village finds with a kit, and what follows by itself.

A kit finds; it never proves water safe. Out of range anywhere, and a laboratory sample is asked for in the same
transaction. A kit that is past its day, withdrawn or without reagent gives no result. What the live portal's app sends
is taken in as it is.
"""

from jjm.solutions.quality.kits.api import router
from jjm.solutions.quality.kits.deeds import DEEDS

__all__ = ["DEEDS", "router"]
