"""A small workflow to edit: a sample with its type, codes and roles, written beside the small standards."""

from __future__ import annotations

from pathlib import Path

from small_standards import Edit, write_folder

SAMPLE = """\
$id: jjm:registry/work/sample/1.0.0
title: {en: Sample, hi: नमूना}
type: object
required: [village]
properties:
  village: {title: {en: Village, hi: गाँव}, x-ref: village}
  status: {title: {en: Status, hi: स्थिति}, x-code: sample-status, x-moved: true}
  kind: {title: {en: Kind, hi: प्रकार}, x-code: sample-kind}
  hold_reason: {title: {en: Why it waits, hi: रुकने का कारण}, x-code: hold-reason}
  remark: {title: {en: Remark, hi: टिप्पणी}, type: string, maxLength: 500}
  result: {title: {en: Result, hi: परिणाम}, type: number, minimum: 0, x-unit: mg/L}
x-jjm:
  group: work
  plural: samples
  plural_title: {en: Samples, hi: नमूने}
  id: "SMP-{state}-{serial}-{check}"
  authority: state
  area: village
"""

_HEAD = "code,en,hi,source,source_date"
STATUS = f"""\
{_HEAD}
REGISTERED,Registered,पंजीकृत,JJM DPI,2026-11-01
UNDER_TEST,Under test,परीक्षण में,JJM DPI,2026-11-01
APPROVED,Approved,स्वीकृत,JJM DPI,2026-11-01
REFUSED,Refused,अस्वीकृत,JJM DPI,2026-11-01
"""
KIND = f"""\
{_HEAD},hours
chemical,Chemical,रासायनिक,JJM DPI,2026-11-01,72
bacterial,Bacterial,जीवाणु,JJM DPI,2026-11-01,48
"""
REASON = f"{_HEAD}\nreagent,No reagent,अभिकर्मक नहीं,JJM DPI,2026-11-01\n"

ROLES = """\
$id: jjm:roles/1.0.0
roles:
  tester:
    title: {en: Tester, hi: परीक्षक}
    description: {en: Takes samples.}
    for: [village]
    permits: [read]
  analyst:
    title: {en: Analyst, hi: विश्लेषक}
    description: {en: Tests them.}
    for: [state]
    permits: [read]
"""

WORKFLOW = """\
$id: jjm:workflow/sample/1.0.0
title: {en: Sample, hi: नमूना}
type: sample
moves: status
promise: {hours: 72}
subtype: {field: kind, column: hours}
starts:
  REGISTER: {to: REGISTERED, title: {en: Register, hi: पंजीकृत करें}, roles: [tester]}
states:
  REGISTERED:
    responsible: [analyst]
    promise: {hours: 24, count: all}
    actions:
      ACCEPT: {to: UNDER_TEST, title: {en: Accept, hi: स्वीकार करें}, roles: [analyst], assigns: true}
      REFUSE: {to: REFUSED, title: {en: Refuse, hi: अस्वीकार करें}, roles: [analyst], fields: [remark]}
  UNDER_TEST:
    responsible: [analyst]
    pause: {field: hold_reason, for: [reagent]}
    timers:
      - {after: {hours: 240, count: all}, action: GIVE_UP}
    actions:
      APPROVE:
        {to: APPROVED, title: {en: Approve, hi: स्वीकृत करें}, roles: [analyst], fields: [result], guards: [two-people]}
      GIVE_UP: {to: REFUSED, title: {en: Give up, hi: छोड़ें}}
  APPROVED: {done: true}
  REFUSED: {done: true}
escalation:
  - {after: {hours: 24}, to: [analyst]}
tells:
  - {on: APPROVE, who: [starter], template: sample-approved}
links: [confirms]
"""

MORE = {
    "registries/work/sample.yaml": SAMPLE,
    "codes/sample-status.csv": STATUS,
    "codes/sample-kind.csv": KIND,
    "codes/hold-reason.csv": REASON,
    "roles.yaml": ROLES,
    "workflows/sample.yaml": WORKFLOW,
}


def write_workflow(folder: Path, *edits: Edit) -> Path:
    """The small standards and the small workflow, with edits of the latter's files, in that folder."""
    write_folder(folder)
    texts = dict(MORE)
    for file, before, after in edits:
        assert before in texts.get(file, ""), f"{file} does not hold {before!r}"
        texts[file] = texts[file].replace(before, after, 1)
    for file, text in texts.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
