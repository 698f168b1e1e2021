"""The one number that all proofs take their chances from; told at the end, and given to bring the same again."""

from __future__ import annotations

import os
import random

SEED = int(os.environ.get("JJM_PROVE_SEED", random.SystemRandom().randrange(10**9)))
