"""The documents: their links lead somewhere, their commands exist, and what they show is what a node really says."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databases import passable_folder
from documents import commands, documents, prose, replay
from nodes import REPOSITORY, Served, jjm, starting, surroundings
from ports import held_port
from typer.main import get_command

from jjm.app.cli import app

pytestmark = pytest.mark.long

ADDRESS = "http://127.0.0.1:8000"
REPLAYED = (
    "README.md",
    "docs/tutorials/first-node.md",
    "docs/tutorials/your-first-integration.md",
    "docs/how-to/use-the-python-client.md",
    "docs/tutorials/follow-with-webhooks.md",
    "docs/tutorials/push-results.md",
    "docs/tutorials/from-kit-to-closed-case.md",
    "docs/how-to/bring-a-workflow-from-digit.md",
)
_LINK = re.compile(r"\[[^\]]*\]\(<?(?P<target>[^)\s>]+)>?\)")
_HEADING = re.compile(r"^#+ +(?P<text>.+?) *$", re.MULTILINE)
# Outside addresses: specifications, licences, the field's own public pages, and places that stand for a reader's own.
_HOSTS = re.compile(
    r"127\.0\.0\.1|localhost|([a-z-]+\.)*example(\.[a-z]+)?|creativecommons\.org|keepachangelog\.com|semver\.org|www\.apache\.org|"
    r"c2sp\.org|datatracker\.ietf\.org|json-schema\.org|lgdirectory\.gov\.in|jaljeevanmission\.gov\.in|ejalshakti\.gov\.in"
)
each_document = pytest.mark.parametrize("path", documents(), ids=lambda p: str(p.relative_to(REPOSITORY)))


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings."""
    found = _HEADING.finditer(prose(path.read_text("utf-8"))) if path.suffix == ".md" else ()
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", match["text"]).lower() for match in found)
    return {re.sub(r"[^\w\- ]", "", text).replace(" ", "-") for text in plain}


@each_document
def test_links_lead_somewhere(path: Path) -> None:
    for match in _LINK.finditer(prose(path.read_text("utf-8"))):
        target, _, anchor = match["target"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        there = (path.parent / target).resolve() if target else path
        assert there.exists(), f"{path.name}: {match['target']}"
        assert not anchor or anchor in anchors(there), f"{path.name}: {match['target']}"


@each_document
def test_addresses_are_of_places_that_a_reader_may_need(path: Path) -> None:
    for host in re.findall(r"https?://(?:[^/\s@]*@)?([^/:\s)\"'`>]+)", path.read_text("utf-8")):
        assert host.startswith("$") or _HOSTS.fullmatch(host), f"{path.name} names {host}"


@each_document
def test_problems_shown_are_real(path: Path) -> None:
    source = "\n".join(file.read_text("utf-8") for file in (REPOSITORY / "src").rglob("*.py"))
    for code in re.findall(r'"code" ?: ?"([a-z-]+)"|problems#([a-z-]+)', path.read_text("utf-8")):
        name = "".join(code)
        assert f'"{name}"' in source, f"{path.name}: no Problem has the code {name}"


@each_document
def test_commands_shown_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    for line, command in commands(text):
        for words in _calls(command):
            _parsed(words, f"{path.name}:{line}: {command}")
    for span in re.findall(r"`(jjm [a-z][^`]*)`", prose(text)):
        _named(span.split()[1:], f"{path.name}: {span}")


def _calls(shown: str) -> Iterator[list[str]]:
    """The calls of `jjm` in shell commands, without redirections."""
    found = shlex.shlex(re.sub(r" 2>\S+", "", shown), posix=True, punctuation_chars="|&;<>()\n")
    found.whitespace, found.whitespace_split, found.commenters = " \t", True, ""
    call: list[str] | None = None
    is_first = True
    for word in [*found, ";"]:
        if set(word) <= set("|&;<>()\n"):
            if call:
                yield call
            call, is_first = None, True
        elif call is not None:
            call.append(word)
        elif (word == "jjm" and is_first) or word.endswith("/bin/jjm"):
            call = []
        else:
            is_first = is_first and "=" in word


def _parsed(words: list[str], where: str) -> None:
    """Have the command line understand the words, without doing anything."""
    command: Any = get_command(app)
    name = "jjm"
    words = [word if not word.startswith("$") else "1" for word in words]
    while hasattr(command, "commands"):
        assert words, where
        name, *words = words
        found = command.get_command(None, name)
        assert found is not None, where
        command = found
    if "--help" not in words:
        command.make_context(name, words).close()


def _named(words: list[str], where: str) -> None:
    """Every command and option named in a line of text exists."""
    command: Any = get_command(app)
    while hasattr(command, "commands") and words and re.fullmatch(r"[a-z]+", words[0]):
        name, *words = words
        command = command.get_command(None, name)
        assert command is not None, where
    options = {option for param in getattr(command, "params", ()) for option in param.opts} | {"--help"}
    for option in (word.partition("=")[0] for word in words if word.startswith("--")):
        assert option in options, f"{where}: {option}"


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    """The demo, started in a folder like a clone after `make setup`: `jjm` can be had by name."""
    with passable_folder() as folder, starting() as start:
        started = start(folder / "jjm-demo", "--port", "0", command="demo")
        _executable(folder / "bin/jjm", f'exec {shlex.join(jjm())} "$@"')
        # What the demo said when it was started stands in for starting it again.
        told = started.errors
        _executable(folder / "bin/make", f"until grep -q /docs {told}; do sleep 0.1; done; cat {told}")
        (folder / ".venv").symlink_to(sys.prefix)
        (folder / "standards").symlink_to(REPOSITORY / "standards")
        yield started


def _executable(path: Path, line: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n", "utf-8")
    path.chmod(0o755)


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="the sessions need curl and bash")
@pytest.mark.parametrize("name", REPLAYED)
def test_sessions_shown_are_what_happens(name: str, demo: Served) -> None:
    folder = demo.folder.parent
    shown = folder / Path(name).name
    shown.write_text((REPOSITORY / name).read_text("utf-8").replace(ADDRESS, demo.url), "utf-8")
    path = f"{folder / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin"
    with held_port() as port:
        environment = surroundings(PATH=path, LC_ALL="C.UTF-8", PORT=str(port))
        for step, said in replay(shown, folder, environment):
            assert step.is_answered_by(said), f"{name}:{step.line}: {step.command}\n" + "\n".join(said)
