"""Who has authority over what: by the standards, and by the list of nodes."""

from __future__ import annotations

from dataclasses import dataclass

from jjm.federation.network.model import Member
from jjm.federation.network.service import Network
from jjm.registry import Owner
from jjm.standards import Standard


@dataclass(frozen=True)
class Shared:
    """Authority as the list of nodes shares it out. A State without a node of its own is kept on the Centre's.

    Before a node has had any list, what the standards give to a State is its own; once it has one, only what that says.
    """

    network: Network

    def owner(self, standard: Standard, state: str | None, made_on: str | None) -> Owner | None:
        """The other node with authority over a record of this type in a State; None where it is this one."""
        if standard.authority == "centre":
            return self._centre()
        if standard.authority == "maker" or state is None:
            return self._named(made_on or self.network.own.name)
        listed = self.network.listed
        if listed is None:
            return None
        found = listed.of_state(state, standard.name) or listed.centre_member
        if found.name == self.network.own.name and not self.network.may_write:
            return self._said(listed.centre_member)
        return self._other(found)

    def decides(self, standard: Standard, state: str | None) -> Owner | None:
        """The other node that decides the fields left to the State; None where it is this one."""
        listed = self.network.listed
        found = listed.of_state(state, standard.name) if listed and state else None
        return self._other(found) if found else self._centre()

    def _centre(self) -> Owner | None:
        own, listed = self.network.own, self.network.listed
        if own.is_centre:
            return None
        return self._other(listed.centre_member) if listed else Owner("the Centre", "", own.centre)

    def _named(self, name: str) -> Owner | None:
        if name == self.network.own.name:
            return None
        member = self.network.member(name)
        return self._other(member) if member else Owner(name, "", None)

    def _other(self, member: Member) -> Owner | None:
        return None if member.name == self.network.own.name else self._said(member)

    def _said(self, member: Member) -> Owner:
        return Owner(member.name, member.title, member.address)
