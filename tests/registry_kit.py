"""What the registry's tests share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from jjm.registry import Outcome

Put = Callable[..., Awaitable[Outcome]]
