"""What the node shows to prove itself: signed checkpoints, tiles, inclusion and consistency proofs, proof files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from jjm.kit import ReadConnection, bad_request, not_found
from jjm.ledger import service, store
from jjm.ledger.leaf import bundle, leaves
from jjm.ledger.model import Checkpoint, ConsistencyProof, InclusionProof
from jjm.ledger.proof import write_proof
from jjm.ledger.tiles import WIDTH, TileId, range_hash, tiles_of
from jjm.ledger.tree import HASH, Range, consistency_path, inclusion_path


async def head(conn: ReadConnection) -> Checkpoint:
    """The newest signed checkpoint. Raises Problem `not-found` before the sequencer's first step."""
    checkpoint = await store.head(conn)
    if checkpoint is None:
        raise not_found("No checkpoint has been signed yet; the node signs the first one when it starts.")
    return checkpoint


async def size(conn: ReadConnection) -> int:
    """How many changes stand in the signed tree; 0 before the sequencer's first step."""
    checkpoint = await store.head(conn)
    return checkpoint.size if checkpoint else 0


async def checkpoints(conn: ReadConnection, before: datetime, limit: int = 100) -> list[Checkpoint]:
    """Earlier checkpoints, the last of each hour that began before that instant, newest first."""
    return await store.checkpoints(conn, before, limit)


async def inclusion(conn: ReadConnection, position: int, size: int | None = None) -> InclusionProof:
    """Proof that the change at `position` stands in the tree of the first `size` changes (default: the newest).

    Raises Problem `beyond-ledger` where the tree of that size does not exist or does not hold the position.
    """
    size = await _size(conn, size)
    if not 0 <= position < size:
        raise bad_request("beyond-ledger", f"Position {position} is not among the first {size} entries.")
    path = inclusion_path(position, size)
    hashes = await _hashes(conn, [(position, position + 1), *path, (0, size)])
    return InclusionProof(position, size, hashes[0], tuple(hashes[1:-1]), hashes[-1])


async def consistency(conn: ReadConnection, old: int, new: int | None = None) -> ConsistencyProof:
    """Proof that the first `old` changes begin the tree of the first `new` (default: the newest).

    Raises Problem `beyond-ledger` where 0 < old <= new <= size of the ledger does not hold.
    """
    new = await _size(conn, new)
    if not 0 < old <= new:
        raise bad_request("beyond-ledger", f"A tree of {old} entries is not the beginning of one of {new} entries.")
    hashes = await _hashes(conn, [*consistency_path(old, new), (0, old), (0, new)])
    return ConsistencyProof(old, new, hashes[-2], hashes[-1], tuple(hashes[:-2]))


async def tile(conn: ReadConnection, level: int, index: int, width: int = WIDTH) -> bytes:
    """The first `width` hashes of a tile, 32 bytes each. Raises Problem `not-found` where it is not that wide yet."""
    wanted = TileId(level, index)
    row = (await store.tiles(conn, [wanted])).get(wanted, b"")
    if not 0 < width * HASH <= len(row):
        raise not_found(f"Tile {level}/{index} of width {width} does not exist; the checkpoint tells how far they go.")
    return row[: width * HASH]


async def entry_bundle(conn: ReadConnection, index: int, width: int = WIDTH) -> bytes:
    """The leaves under the first `width` hashes of level-0 tile `index`, each behind its length in two bytes.

    Raises Problem `not-found` where the ledger does not reach that far.
    """
    start = index * WIDTH
    found = await store.slices(conn, start, start + width)
    if not 0 < width == sum(map(len, found)):
        raise not_found(f"Entry bundle {index} of width {width} does not exist; the checkpoint tells how far they go.")
    return bundle(leaf for part in found for leaf in leaves(part))


async def proof_file(
    conn: ReadConnection,
    position: int,
    record: Mapping[str, object] | None = None,
    salt: bytes = b"",
    personal: Mapping[str, object] | None = None,
) -> str:
    """The offline proof of one change against the newest checkpoint, for `verify_proof`.

    `record` is the content that the change's digest was made of, `personal` what the digest in it was made of, and
    `salt` what was hashed before it.
    Raises Problem `not-found` where the position has not been signed yet.
    """
    checkpoint = await head(conn)
    if position >= checkpoint.size:
        raise not_found(f"The ledger has no entry {position}.")
    found = await inclusion(conn, position, checkpoint.size)
    leaf = await service.leaf_at(conn, position)
    return write_proof(leaf, position, found.hashes, checkpoint.note, record, salt, personal)


async def _size(conn: ReadConnection, size: int | None) -> int:
    most = (await head(conn)).size
    if size is not None and size > most:
        raise bad_request("beyond-ledger", f"The ledger has {most} entries, not {size}.")
    return most if size is None else size


async def _hashes(conn: ReadConnection, ranges: Sequence[Range]) -> list[bytes]:
    held = await store.tiles(conn, tiles_of(ranges))
    return [range_hash(held, leaves) for leaves in ranges]
