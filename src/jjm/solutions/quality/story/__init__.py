"""What everybody may know of a village's water: the latest results with their days, and what is unsafe and done about.

Never the word safe: what was tested, on which day, and whether it was within the limits. Untested is said as untested.
"""

from jjm.solutions.quality.story.api import router
from jjm.solutions.quality.story.service import told_of_village

__all__ = ["router", "told_of_village"]
