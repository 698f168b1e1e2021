"""Who drinks the water of a place, and what they are told: computed from the registry of assets.

`served` follows a place to schemes, villages and habitations and counts taps, households and institutions, set-wise;
persons are not in it. `notice` says in plain words what was found, since when, and what to do.
"""

from jjm.solutions.quality.served.api import routers
from jjm.solutions.quality.served.model import Served
from jjm.solutions.quality.served.notice import notice
from jjm.solutions.quality.served.service import records_of, served

__all__ = ["Served", "notice", "records_of", "routers", "served"]
