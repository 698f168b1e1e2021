"""Who takes part in the proof of three nodes, and what they write about."""

from __future__ import annotations

CENTRE, STATES = "IN-ZX", {"IN-ZY": "98", "IN-ZZ": "99"}
CLOCKS = {CENTRE: 0, "IN-ZY": 300, "IN-ZZ": 0}
"""How far the clocks are off, in seconds."""
SECRET = "Gopniya-Naam"
VILLAGES = 4
LENDER = "IN-ZY"
"""The State that lends the Centre the names in its households; the other one lends nothing."""
COPIED = ("state", "district", "subdistrict", "village", "node")
OWN = {"scheme": "SCH", "household": "HHD"}
"""Types of the Centre, of which each State has all; and of the States, with how their identifiers begin."""
