"""A type that a workflow moves, an inspection, to be put beside the shipped standards."""

from __future__ import annotations

from pathlib import Path

from new_type import copy_of_standards

from jjm.workflow import Acting, Deed, Deeds

INSPECTION = """\
$id: jjm:registry/work/inspection/1.0.0
title: {en: Inspection, hi: निरीक्षण}
type: object
required: [village]
properties:
  village: {title: {en: Village, hi: गाँव}, x-ref: village}
  status: {title: {en: Status, hi: स्थिति}, x-code: inspection-status, x-moved: true}
  kind: {title: {en: Kind, hi: प्रकार}, x-code: inspection-kind}
  hold_reason: {title: {en: Why it waits, hi: रुकने का कारण}, x-code: hold-reason}
  remark: {title: {en: Remark, hi: टिप्पणी}, type: string, maxLength: 500}
  leaks: {title: {en: Leaks found, hi: रिसाव}, type: integer, minimum: 0, maximum: 1000, x-unit: "1"}
  finding: {title: {en: Finding, hi: निष्कर्ष}, type: string, maxLength: 200, x-moved: true}
x-jjm:
  group: work
  plural: inspections
  plural_title: {en: Inspections, hi: निरीक्षण}
  id: "NSP-{state}-{serial}-{check}"
  authority: state
  area: village
"""
_HEAD = "code,en,hi,source,source_date"
CODES = {
    "inspection-status": f"""\
{_HEAD}
ASKED,Asked for,मांगा गया,JJM DPI,2026-11-01
GOING_ON,Going on,जारी,JJM DPI,2026-11-01
REPORTED,Reported,प्रतिवेदित,JJM DPI,2026-11-01
CLOSED,Closed,बंद,JJM DPI,2026-11-01
DROPPED,Dropped,छोड़ा गया,JJM DPI,2026-11-01
""",
    "inspection-kind": f"""\
{_HEAD},hours
urgent,Urgent,अति आवश्यक,JJM DPI,2026-11-01,7
yearly,Yearly,वार्षिक,JJM DPI,2026-11-01,
""",
    "hold-reason": f"{_HEAD}\nflood,Flood,बाढ़,JJM DPI,2026-11-01\nkeys,No keys,चाबी नहीं,JJM DPI,2026-11-01\n",
}
WORKFLOW = """\
$id: jjm:workflow/inspection/1.0.0
title: {en: Inspection, hi: निरीक्षण}
type: inspection
moves: status
promise: {hours: 70}
subtype: {field: kind, column: hours}
starts:
  ASK: {to: ASKED, title: {en: Ask, hi: मांगें}, roles: [vwsc_member, district_officer]}
states:
  ASKED:
    responsible: [nal_jal_mitra, district_officer]
    promise: {hours: 24, count: all}
    timers:
      - {after: {hours: 240, count: all}, action: DROP}
    actions:
      GO: {to: GOING_ON, title: {en: Go, hi: जाएँ}, roles: [nal_jal_mitra, district_officer], assigns: true}
      DROP: {to: DROPPED, title: {en: Drop, hi: छोड़ें}, by: [starter, node], comment: false}
  GOING_ON:
    responsible: [nal_jal_mitra, district_officer]
    pause: {field: hold_reason, for: [flood]}
    actions:
      HOLD:
        to: GOING_ON
        title: {en: Wait, hi: प्रतीक्षा}
        roles: [nal_jal_mitra, district_officer]
        by: [assignee]
        fields: [hold_reason]
        comment: true
      REPORT:
        to: REPORTED
        title: {en: Report, hi: प्रतिवेदन}
        roles: [nal_jal_mitra, district_officer]
        fields: [leaks]
        optional: [remark, hold_reason]
        fills: [finding]
  REPORTED:
    responsible: [district_officer]
    actions:
      CLOSE:
        to: CLOSED
        title: {en: Close, hi: बंद करें}
        roles: [district_officer]
        guards: [other-person-than:REPORT]
        does: [count-closed]
      BACK: {to: GOING_ON, title: {en: Send back, hi: वापस भेजें}, roles: [district_officer], comment: true}
  CLOSED: {done: true}
  DROPPED: {done: true}
escalation:
  - {after: {hours: 7}, to: [district_officer]}
  - {after: {hours: 7}, to: [state_admin]}
tells:
  - {on: ASK, who: [responsible], template: case-came}
  - {on: near, who: [responsible, district_officer], template: case-late}
  - {on: GOING_ON, who: [starter], template: case-moved}
links: [follows]
"""


def inspection_standards(folder: Path, workflow: str = WORKFLOW) -> Path:
    """The shipped standards with the type and its workflow."""
    standards = copy_of_standards(folder)
    texts = {f"codes/{name}.csv": text for name, text in CODES.items()}
    texts |= {"registries/work/inspection.yaml": INSPECTION, "workflows/inspection.yaml": workflow}
    for place, text in texts.items():
        path = standards / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return standards


def _finding(deed: Deed) -> dict[str, str]:
    """What the node makes of the leaks that were counted."""
    return {"finding": f"{deed.becomes['leaks']} leaks"}


async def _count_closed(acting: Acting) -> None:
    """Nothing else comes about."""


DEEDS = Deeds({}, {"count-closed": _count_closed}, {"finding": _finding})
"""What the workflow of inspections names, with no more to it than a walk needs."""
