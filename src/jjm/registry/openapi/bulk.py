"""What bulk calls and jobs take and give, as parts of an OpenAPI 3.1 document."""

from __future__ import annotations

from jjm.registry.formats import Format
from jjm.registry.openapi.parts import AS_OF, DAY, KEY, Json, call, gives, path, query, ref, stands, takes
from jjm.registry.service.bulk_model import Change, Mode, OnDuplicate
from jjm.standards import Catalogue, Standard

_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_FLAG: Json = {"enum": ["true", "false", "1", "0"]}
_MOMENT: Json = {"type": ["string", "null"], "format": "date-time"}
_BYTES: Json = {"type": "string", "format": "binary"}
_WAIT = query("wait", {"type": "integer", "minimum": 0, "maximum": 60}, "Seconds to wait for the end of the job")
_HOW_IN = [
    query("on_duplicate", {"enum": list(OnDuplicate)}, "What to do with records that are known; `fail` if left out"),
    query("mode", {"enum": list(Mode)}, "Whether the good lines of a file with faults are taken; `best_effort`"),
    query("dry_run", _FLAG, "Check all and write nothing"),
    query("format", {"enum": list(Format)}, "The format; else the content type or the name of the file tells"),
    query("filename", _TEXT, "The name of the file, such as `households.csv.gz`"),
    query("valid_from", DAY, "First Indian day on which the records hold"),
    query("source", _TEXT, "Where the values come from"),
    query("reason", _TEXT, "Why, such as the number of an order"),
    query("change", {"enum": list(Change)}, "With `update`: the world changed (`change`), or the record was wrong"),
    KEY,
    _WAIT,
]
_HOW_OUT = [
    query("format", {"enum": list(Format)}, "The format of the files; `ndjson` if left out"),
    query("gzip", _FLAG, "Whether the files are compressed"),
    query(
        "file_bytes",
        {"type": "integer", "minimum": 10_000, "maximum": 4 * 1024**3},
        "Size of the largest file, before it is compressed; 256 MiB if left out",
    ),
    query("fields", _TEXT, "Only these fields, separated by commas"),
    query("filter", _TEXT, "CQL2 text, such as `kind = 'SVS'`"),
    query("within", _TEXT, "Only in this area, as level/code, such as district/345"),
    query("bbox", _TEXT, "Only in this box: west,south,east,north in degrees"),
    KEY,
    _WAIT,
]


def components() -> Json:
    """The schemas of jobs."""
    return {"Job": _JOB}


def paths(catalogue: Catalogue) -> Json:
    """Import and export of every type, and the jobs that they become."""
    found = _jobs()
    for standard in catalogue.types.values():
        base = f"/api/v1/{standard.plural}"
        found |= {base + ":import": {"post": _import(standard)}, base + ":export": {"post": _export(standard)}}
    return found


def _accepted() -> Json:
    place = {"Location": {"schema": _TEXT, "description": "Address of the job"}}
    done = gives("The job, at its end within `wait`", ref("Job")) | {"headers": place}
    return {"200": done, "202": gives("The job, which goes on", ref("Job")) | {"headers": place}}


def _import(standard: Standard) -> Json:
    title = f"Take in a file of {standard.plural_title['en'].lower()}, as a job"
    kinds = (*(form.content_type for form in Format), "application/octet-stream")
    body = takes({kind: {"schema": _BYTES} for kind in kinds})
    described = {"description": "The file as the body: NDJSON, CSV or Parquet, each also compressed with gzip."}
    made = call(f"{standard.name}.import", title, standard.plural, _accepted())
    return made | described | {"parameters": _HOW_IN} | body


def _export(standard: Standard) -> Json:
    title = f"Put out {standard.plural_title['en'].lower()} as files, as a job"
    asked = {"type": "object", "description": "What could stand in the query, by name"}
    body = {"requestBody": {"required": False, "content": {"application/json": {"schema": asked}}}}
    made = call(f"{standard.name}.export", title, standard.plural, _accepted())
    described = {"description": "One state of the registry, with the position in the feed at which it was taken."}
    return made | described | {"parameters": [*_HOW_OUT, *AS_OF]} | body


def _jobs() -> Json:
    base, one = "/api/v1/jobs", [path("id", "Identifier of the job")]
    files = {kind: {"schema": _BYTES} for kind in (*(form.content_type for form in Format), "application/gzip")}
    most = query("limit", {"type": "integer", "minimum": 1, "maximum": 200}, "Jobs at most")
    listed = gives("The newest of them", stands(items={"type": "array", "items": ref("Job")}, next={"type": "null"}))
    told = {"description": "One JSON object a line", "content": {"application/x-ndjson": {"schema": _BYTES}}}
    file = {"description": "The file", "content": files}
    part = {"description": "The range of the file that was asked for", "content": files}
    ranges = {"206": part, "416": {"description": "No such range", "content": {"text/plain": {"schema": _TEXT}}}}
    found = {"200": gives("The job", ref("Job"))}
    ended = found | {"202": gives("The job, which stops at its next good place", ref("Job"))}
    name = path("name", "Name of the file")
    return {
        base: {
            "get": call("jobs.list", "The newest jobs of the caller", "jobs", {"200": listed}) | {"parameters": [most]}
        },
        base + "/{id}": {
            "parameters": one,
            "get": call("jobs.get", "How far a job is, and what came of it", "jobs", found) | {"parameters": [_WAIT]},
            "delete": call("jobs.cancel", "Stop a job", "jobs", ended),
        },
        base + "/{id}/problems": {
            "parameters": one,
            "get": call("jobs.problems", "Everything wrong with a file, line by line", "jobs", {"200": told} | ranges),
        },
        base + "/{id}/files/{name}": {
            "parameters": [*one, name],
            "get": call("jobs.file", "A file that a job put out", "jobs", {"200": file} | ranges),
        },
    }


_JOB = stands(
    id=_TEXT,
    kind=_TEXT,
    state={"enum": ["waiting", "running", "done", "failed", "cancelled"]},
    actor=_TEXT,
    request={"type": "object"},
    progress={"type": "object", "properties": dict.fromkeys(("lines", "created", "updated", "refused"), _COUNT)},
    result={"type": ["object", "null"], "description": "Of an import: created, updated, unchanged, refused, problems"},
    problem={"anyOf": [{"type": "object"}, {"type": "null"}], "description": "Why it failed (RFC 9457)"},
    created_at=_MOMENT,
    started_at=_MOMENT,
    finished_at=_MOMENT,
    url=_TEXT,
)
