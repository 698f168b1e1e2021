"""The sandbox: an invented State with known truth, for trying out a node, showing it, and testing against it.

`world` tells the records of Kalpit Pradesh from a seed and the node's own standards; `fill` puts them into a node;
`truth` says what every count over them must come to, and `play` lets water be sampled, tested and made safe. Nothing in
it is real: the State has the code 99 and lies in the sea, its names are put together from syllables, its phone numbers
cannot be dialled, and each version says `synthetic`.
A type whose standard is added to the node gets records by itself; for known types `plans` say how they hang together.
"""

from jjm.sandbox.cases import play
from jjm.sandbox.model import Record, Summary
from jjm.sandbox.service import MARK, fill
from jjm.sandbox.truth import AreaTruth, Truth, truth
from jjm.sandbox.world import SEED, VILLAGES, world

__all__ = ["MARK", "SEED", "VILLAGES", "AreaTruth", "Record", "Summary", "Truth", "fill", "play", "truth", "world"]
