"""What of a stretch is believed, and which copies a node may make. No I/O."""

from __future__ import annotations

from jjm.federation.following.model import Forked, Peer
from jjm.federation.following.stretch import LeftOut, Stretch
from jjm.federation.network.model import Member
from jjm.kit import Fault, Problem
from jjm.ledger import Edge, TreeHead, signed_head, verify_consistency
from jjm.registry import Known, state_in_id
from jjm.standards import Standard

_NAMED = "Ask the keepers of the node, and keep this answer: it shows something else than what it signed."


def continued(peer: Peer, member: Member, found: Stretch) -> tuple[Edge, TreeHead] | None:
    """The edge and checkpoint of a node once a stretch is taken up; None where its answer is older than what is known.

    Raises Forked where its ledger was rewritten, Problem `not-proven` where an entry does not fit its signed tree.
    """
    if found.node != member.name or member.ledger is None:
        raise unfit(f"It is a stretch of {found.node}, not of {member.name}.")
    head = signed_head(found.checkpoint, member.ledger)
    if head.origin != member.name:
        raise unfit(f"The checkpoint speaks of {head.origin}.")
    if not _continues(peer, member, head, found):
        return None
    if found.after != peer.edge.size - 1:
        raise unfit(f"It begins behind position {found.after}; asked was {peer.edge.size - 1}.")
    edge = peer.edge.grown(b"".join(found.hashes))
    if edge.size > head.size or not edge.begins(head, found.proof):
        if peer.edge.size == head.size and peer.checkpoint:
            raise Forked(f"The ledger of {head.size} entries has another root.", peer.checkpoint, found.checkpoint)
        raise unfit(f"The entries up to {edge.size} do not belong to the tree that {member.name} signed.")
    return edge, head


def _continues(peer: Peer, member: Member, head: TreeHead, found: Stretch) -> bool:
    """True if a checkpoint continues the one seen before; False where it is merely older."""
    if peer.checkpoint is None or member.ledger is None:
        return True
    known = signed_head(peer.checkpoint, member.ledger)
    if head.size < known.size:
        return False
    if head.size == known.size:
        if head.root != known.root:
            why = f"Two trees of {head.size} entries were signed."
            raise Forked(why, peer.checkpoint, found.checkpoint)
        return True
    if found.seen_size != known.size:
        raise unfit(f"It was asked for before {member.name} was followed to here; it is asked again.")
    if known.size and not verify_consistency(known.size, head.size, known.root, head.root, found.seen):
        why = f"The tree of {head.size} entries does not continue the one of {known.size}."
        raise Forked(why, peer.checkpoint, found.checkpoint)
    return True


def unfit(detail: str) -> Problem:
    """422: what a node shows does not fit what it signed."""
    return Problem("not-proven", 422, "The proof does not hold", detail, [Fault(detail, _NAMED)])


def may_leave_out(member: Member, own: Member | None, standard: Standard, entry: LeftOut) -> bool:
    """True if a node may show an entry of its ledger without the version.

    A State shows the Centre all that it made, the Centre each State what is the Centre's and what is that State's by
    its identifier. Of types about persons a version of release 0.1 stays behind, which says so of itself.
    """
    if entry.node != member.name or (entry.is_undivided and standard.is_personal):
        return True
    if member.role == "centre" and standard.authority != "centre":
        return own is None or state_in_id(entry.id) not in own.states
    return False


def may_make(member: Member, standard: Standard, state: str | None, known: Known | None) -> bool:
    """True if a version of that type is one that a node may have made.

    `state` is where its record lies, `known` what is known here of the version before, where the identifier does not
    tell whose record it is: nobody takes over another's by saying that it lies in a State of their own.
    """
    if standard.authority == "maker":
        return known is None or known.node == member.name
    if member.role == "centre":
        return True
    if (
        standard.authority == "centre"
        or not member.has_authority
        or not (member.types is None or standard.name in member.types)
    ):
        return False
    made = known is None or known.node == member.name
    if state is None:
        return made
    return state in member.states and (known is None or (made if known.state is None else known.state in member.states))
