"""Standards: the declared types of the node, read from files, checked, and put to work.

A standard is one file (`docs/decisions/0002-the-dialect.md`). `load` reads a folder of them into a `Catalogue` of plain
values and refuses a faulty one with every fault, its line and its remedy; `check` only tells the faults. From a
catalogue come the compiled `validators` of records, the `record_schema` for OpenAPI and documentation, and invented
records (`make_record`, `example`). `diff` compares two catalogues and shows each break by a record. `Role`s say who may
do what where; `jjm.access` grants them. `Indicator`s are public reports as data.
"""

from jjm.standards.calendars import COUNTRY, Calendar, Opening
from jjm.standards.diff import Finding, Verdict, broken_rules, diff, diff_standard
from jjm.standards.generate import example, make_record, sample_id
from jjm.standards.indicators.model import (
    REPORT_DAY,
    Day,
    Groups,
    Holding,
    Indicator,
    ListColumn,
    Listing,
    Measure,
    RecordSet,
    ReportColumn,
)
from jjm.standards.limits import Beside, Limit, LimitEdition, LimitKind, Span, edition_on
from jjm.standards.loader import check, default_folder, load
from jjm.standards.model import (
    NODE_PLACE,
    PARTICIPANT_PLACE,
    UNIT_PLACE,
    Catalogue,
    Code,
    Codelist,
    Field,
    FieldKind,
    Level,
    Personal,
    Role,
    Standard,
    StateExtension,
    Titles,
)
from jjm.standards.notices.faults import KINDS as NOTICE_KINDS
from jjm.standards.notices.model import CHANNELS, Channel, Event, Variable, Wording
from jjm.standards.notices.words import names_in, sms_length, values_of, worded
from jjm.standards.paths import code_paths
from jjm.standards.phrase import describe
from jjm.standards.schema import JsonSchema, codes_of, record_schema
from jjm.standards.structure import shipped_folder
from jjm.standards.testing_plans import Band, Duty, Season, TestingPlan
from jjm.standards.validator import RecordValidator, validators
from jjm.standards.workflows.again import workflow_again
from jjm.standards.workflows.digit import digit_from_workflow
from jjm.standards.workflows.drawing import drawing
from jjm.standards.workflows.model import Action, Beginning, Notice, Pause, Promise, Rung, Stage, Timer, Workflow

__all__ = [
    "CHANNELS",
    "COUNTRY",
    "NODE_PLACE",
    "NOTICE_KINDS",
    "PARTICIPANT_PLACE",
    "REPORT_DAY",
    "UNIT_PLACE",
    "Action",
    "Band",
    "Beginning",
    "Beside",
    "Calendar",
    "Catalogue",
    "Channel",
    "Code",
    "Codelist",
    "Day",
    "Duty",
    "Event",
    "Field",
    "FieldKind",
    "Finding",
    "Groups",
    "Holding",
    "Indicator",
    "JsonSchema",
    "Level",
    "Limit",
    "LimitEdition",
    "LimitKind",
    "ListColumn",
    "Listing",
    "Measure",
    "Notice",
    "Opening",
    "Pause",
    "Personal",
    "Promise",
    "RecordSet",
    "RecordValidator",
    "ReportColumn",
    "Role",
    "Rung",
    "Season",
    "Span",
    "Stage",
    "Standard",
    "StateExtension",
    "TestingPlan",
    "Timer",
    "Titles",
    "Variable",
    "Verdict",
    "Wording",
    "Workflow",
    "broken_rules",
    "check",
    "code_paths",
    "codes_of",
    "default_folder",
    "describe",
    "diff",
    "diff_standard",
    "digit_from_workflow",
    "drawing",
    "edition_on",
    "example",
    "load",
    "make_record",
    "names_in",
    "record_schema",
    "sample_id",
    "shipped_folder",
    "sms_length",
    "validators",
    "values_of",
    "worded",
    "workflow_again",
]
