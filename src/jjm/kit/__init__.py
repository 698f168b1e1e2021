"""The toolbox without domain words: errors, clocks, canonical bytes, ids, database, jobs, HTTP conventions."""

from jjm.kit.ahead import ahead, to_its_end
from jjm.kit.apart import Apart
from jjm.kit.beside import beside
from jjm.kit.canonical import canonical, canonical_each, digest
from jjm.kit.clock import IST, Clock, SetClock, SystemClock
from jjm.kit.cluster import Cluster
from jjm.kit.cluster_programs import embedded
from jjm.kit.cluster_reach import has_cluster, reach
from jjm.kit.database import Database, DatabaseUrl, stream
from jjm.kit.ending import cut_short
from jjm.kit.errors import Fault, Problem, bad_request, conflict, forbidden, invalid, not_found
from jjm.kit.ids import Minter, check_character, is_well_formed
from jjm.kit.job_model import Job, JobStopped, Run
from jjm.kit.jobs import Jobs
from jjm.kit.key_files import drop_keys_set_aside, open_key, open_vault, renew_key
from jjm.kit.logs import log_to_standard_error, scrubber
from jjm.kit.migrations import migrate, schema_state
from jjm.kit.queries import load_queries
from jjm.kit.remembering import recall, remember
from jjm.kit.sealing import Unopened, Vault
from jjm.kit.sheets import Entry, Grid, Section, Sheet
from jjm.kit.sheets import Fact as SheetFact
from jjm.kit.sheets import Form as SheetForm
from jjm.kit.transaction import ReadConnection, WriteConnection, copy_in, savepoint
from jjm.kit.wrapping import Holding, SealedRows, Wrapped, kept_answers
from jjm.kit.yaml_text import Yaml

__all__ = [
    "IST",
    "Apart",
    "Clock",
    "Cluster",
    "Database",
    "DatabaseUrl",
    "Entry",
    "Fault",
    "Grid",
    "Holding",
    "Job",
    "JobStopped",
    "Jobs",
    "Minter",
    "Problem",
    "ReadConnection",
    "Run",
    "SealedRows",
    "Section",
    "SetClock",
    "Sheet",
    "SheetFact",
    "SheetForm",
    "SystemClock",
    "Unopened",
    "Vault",
    "Wrapped",
    "WriteConnection",
    "Yaml",
    "ahead",
    "bad_request",
    "beside",
    "canonical",
    "canonical_each",
    "check_character",
    "conflict",
    "copy_in",
    "cut_short",
    "digest",
    "drop_keys_set_aside",
    "embedded",
    "forbidden",
    "has_cluster",
    "invalid",
    "is_well_formed",
    "kept_answers",
    "load_queries",
    "log_to_standard_error",
    "migrate",
    "not_found",
    "open_key",
    "open_vault",
    "reach",
    "recall",
    "remember",
    "renew_key",
    "savepoint",
    "schema_state",
    "scrubber",
    "stream",
    "to_its_end",
]
