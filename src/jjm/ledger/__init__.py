"""The ledger: an ordered, signed log of every change, from which any outsider can prove what the node said.

A writer appends its changes in its own transaction (`append`), many to a row. The `Sequencer` gives committed batches
their gap-free position, which is the leaf index in a Merkle tree (RFC 6962), and signs a checkpoint over it. Readers
take `entries` in that order. Everyone can fetch checkpoint, tiles and proofs (`routes`, C2SP tlog-tiles), check a proof
file without the node (`verify_proof`), and an operator can recompute the whole (`verify_tree`).

What it proves: that the node recorded a change at its place in the order, and has not taken it back. What it does not
prove by itself: that a version is the latest of its record (read on to the end), or that the node shows the same tree
to everyone (compare checkpoints with others).
"""

from jjm.ledger.api import routes
from jjm.ledger.audit import verify_tree
from jjm.ledger.copy import verify_log
from jjm.ledger.edge import Edge, signed_head
from jjm.ledger.epochs import History, begin_history, history, renew_history
from jjm.ledger.evidence import checkpoints, consistency, entry_bundle, head, inclusion, proof_file, size, tile
from jjm.ledger.keys import open_signer
from jjm.ledger.leaf import leaf_hashes
from jjm.ledger.model import (
    SLOTS,
    Batch,
    BatchSlice,
    Behind,
    Change,
    Checkpoint,
    ConsistencyProof,
    Entry,
    InclusionProof,
    Kept,
    batch_and_slot,
    entry_id,
)
from jjm.ledger.note import Signer, TreeHead, Verifier
from jjm.ledger.openapi import paths as openapi_paths
from jjm.ledger.proof import Proven, verify_proof
from jjm.ledger.sequencer import Sequencer
from jjm.ledger.service import (
    append,
    append_batch,
    append_values,
    backlog,
    batch_of,
    behind,
    counts,
    entered,
    entries,
    entry_at,
    kept,
    leaf_at,
    position_of,
    positions,
)
from jjm.ledger.store import APPEND
from jjm.ledger.tree import verify_consistency, verify_inclusion

__all__ = [
    "APPEND",
    "SLOTS",
    "Batch",
    "BatchSlice",
    "Behind",
    "Change",
    "Checkpoint",
    "ConsistencyProof",
    "Edge",
    "Entry",
    "History",
    "InclusionProof",
    "Kept",
    "Proven",
    "Sequencer",
    "Signer",
    "TreeHead",
    "Verifier",
    "append",
    "append_batch",
    "append_values",
    "backlog",
    "batch_and_slot",
    "batch_of",
    "begin_history",
    "behind",
    "checkpoints",
    "consistency",
    "counts",
    "entered",
    "entries",
    "entry_at",
    "entry_bundle",
    "entry_id",
    "head",
    "history",
    "inclusion",
    "kept",
    "leaf_at",
    "leaf_hashes",
    "open_signer",
    "openapi_paths",
    "position_of",
    "positions",
    "proof_file",
    "renew_history",
    "routes",
    "signed_head",
    "size",
    "tile",
    "verify_consistency",
    "verify_inclusion",
    "verify_log",
    "verify_proof",
    "verify_tree",
]
