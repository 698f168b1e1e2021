"""What faults say, read from the source: every text that can stand in a `Fault`, with its gaps.

A fault is written where it is found, as an f-string or a text; nobody marks it. So its words are followed from the
call of `Fault` through names, choices, functions and their arguments to the texts they come from. What is put into an
f-string is a gap; where that is a phrase of the program again, the phrase is a text of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"
HEARD = (
    "workflow", "solutions", "registry/service", "registry/bounds.py", "standards/explain.py", "standards/shapes.py",
    "standards/validator.py", "web",
)  # fmt: skip
"""Whose faults stand on pages: what is wrong with a record, and with a step of a case."""
_FOR_PROGRAMS = (
    "auditing",
    "verify",
    "prepare",
    "codes_kept",
    "bulk_",
    "push",
    "wholes",
    "lending",
    "areas",
    "proposals",
    "portal",
)
"""Modules below these whose faults no page shows: starts and audits of a node, imports, and calls of other systems."""
_DEPTH = 10
Function = ast.FunctionDef | ast.AsyncFunctionDef
_SAID = ("message", "remedy")


@dataclass
class Texts:
    """What was found: texts by the file that says them, and places whose words cannot be read from the source."""

    by_text: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    unread: list[str] = field(default_factory=list[str])

    def add(self, text: str, file: str) -> None:
        """Take a text in, if it says something besides its gaps."""
        is_code = " " not in text and any(sign in text for sign in "-_/")
        if not is_code and any(letter.isalpha() for letter in _without_gaps(text)):
            self.by_text.setdefault(text, set()).add(file)


def fault_texts() -> Texts:
    """Every text of the faults that people meet on pages."""
    found = Texts()
    for path in _files():
        module = _module(path)
        for call in ast.walk(module.tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Fault":
                said = [*call.args[:2], *(k.value for k in call.keywords if k.arg in _SAID)]
                for words in said:
                    _follow(module, words, found)
        for function in module.all_functions:
            if isinstance(function.returns, ast.Name) and function.returns.id == "Words":
                for words in _returned(function):
                    for one in words.elts if isinstance(words, ast.Tuple) else ():
                        _follow(module, one, found)
    return found


def _files() -> Iterator[Path]:
    for part in HEARD:
        path = SOURCE / "jjm" / part
        for file in [path] if path.suffix else sorted(path.rglob("*.py")):
            if not file.stem.startswith(_FOR_PROGRAMS):
                yield file


class Module:
    """A source file with what its names stand for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text("utf-8"))
        self.all_functions: list[Function] = []
        self.imported: dict[str, tuple[str, str]] = {}
        self.above: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(self.tree):
            self.above.update((below, node) for below in ast.iter_child_nodes(node))
            if isinstance(node, Function):
                self.all_functions.append(node)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("jjm."):
                self.imported.update({a.asname or a.name: (node.module or "", a.name) for a in node.names})

        self.functions = {function.name: function for function in self.all_functions}

    def within(self, node: ast.AST) -> Iterator[ast.AST]:
        """The functions around a node, from the inside out, and the module."""
        while (above := self.above.get(node)) is not None:
            node = above
            if isinstance(node, Function | ast.Module):
                yield node

    def values_of(self, name: ast.Name) -> list[ast.expr]:
        """What a name was given, in the function around it or further out; arguments where it is a parameter."""
        for place in self.within(name):
            found = list(_assigned(place, name.id))
            if isinstance(place, Function):
                names = [a.arg for a in [*place.args.posonlyargs, *place.args.args]]
                if name.id in names:
                    found += self._arguments(place.name, names.index(name.id), name.id)
            if found:
                return found
        return []

    def _arguments(self, function: str, place: int, name: str) -> Iterator[ast.expr]:
        for call in ast.walk(self.tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function:
                yield from call.args[place : place + 1]
                yield from (k.value for k in call.keywords if k.arg == name)


@cache
def _module(path: Path) -> Module:
    return Module(path)


def _assigned(place: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in _own(place):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _at(target, node.value, name)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            yield from _at(node.target, node.value, name)
        elif isinstance(node, ast.For | ast.comprehension):
            yield from (one for item in _items(node.iter) for one in _at(node.target, item, name))


def _own(place: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function or module itself, and not in a function within."""
    for node in ast.iter_child_nodes(place):
        if not isinstance(node, Function):
            yield node
            yield from _own(node)


def _items(many: ast.expr) -> list[ast.expr]:
    return many.elts if isinstance(many, ast.Tuple | ast.List) else []


def _at(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    """What a name gets by an assignment; of a choice between pairs, from both."""
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.IfExp):
        yield from [*_at(target, value.body, name), *_at(target, value.orelse, name)]
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for below, one in zip(target.elts, value.elts, strict=True):
            yield from _at(below, one, name)


def _returned(function: ast.AST) -> Iterator[ast.expr]:
    return (node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None)


def _follow(module: Module, node: ast.expr, found: Texts) -> None:
    file = str(module.path.relative_to(SOURCE))
    texts = list(_texts(module, node, found, _DEPTH))
    if not texts:
        found.unread.append(f"{file}:{node.lineno}: {ast.unparse(node)}")
    for text in texts:
        found.add(text, file)


def _texts(module: Module, node: ast.expr, found: Texts, depth: int) -> Iterator[str]:
    """What an expression can say; nothing where its words are not in the source."""
    if depth == 0:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.replace("%", "%%")
    elif isinstance(node, ast.JoinedStr):
        yield from _filled(module, node.values, found, depth)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _filled(module, [node.left, node.right], found, depth)
    else:
        for target, one in _leads_to(module, node):
            yield from _texts(target, one, found, depth - 1)


def _leads_to(module: Module, node: ast.expr) -> Iterator[tuple[Module, ast.expr]]:
    """Where the words of an expression come from, one step further."""
    if isinstance(node, ast.IfExp):
        yield from ((module, one) for one in (node.body, node.orelse))
    elif isinstance(node, ast.BoolOp | ast.Dict):
        yield from ((module, one) for one in node.values)
    elif isinstance(node, ast.Tuple):
        yield from ((module, one) for one in node.elts)
    elif isinstance(node, ast.Starred | ast.Subscript):
        yield module, node.value
    elif isinstance(node, ast.Name):
        yield from _meant(module, node)
    elif isinstance(node, ast.Call):
        yield from _called(module, node)


def _meant(module: Module, name: ast.Name) -> Iterator[tuple[Module, ast.expr]]:
    values = module.values_of(name)
    if not values and (there := _elsewhere(module, name.id)):
        other, own = there
        yield from ((other, one) for one in _assigned(other.tree, own))
    yield from ((module, one) for one in values)


def _called(module: Module, call: ast.Call) -> Iterator[tuple[Module, ast.expr]]:
    """What a function gives back; what `.get` finds in a table, or gives where it finds nothing."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "get":
        yield from ((module, one) for one in [call.func.value, *call.args[1:]])
    if not isinstance(call.func, ast.Name):
        return
    other, own = _elsewhere(module, call.func.id) or (module, call.func.id)
    function = other.functions.get(own)
    if function is not None and function not in module.within(call):
        yield from ((other, one) for one in _returned(function))
        yield from ((module, one) for one in call.args if not isinstance(one, ast.Name | ast.Attribute))


def _elsewhere(module: Module, name: str) -> tuple[Module, str] | None:
    where, own = module.imported.get(name, ("jjm", ""))
    path = SOURCE / Path(*where.split(".")).with_suffix(".py")
    return (_module(path), own) if path.exists() else None


def _filled(module: Module, parts: Iterable[ast.expr], found: Texts, depth: int) -> Iterator[str]:
    """The forms of a text with gaps: what is put in only sometimes is written out, all else stays a gap."""
    ways: list[list[str]] = []
    is_quoted = False
    for part in parts:
        if isinstance(part, ast.Constant):
            ways.append([str(part.value).replace("%", "%%")])
            is_quoted = str(part.value).endswith("`")
            continue
        value = part.value if isinstance(part, ast.FormattedValue) else part
        said = [] if is_quoted else list(dict.fromkeys(_texts(module, value, found, depth - 1)))
        if said and (isinstance(part, ast.BinOp | ast.JoinedStr) or any(_hangs_on(one) for one in said)):
            ways.append(said)
            continue
        for one in said:
            found.add(one, str(module.path.relative_to(SOURCE)))
        ways.append([f"%({_name(value)})s"])
    yield from (_told_apart("".join(way)) for way in product(*ways))


def _told_apart(text: str) -> str:
    """The text with each gap under a name of its own."""
    first, *pieces = text.split("%(")
    names: list[str] = []
    for piece in pieces:
        name, _, rest = piece.partition(")s")
        names.append(name if name not in names else f"{name}{len(names) + 1}")
        first += f"%({names[-1]})s{rest}"
    return first


def _hangs_on(text: str) -> bool:
    return text[:1] in (" ", ",", ";") or text[-1:] == " "


def _name(value: ast.expr) -> str:
    """A name for a gap that tells a translator what stands there."""
    match value:
        case ast.Name(id=name):
            return name.strip("_").lower()
        case ast.Attribute(value=whose, attr="name" | "id"):
            return _name(whose)
        case ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=ast.Name(id="listed" | "str" | "len" | "sorted" | "describe"), args=[first, *_]):
            return _name(first)
        case ast.Call(func=ast.Name(id=name)):
            return name.strip("_")
        case ast.Call(func=ast.Attribute(attr="join"), args=[first, *_]):
            return _name(first)
        case _:
            return "what"


def _without_gaps(text: str) -> str:
    pieces = text.replace("%%", "%").split("%(")
    return pieces[0] + "".join(piece.partition(")s")[2] for piece in pieces[1:])
