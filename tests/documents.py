"""The project's documents as tests see them: their links, the commands they show, and the sessions they record."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nodes import REPOSITORY

_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\S*)(?: +(?P<name>\S+))? *$")
_NOT_OURS = {".venv", "build", ".git", ".pytest_cache", "node_modules", "jjm-demo", "jjm-data"}
_ANYTHING = re.compile(r" *\.\.\. *")
_MARK = "\x1e"


def documents() -> list[Path]:
    """Every Markdown file of the project."""
    found = (path for path in REPOSITORY.rglob("*.md") if not _NOT_OURS & set(path.relative_to(REPOSITORY).parts))
    return sorted(found)


@dataclass
class Block:
    """A fenced block: its kind, the file it is to be saved as (if any), its first line's number, its lines."""

    kind: str
    name: str | None
    line: int
    lines: list[str] = field(default_factory=list[str])


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a document in order."""
    opened: Block | None = None
    indent = 0
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        if opened is None and fence:
            opened, indent = Block(fence["kind"], fence["name"], number + 1), len(fence["indent"])
        elif opened is not None and fence and not fence["kind"]:
            yield opened
            opened = None
        elif opened is not None:
            opened.lines.append(line[indent:])
    assert opened is None, f"the block at line {opened and opened.line} is not closed"


def prose(text: str) -> str:
    """A document without its fenced blocks."""
    kept, inside = [], False
    for line in text.splitlines():
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


@dataclass
class Step:
    """One command of a recorded session and what it is said to answer."""

    command: str
    line: int
    answer: list[str] = field(default_factory=list[str])

    def is_answered_by(self, lines: Sequence[str]) -> bool:
        """True if these lines are the answer.

        `...` stands for any part of a line with the space around it, alone on a line for any lines.
        """
        wanted = [".*".join(map(re.escape, _ANYTHING.split(line.rstrip()))) for line in self.answer]
        pattern = "".join("(?:.*\n)*" if line == ".*" else f"{line}\n" for line in wanted)
        return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in lines)) is not None


def steps(block: Block) -> Iterator[Step]:
    """The commands of a `console` block; a command goes on in the next line after `\\`."""
    step: Step | None = None
    for number, line in enumerate(block.lines, block.line):
        if line.startswith("$ "):
            if step:
                yield step
            step = Step(line[2:], number)
        elif step and step.command.endswith("\\") and not step.answer:
            step.command += f"\n{line}"
        else:
            assert step, f"line {number} answers no command"
            step.answer.append(line)
    if step:
        yield step


def commands(text: str) -> Iterator[tuple[int, str]]:
    """What a document shows of shell commands, each with its line."""
    for block in blocks(text):
        if block.kind == "console":
            yield from ((step.line, step.command.replace("\\\n", " ")) for step in steps(block))
        elif block.kind == "sh":
            kept = "\n".join(line for line in block.lines if not line.startswith("#"))
            yield block.line, kept.replace("\\\n", " ")


def replay(document: Path, folder: Path, environment: Mapping[str, str]) -> list[tuple[Step, list[str]]]:
    """Save the files a document shows and run its sessions in that folder, in one shell; what each command said."""
    run: list[Step] = []
    script = ["exec 2>&1"]
    for block in blocks(document.read_text("utf-8")):
        if block.name:
            (folder / block.name).write_text("\n".join(block.lines) + "\n", "utf-8")
        if block.kind == "console":
            for step in steps(block):
                run.append(step)
                script += [f"printf '{_MARK}'", step.command]
    line = ["bash", "-c", "\n".join(script)]
    done = subprocess.run(line, stdin=subprocess.DEVNULL, text=True, capture_output=True, cwd=folder, env=environment)
    said = done.stdout.split(_MARK)[1:]
    assert len(said) == len(run), done.stdout[-2000:]
    return list(zip(run, (part.splitlines() for part in said), strict=True))
