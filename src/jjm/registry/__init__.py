"""The registry: versioned records of every declared type, on two clocks, each change entered in the ledger.

`Registry` holds what a use case needs; `prepare` brings the tables to the standards at start. A write is `examine`
(all checks) and then `record` (versions, history, ledger entry, everything derived), for one draft or for thousands;
both take a connection inside the caller's one transaction and an actor. Reading is `service.read`, always through the
policy of `access`; `search` finds records by name, `reorganise_areas` changes the trees of areas. `Bulk` takes files of
records in and puts them out, as jobs, through the same checks. `tallied` is what public reports count in areas.
`routes` are the calls over HTTP.
"""

from jjm.registry.api import act_once, day, direct, moment, routes, sieve_from
from jjm.registry.authority import Authority, Owner
from jjm.registry.hanging import Erasure, Hangings, Hung
from jjm.registry.model import AsOf, Change, Draft, Outcome, Version
from jjm.registry.openapi import PROBLEM as openapi_refusal
from jjm.registry.openapi import components as openapi_components
from jjm.registry.openapi import paths as openapi_paths
from jjm.registry.operations import Order, Split
from jjm.registry.rules import etag, shown_digest, state_in_id
from jjm.registry.sealing import digest_in, withheld
from jjm.registry.service.areas import perform as reorganise_areas
from jjm.registry.service.bulk import Bulk
from jjm.registry.service.bulk_model import Load, Mode, OnDuplicate
from jjm.registry.service.context import Registry
from jjm.registry.service.duplicates import propose_duplicates
from jjm.registry.service.erase import ERASURE, held_records
from jjm.registry.service.erased_list import ERASED, erase_again, join_lists
from jjm.registry.service.examine import examine
from jjm.registry.service.feed import Changes, Sieve, changes
from jjm.registry.service.lending import (
    Part,
    Sum,
    TakenParts,
    forget_erased,
    give_away,
    parts_of,
    sums_of,
    take_parts,
    versions_of,
    withdraw,
)
from jjm.registry.service.pointing import pointing_at
from jjm.registry.service.prepare import prepare
from jjm.registry.service.proposals import Decision, decide
from jjm.registry.service.proving import Placed, open_proof, open_versions
from jjm.registry.service.push import Act, Became, take_in
from jjm.registry.service.reach import Reach, area_id
from jjm.registry.service.read import (
    Ask,
    Page,
    batch_get,
    count,
    estimate,
    get,
    history,
    newest_version,
    newest_versions,
    page,
)
from jjm.registry.service.replicas import originals, states_of, undivided
from jjm.registry.service.replicate import Copies, Held, Known, known_of, replicate, unproven
from jjm.registry.service.rewrapping import holdings
from jjm.registry.service.schedule import next_due, settle_due
from jjm.registry.service.search import Hit, Sought, search
from jjm.registry.service.seeing import opened_by_purpose
from jjm.registry.service.tallies import (
    Listed,
    Tallied,
    are_kept,
    keep_tallies,
    kept_types,
    listed,
    note_kept,
    sums_of_field,
    tallied,
    touched,
)
from jjm.registry.service.verify import verify_records
from jjm.registry.service.wholes import Entered, Whole, not_here, take_wholes, wholes_of
from jjm.registry.service.whose import Whose
from jjm.registry.service.write import record
from jjm.registry.table import Table

__all__ = [
    "ERASED",
    "ERASURE",
    "Act",
    "AsOf",
    "Ask",
    "Authority",
    "Became",
    "Bulk",
    "Change",
    "Changes",
    "Copies",
    "Decision",
    "Draft",
    "Entered",
    "Erasure",
    "Hangings",
    "Held",
    "Hit",
    "Hung",
    "Known",
    "Listed",
    "Load",
    "Mode",
    "OnDuplicate",
    "Order",
    "Outcome",
    "Owner",
    "Page",
    "Part",
    "Placed",
    "Reach",
    "Registry",
    "Sieve",
    "Sought",
    "Split",
    "Sum",
    "Table",
    "TakenParts",
    "Tallied",
    "Version",
    "Whole",
    "Whose",
    "act_once",
    "are_kept",
    "area_id",
    "batch_get",
    "changes",
    "count",
    "day",
    "decide",
    "digest_in",
    "direct",
    "erase_again",
    "estimate",
    "etag",
    "examine",
    "forget_erased",
    "get",
    "give_away",
    "held_records",
    "history",
    "holdings",
    "join_lists",
    "keep_tallies",
    "kept_types",
    "known_of",
    "listed",
    "moment",
    "newest_version",
    "newest_versions",
    "next_due",
    "not_here",
    "note_kept",
    "open_proof",
    "open_versions",
    "openapi_components",
    "openapi_paths",
    "openapi_refusal",
    "opened_by_purpose",
    "originals",
    "page",
    "parts_of",
    "pointing_at",
    "prepare",
    "propose_duplicates",
    "record",
    "reorganise_areas",
    "replicate",
    "routes",
    "search",
    "settle_due",
    "shown_digest",
    "sieve_from",
    "state_in_id",
    "states_of",
    "sums_of",
    "sums_of_field",
    "take_in",
    "take_parts",
    "take_wholes",
    "tallied",
    "touched",
    "undivided",
    "unproven",
    "verify_records",
    "versions_of",
    "wholes_of",
    "withdraw",
    "withheld",
]
