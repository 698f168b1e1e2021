"""A copy of the shipped standards to which a type is added, and the type: government handpumps."""

from __future__ import annotations

import shutil
from pathlib import Path

from jjm.standards import default_folder

HANDPUMP = """\
$id: jjm:registry/assets/handpump/1.0.0
title: {en: Handpump, hi: हैंडपंप}
type: object
required: [number, village, status]
properties:
  number: {title: {en: Number, hi: संख्या}, type: string, minLength: 1, maxLength: 40}
  name: {title: {en: Name, hi: नाम}, type: string, maxLength: 200}
  name_local: {title: {en: Name in the local language, hi: स्थानीय भाषा में नाम}, type: string, maxLength: 200}
  village: {title: {en: Village, hi: गाँव}, x-ref: village}
  habitation: {title: {en: Habitation, hi: बसावट}, x-ref: habitation}
  water_source: {title: {en: Source, hi: स्रोत}, x-ref: water_source}
  status: {title: {en: Status, hi: स्थिति}, x-code: point-status}
  strokes: {title: {en: Strokes, hi: स्ट्रोक}, type: integer, minimum: 0, maximum: 200, x-unit: "1"}
  caretaker: {title: {en: Caretaker, hi: देखभालकर्ता}, type: string, maxLength: 200, x-personal: personal}
  drilled_on: {title: {en: Drilled on, hi: खनन तिथि}, type: string, format: date}
  repaired_on: {title: {en: Last repaired on, hi: अंतिम मरम्मत तिथि}, type: string, format: date}
  location: {title: {en: Location, hi: स्थान}, x-geo: point}
x-jjm:
  group: assets
  plural: handpumps
  plural_title: {en: Handpumps, hi: हैंडपंप}
  id: "HPN-{state}-{serial}-{check}"
  authority: state
  area: village
  label: number
  index: [number, village, status]
  unique: [[number]]
"""
_PLACE = Path("registries/assets/handpump.yaml")


def copy_of_standards(folder: Path) -> Path:
    """The shipped standards, to be changed at will."""
    return Path(shutil.copytree(default_folder(), folder))


def add_handpump(standards: Path, text: str = HANDPUMP) -> Path:
    """Drop the type's file into a folder of standards, in place of what it said before."""
    path = standards / _PLACE
    path.write_text(text, "utf-8")
    return path
