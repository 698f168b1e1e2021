"""A small folder of standards to edit: two area types, a scheme, a household, codelists and one State."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

STATE = """\
$id: jjm:registry/administration/state/1.0.0
title: {en: State, hi: राज्य}
type: object
required: [code, name]
properties:
  code: {title: {en: LGD code, hi: एलजीडी कोड}, type: string, pattern: '^[1-9][0-9]?$', x-example: "21"}
  name: {title: {en: Name, hi: नाम}, type: string, minLength: 1, maxLength: 200}
x-jjm:
  group: administration
  plural: states
  plural_title: {en: States, hi: राज्य}
  id: "STA-{code}"
  authority: centre
  level: {name: state, rank: 0, parents: []}
  unique: [[code]]
"""

VILLAGE = """\
$id: jjm:registry/administration/village/1.0.0
title: {en: Village, hi: गाँव}
type: object
required: [code, state]
properties:
  code: {title: {en: LGD code, hi: एलजीडी कोड}, type: string, pattern: '^[1-9][0-9]{0,10}$', maxLength: 12}
  name: {title: {en: Name, hi: नाम}, type: string, maxLength: 200}
  state: {title: {en: State, hi: राज्य}, x-ref: state}
  boundary: {title: {en: Boundary, hi: सीमा}, x-geo: geometry}
x-jjm:
  group: administration
  plural: villages
  plural_title: {en: Villages, hi: गाँव}
  id: "VIL-{code}"
  authority: centre
  level: {name: village, rank: 5, parents: [state]}
  index: [name, state]
  search: [name]
"""

SCHEME = """\
$id: jjm:registry/assets/scheme/1.2.0
title: {en: Water supply scheme, hi: जल प्रदाय योजना}
type: object
required: [villages, name, kind]
properties:
  name: {title: {en: Name, hi: नाम}, type: string, maxLength: 200}
  kind: {title: {en: Kind, hi: प्रकार}, x-code: scheme-kind}
  villages: {title: {en: Villages, hi: गाँव}, type: array, maxItems: 50, items: {x-ref: village}}
  design_population:
    title: {en: Design population, hi: अभिकल्पित जनसंख्या}
    type: integer
    minimum: 0
    maximum: 1000
    x-unit: person
  capacity: {title: {en: Capacity, hi: क्षमता}, type: number, minimum: 0, maximum: 5000, x-unit: m3/d}
  location: {title: {en: Location, hi: स्थान}, x-geo: point}
  commissioned_on: {title: {en: Commissioned on, hi: चालू तिथि}, type: string, format: date}
  read_at: {title: {en: Read at, hi: पढ़ा गया}, type: string, format: date-time}
  site: {title: {en: Web page, hi: वेब पृष्ठ}, type: string, format: uri}
  number: {title: {en: Number, hi: संख्या}, type: string, pattern: '^[A-Z]{2}[0-9]{4}$'}
  solar: {title: {en: Solar, hi: सौर}, type: boolean}
  notes: {title: {en: Notes, hi: टिप्पणियाँ}, type: object, x-open: true}
  milestones:
    title: {en: Milestones, hi: मील के पत्थर}
    type: array
    items:
      type: object
      required: [kind]
      properties:
        kind: {title: {en: Kind, hi: प्रकार}, x-code: milestone}
        note: {title: {en: Note, hi: टिप्पणी}, type: string, maxLength: 500}
x-jjm:
  group: assets
  plural: schemes
  plural_title: {en: Schemes, hi: योजनाएँ}
  id: "SCH-{state}-{serial}-{check}"
  authority: state
  area: villages
  index: [name, kind, villages]
  search: [name]
  duplicates: [name, villages]
"""

HOUSEHOLD = """\
$id: jjm:registry/people/household/1.0.0
title: {en: Household, hi: परिवार}
type: object
required: [village]
properties:
  village: {title: {en: Village, hi: गाँव}, x-ref: village}
  head_name: {title: {en: Head, hi: मुखिया}, type: string, maxLength: 200, x-personal: personal}
  phone: {title: {en: Phone, hi: फ़ोन}, type: string, format: phone, x-personal: personal}
  account: {title: {en: Account, hi: खाता}, type: string, maxLength: 20, x-personal: sensitive}
  members: {title: {en: Members, hi: सदस्य}, type: integer, minimum: 0, maximum: 100, x-unit: person}
x-jjm:
  group: people
  plural: households
  plural_title: {en: Households, hi: परिवार}
  id: "HHD-{state}-{serial}-{check}"
  authority: state
  area: village
  by_state: true
"""

KINDS = """\
code,en,hi,source,source_date
SVS,Single village scheme,एकल ग्राम योजना,Operational Guidelines 2019,2026-11-01
MVS,Multi village scheme,बहु ग्राम योजना,Operational Guidelines 2019,2026-11-01
"""

MILESTONES = """\
code,en,hi,source,source_date
sanction,Sanctioned,स्वीकृत,JJM DPI,2026-11-01
handover,Handed over,हस्तांतरित,JJM DPI,2026-11-01
"""

ODISHA = """\
iso: IN-OD
state: "21"
title: {en: Odisha, hi: ओडिशा}
languages: [en, hi, or]
extend:
  scheme:
    required: [cluster]
    properties:
      cluster: {title: {en: Cluster, hi: संकुल}, type: string, maxLength: 40}
codes:
  scheme-kind:
    - {code: MEGA, en: Mega piped water supply, hi: वृहद जल प्रदाय, source: Odisha, source_date: 2026-11-01}
tighten:
  household: {members: {maximum: 50}}
require:
  household: [head_name]
"""

FILES = {
    "registries/administration/state.yaml": STATE,
    "registries/administration/village.yaml": VILLAGE,
    "registries/assets/scheme.yaml": SCHEME,
    "registries/people/household.yaml": HOUSEHOLD,
    "codes/scheme-kind.csv": KINDS,
    "codes/milestone.csv": MILESTONES,
    "states/IN-OD.yaml": ODISHA,
}

Edit = tuple[str, str, str]  # file, the words to be replaced, the words to write instead
MakeFolder = Callable[..., Path]  # edits, and the name of the folder


def write_folder(folder: Path, *edits: Edit) -> Path:
    """The small standards, with edits, written to that folder."""
    texts = dict(FILES)
    for file, before, after in edits:
        assert before in texts.get(file, ""), f"{file} does not hold {before!r}"
        texts[file] = texts[file].replace(before, after, 1)
    for file, text in texts.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
