"""The documentation on the node itself: its examples work, and every refusal is explained."""

from __future__ import annotations

import ast
import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import httpx
import jsonschema_rs
import nodes
import pytest
from page_structure import PageRead, faults_of

from jjm.ledger import verify_proof
from jjm.web.problems import described

# Where in a call of each of these the code stands, and the one it has when none is given.
MAKERS: dict[str, tuple[int, str | None]] = {
    "Problem": (0, None),
    "bad_request": (0, None),
    "conflict": (0, None),
    "invalid": (2, "invalid-record"),
    "refuse": (2, "invalid-record"),
    "not_found": (1, "not-found"),
    "forbidden": (1, "forbidden"),
    "no_token": (1, None),
    "bad_token": (0, None),
}


@dataclass(frozen=True)
class Command:
    """A command that a page shows."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | None

    @classmethod
    def parse(cls, text: str) -> Command:
        """A command line for curl."""
        words = shlex.split(text.replace("\\\n", " "))
        assert words.pop(0) == "curl"
        method, headers, body, url = "GET", {}, None, ""
        while words:
            word = words.pop(0)
            if word == "-X":
                method = words.pop(0)
            elif word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name.lower()] = value
            elif word in ("-d", "--data-binary"):
                body = words.pop(0)
            elif not word.startswith("-"):
                url = word
        return cls(method, url, headers, body)


async def _commands(visitor: httpx.AsyncClient, path: str) -> list[Command]:
    page = PageRead((await visitor.get(path)).text)
    assert list(faults_of(page)) == []
    return [Command.parse(unescape(e.text)) for e in page.all("pre")]


async def test_the_first_examples_work(visitor: httpx.AsyncClient) -> None:
    commands = await _commands(visitor, "/docs")
    assert len(commands) == 8
    for command in commands:
        answer = await visitor.get(command.url, headers={"accept": "*/*"})
        assert answer.status_code == 200, command


READ = [
    "villages",
    "schemes",
    "areas",
    "households",
    "access",
    "jobs",
    "changes",
    "search",
    "log",
    "types",
    "operations",
]


@pytest.mark.parametrize("tag", READ)
async def test_the_examples_of_reading_work(visitor: httpx.AsyncClient, tag: str) -> None:
    commands = [c for c in await _commands(visitor, f"/docs/calls/{tag}") if c.method == "GET"]
    assert commands
    for command in commands:
        answer = await visitor.get(command.url, headers={"accept": "*/*", **command.headers})
        # What is not public has no token here, and no re-organisation was asked for.
        expected = {"access": 401, "households": 401, "jobs": 401, "areas": 404 if command.url.endswith("/ID") else 200}
        assert answer.status_code == expected.get(tag, 200), (command, answer.text)


@pytest.mark.parametrize("tag", ["villages", "schemes", "households"])
async def test_the_examples_of_changes_are_well_formed(
    admin: httpx.AsyncClient, visitor: httpx.AsyncClient, tag: str
) -> None:
    document = (await visitor.get("/openapi.json")).json()
    for command in await _commands(visitor, f"/docs/calls/{tag}"):
        if command.body is None or command.body.startswith("@"):
            continue
        assert command.headers.get("authorization") == "Bearer $JJM_TOKEN" or command.url.endswith(":batchGet")
        path = command.url.removeprefix("http://node.test")
        body = json.loads(command.body)
        if path.count(":") and not path.endswith((":batchGet", ":export")):
            answer = (await admin.post(path, params={"preview": "true"}, json=body)).json()
            assert answer.get("code") != "bad-operation", (command, answer)
        elif command.headers["content-type"] == "application/json":
            call = document["paths"][path if path in document["paths"] else f"/api/v1/{tag}/{{id}}"]
            schema = call[command.method.lower()]["requestBody"]["content"]["application/json"]["schema"]
            jsonschema_rs.validator_for({**schema, "components": document["components"]}).validate(body)


async def test_a_call_that_needs_a_token_shows_one(visitor: httpx.AsyncClient) -> None:
    for tag, needed in (("villages", False), ("households", True)):
        reads = [c for c in await _commands(visitor, f"/docs/calls/{tag}") if c.method == "GET"]
        assert {"authorization" in c.headers for c in reads} == {needed}


async def test_the_page_of_a_record_tells_how_to_prove_it(visitor: httpx.AsyncClient) -> None:
    page = PageRead((await visitor.get("/villages/99000001")).text)
    link = next(e.attributes["href"] for e in page.all("a") if "download" in e.attributes)
    proof = await visitor.get(link)
    words = shlex.split(page.all("pre")[-1].text)
    assert words[:3] == ["jjm", "ledger", "verify"] and words[3] in proof.headers["content-disposition"]
    proven = verify_proof(proof.text, words[words.index("--key") + 1])
    assert proven.leaf["subject"] == "VIL-99000001" and str(proven.leaf["digest"]) in page.text


def _codes() -> Iterator[tuple[str, str]]:
    """Every code that the node's own text gives to a refusal, with its place."""
    for path in sorted((nodes.REPOSITORY / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (code := _code(node)):
                yield code, f"{path.name}:{node.lineno}"


def _code(call: ast.Call) -> str | None:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name not in MAKERS:
        return None
    place, usual = MAKERS[name]
    named = next((k.value for k in call.keywords if k.arg == "code"), None)
    given = named or (call.args[place] if len(call.args) > place else None)
    if given is None:
        return usual
    is_code = isinstance(given, ast.Constant) and isinstance(given.value, str) and " " not in given.value
    return given.value if is_code else None  # pyright: ignore


async def test_every_refusal_is_described(visitor: httpx.AsyncClient) -> None:
    known = described()
    raised = dict(_codes())
    assert len(raised) > 90
    missing = {code: place for code, place in raised.items() if code not in known}
    assert missing == {}, "describe them in src/jjm/web/problems.txt"
    assert list(known) == sorted(known)
    page = PageRead((await visitor.get("/docs/problems")).text)
    assert set(known) <= {e.attributes.get("id") for e in page.all("dt")}


def test_nothing_is_described_that_is_never_said() -> None:
    text = "\n".join(p.read_text("utf-8") for p in (nodes.REPOSITORY / "src").rglob("*.py"))
    assert [code for code in described() if f'"{code}"' not in text] == []
