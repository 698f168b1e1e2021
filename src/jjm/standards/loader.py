"""Finds the standards of a folder and loads them; a faulty folder is refused with every fault in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from jjm.kit import Fault, Problem
from jjm.standards.build import codelist_from, standard_from, state_from
from jjm.standards.model import Catalogue, Codelist, Standard, StateExtension
from jjm.standards.reader import mapping, read_csv, read_yaml


def default_folder() -> Path:
    """The standards of this node: `JJM_STANDARDS`, else those beside the source code, else those in the package."""
    if given := os.environ.get("JJM_STANDARDS"):
        return Path(given)
    beside = Path(__file__).resolve().parents[3] / "standards"
    return beside if beside.is_dir() else Path(str(files("jjm").joinpath("_standards")))


def load(folder: Path) -> Catalogue:
    """All standards of a folder. Raises Problem `standards-faulty` naming every fault with file, line and remedy."""
    catalogue, faults = read(folder)
    if faults:
        detail = f"{len(faults)} faults in {folder}; mend the files and start again."
        raise Problem("standards-faulty", 500, "The standards are faulty", detail, faults)
    return catalogue


def check(folder: Path) -> list[Fault]:
    """Every fault in the standards of a folder, by file and line; empty where all is well."""
    return read(folder)[1]


def read(folder: Path) -> tuple[Catalogue, list[Fault]]:
    """The standards of a folder as far as they can be read, and everything that is wrong with them."""
    faults: list[Fault] = []
    types: dict[str, Standard] = {}
    codelists: dict[str, Codelist] = {}
    states: dict[str, StateExtension] = {}
    for path in _found(folder, "registries/*/*.yaml"):
        document, wrong = read_yaml(path)
        faults += wrong
        types[path.stem] = standard_from(path.stem, path.relative_to(folder).as_posix(), mapping(document.data))
    for path in _found(folder, "codes/*.csv"):
        sheet, wrong = read_csv(path)
        faults += wrong
        codelists[path.stem] = codelist_from(path.stem, path.relative_to(folder).as_posix(), sheet)
    for path in _found(folder, "states/*.yaml"):
        document, wrong = read_yaml(path)
        faults += wrong
        states[path.stem] = state_from(path.relative_to(folder).as_posix(), mapping(document.data), types)
    return Catalogue(types, codelists, states), faults


def _found(folder: Path, pattern: str) -> Iterable[Path]:
    return sorted(folder.glob(pattern))
