"""The toolbox without domain words: errors, clocks, canonical bytes, ids, database, jobs, HTTP conventions."""

from jjm.kit.canonical import canonical, digest
from jjm.kit.clock import IST, Clock, SetClock, SystemClock
from jjm.kit.errors import Fault, Problem, bad_request, conflict, forbidden, invalid, not_found

__all__ = [
    "IST",
    "Clock",
    "Fault",
    "Problem",
    "SetClock",
    "SystemClock",
    "bad_request",
    "canonical",
    "conflict",
    "digest",
    "forbidden",
    "invalid",
    "not_found",
]
