"""An HTTP message as it is signed: method and address, or status, and header fields as they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any


class Fields(MutableMapping[str, str]):
    """Header fields in the order in which they came; one name may stand in several lines."""

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        self.lines = list(lines)

    def __getitem__(self, name: str) -> str:
        value = self.joined(name)
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: str) -> None:
        self.lines = [(n, v) for n, v in self.lines if n.lower() != name.lower()] + [(name, value)]

    def __delitem__(self, name: str) -> None:
        self.lines = [(n, v) for n, v in self.lines if n.lower() != name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self.lines))

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self.lines})

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(n.lower() == name.lower() for n, _ in self.lines)

    def items(self) -> Any:
        """Every line, also those that share a name."""
        return list(self.lines)

    def joined(self, name: str) -> str | None:
        """The lines of one name as one value (RFC 9110, section 5.2); None where there is none."""
        found = [value.strip(" \t") for n, value in self.lines if n.lower() == name.lower()]
        return ", ".join(found) if found else None


@dataclass
class HttpRequest:
    """A request: `url` is absolute and encoded, as in `https://node.example/api/v1/changes?after=7`."""

    method: str
    url: str
    headers: Fields = field(default_factory=Fields)

    @classmethod
    def of_scope(cls, scope: Mapping[str, Any]) -> HttpRequest:
        """The request that an ASGI server has received, by the name of the host under which it was called."""
        lines = [(name.decode("ascii"), value.decode("latin-1")) for name, value in scope["headers"]]
        headers, query = Fields(lines), scope["query_string"].decode("latin-1")
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
        url = f"{scope['scheme']}://{headers.get('host', '')}{path}" + (f"?{query}" if query else "")
        return cls(scope["method"], url, headers)

    def copy(self) -> HttpRequest:
        """The same, whose headers may be changed."""
        return HttpRequest(self.method, self.url, Fields(self.headers.lines))


@dataclass
class HttpResponse:
    """A response, and the request that it answers."""

    status_code: int
    headers: Fields
    request: HttpRequest | None = None

    def copy(self) -> HttpResponse:
        """The same, whose headers may be changed."""
        return HttpResponse(self.status_code, Fields(self.headers.lines), self.request)
