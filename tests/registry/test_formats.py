"""Files of records: what is read from them, what is said of lines without a record, and back again."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.kit import Fault, Problem
from jjm.registry.formats import Chunk, Format, columns_of, format_named, open_writer, read_chunks
from jjm.registry.formats.cells import BadCell, from_cell, to_cell
from jjm.registry.formats.model import LONGEST_LINE
from jjm.standards import Catalogue, Field, Standard, make_record, sample_id

Read = Callable[..., list[Chunk]]


@pytest.fixture(scope="module")
def household(catalogue: Catalogue) -> Standard:
    return catalogue.types["household"]


@pytest.fixture
def read(tmp_path: Path, household: Standard) -> Read:
    """Read these bytes as a file of households."""

    def act(content: bytes, format: Format = Format.NDJSON, **options: Any) -> list[Chunk]:
        path = tmp_path / "file"
        path.write_bytes(content)
        return list(read_chunks(path, format, household, **options))

    return act


def rows(chunks: Sequence[Chunk]) -> list[tuple[int, dict[str, Any]]]:
    return [pair for c in chunks for pair in zip(c.lines, c.rows, strict=True)]


def faults(chunks: Sequence[Chunk]) -> list[Fault]:
    return [fault for c in chunks for fault in c.faults]


# --- NDJSON -------------------------------------------------------------------------------------------


def test_each_line_is_a_record_under_its_number(read: Read) -> None:
    found = read(b'{"members":1}\n\n  \r\n{"members":2}\r\n{"members":3}')
    assert rows(found) == [(1, {"members": 1}), (4, {"members": 2}), (5, {"members": 3})]
    assert faults(found) == []


def test_a_byte_order_mark_is_passed_over(read: Read) -> None:
    assert rows(read(b'\xef\xbb\xbf{"members":1}\n')) == [(1, {"members": 1})]


@pytest.mark.parametrize(
    ("line", "said", "column"),
    [
        (b'{"members": }', "not JSON", 13),
        (b"[1]", "not an object", None),
        (b'{"a":"\xff"}', "not UTF-8", 7),
        (b'{"a":"\0"}', "NUL", 7),
        (b'{"a":"' + b"x" * LONGEST_LINE + b'"}', "longer than 1,000,000 bytes", None),
    ],
)
def test_a_line_without_a_record_is_named_and_its_neighbours_are_read(
    read: Read, line: bytes, said: str, column: int | None
) -> None:
    found = read(b'{"members":1}\n' + line + b'\n{"members":3}\n')
    assert rows(found) == [(1, {"members": 1}), (3, {"members": 3})]
    [fault] = faults(found)
    assert (fault.line, fault.column) == (2, column)
    assert said in fault.message
    assert fault.remedy


def test_a_line_as_long_as_the_file_is_never_held(read: Read, tmp_path: Path) -> None:
    packed = gzip.compress(b"x" * 50_000_000 + b'\n{"members":2}')
    found = read(packed)
    assert rows(found) == [(2, {"members": 2})]
    assert [f.line for f in faults(found)] == [1]


def test_reading_goes_on_behind_any_line(read: Read) -> None:
    content = b"".join(b'{"members":%d}\n' % n if n % 3 else b"\n" for n in range(1, 200))
    whole = rows(read(content, size=7))
    for after in (0, 1, 6, 7, 8, 100, 198, 199, 500):
        found = read(content, after=after, size=7)
        assert rows(found) == [pair for pair in whole if pair[0] > after]
        assert all(c.last >= max(c.lines) for c in found)


def test_chunks_are_bounded_in_rows_and_in_bytes(read: Read) -> None:
    assert max(len(c.rows) for c in read(b"{}\n" * 100_000, size=1_000)) <= 2_000
    fat = orjson.dumps({"address": "x" * 900_000}) + b"\n"
    assert max(len(c.rows) for c in read(fat * 40, size=1_000)) <= 20


def test_gzip_is_unpacked_and_a_broken_one_refused(read: Read) -> None:
    packed = gzip.compress(b'{"members":1}\n' * 5_000)
    assert len(rows(read(packed))) == 5_000
    with pytest.raises(Problem) as refusal:
        read(packed[: len(packed) // 2])
    assert refusal.value.code == "bad-gzip"


# --- CSV ----------------------------------------------------------------------------------------------

HEADER = b"village,members,has_tap,surveyed_on,location,external_ids,id\n"


def test_cells_become_values_of_their_fields(read: Read) -> None:
    point = '"{""type"":""Point"",""coordinates"":[85.1,20.2]}"'
    text = f"""VIL-1,4,Yes,2025-01-31,{point},"[{{""system"":""imis"",""value"":""7""}}]",\n"""
    assert rows(read(HEADER + text.encode(), Format.CSV)) == [
        (
            2,
            {
                "village": "VIL-1",
                "members": 4,
                "has_tap": True,
                "surveyed_on": "2025-01-31",
                "location": {"type": "Point", "coordinates": [85.1, 20.2]},
                "external_ids": [{"system": "imis", "value": "7"}],
            },
        )
    ]


def test_lines_are_those_of_the_file_also_behind_cells_of_several_lines(read: Read) -> None:
    content = b'village,address\nVIL-1,"a\nb\nc"\n\nVIL-2,d\n'
    assert [line for line, _ in rows(read(content, Format.CSV))] == [2, 6]
    assert [line for line, _ in rows(read(content, Format.CSV, after=2))] == [6]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_of_the_header(read: Read, separator: str) -> None:
    content = f"village{separator}members\nVIL-1{separator}3\n".encode("utf-8-sig")
    assert rows(read(content, Format.CSV)) == [(2, {"village": "VIL-1", "members": 3})]


@pytest.mark.parametrize(
    ("row", "said", "column"),
    [
        (b"VIL-1,four,yes,,,,", "not a whole number", "members"),
        (b"VIL-1,1_0,yes,,,,", "not a whole number", "members"),
        (b"VIL-1,4,perhaps,,,,", "neither true nor false", "has_tap"),
        (b"VIL-1,4,yes,,{,,", "not JSON", "location"),
        (b"VIL-1,4", "2 cells, the header 7", None),
        (b"VIL-\xff,4,yes,,,,", "not UTF-8", None),
        (b"VIL-\0,4,yes,,,,", "NUL", None),
        (b'"VIL"1,4,yes,,,,', "cannot be read", None),
        (b"V" * (LONGEST_LINE + 1), "longer than", None),
    ],
)
def test_a_row_without_a_record_is_named_and_its_neighbours_are_read(
    read: Read, row: bytes, said: str, column: str | None
) -> None:
    found = read(HEADER + b"VIL-1,1,,,,,\n" + row + b"\nVIL-3,3,,,,,\n", Format.CSV)
    assert [line for line, _ in rows(found)] == [2, 4]
    [fault] = faults(found)
    assert (fault.line, fault.column) == (3, column)
    assert said in fault.message


def test_every_faulty_cell_of_a_row_is_named(read: Read) -> None:
    found = faults(read(HEADER + b"VIL-1,x,y,,,,\n", Format.CSV))
    assert [f.column for f in found] == ["members", "has_tap"]


def test_the_value_of_a_personal_field_is_not_repeated(read: Read) -> None:
    found = faults(read(HEADER + b"VIL-1,1,,,secret place,,\n", Format.CSV))
    assert [(f.column, f.value) for f in found] == [("location", None)]
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("header", "column", "said"),
    [
        (b"village,tap\n", "tap", "not a field"),
        (b"village,members,village\n", "village", "twice"),
        (b"village,,members\n", None, "no name"),
        (b"\n", None, "header"),
        (b"village,Caf\xe9\n", None, "not UTF-8"),
        (b"village,mem\0bers\n", None, "NUL"),
        (b"v" * (LONGEST_LINE + 1) + b"\n", None, "longer than"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_header_that_is_not_understood_refuses_the_file(
    read: Read, header: bytes, column: str | None, said: str
) -> None:
    with pytest.raises(Problem) as refusal:
        read(header + b"VIL-1,1,1\n", Format.CSV)
    assert refusal.value.code == "bad-header"
    assert [f.column for f in refusal.value.faults] == [column]
    assert said in refusal.value.faults[0].message


def test_columns_that_tell_of_the_version_are_passed_over(read: Read) -> None:
    content = b"village,_meta.version,_meta.valid_from\nVIL-1,7,2020-01-01\n"
    assert rows(read(content, Format.CSV)) == [(2, {"village": "VIL-1"})]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1)
FIELDS: list[tuple[Field, st.SearchStrategy[Any]]] = [
    (Field("a", "integer", {}), st.integers(-(2**53), 2**53)),
    (Field("a", "number", {}), st.floats(allow_nan=False, allow_infinity=False)),
    (Field("a", "boolean", {}), st.booleans()),
    (Field("a", "text", {}), TEXT),
    (Field("a", "date", {}), st.dates().map(date.isoformat)),
    (Field("a", "list", {}, item=Field("a", "text", {})), st.lists(TEXT)),
    (Field("a", "list", {}, item=Field("a", "integer", {})), st.lists(st.integers(-(2**53), 2**53))),
    (Field("a", "object", {}), st.dictionaries(st.text("abc"), TEXT | st.integers(-9, 9) | st.booleans())),
]


@pytest.mark.parametrize(("field", "values"), FIELDS, ids=lambda part: getattr(part, "kind", ""))
@given(data=st.data())
def test_what_is_written_into_a_cell_is_read_back(field: Field, values: Any, data: st.DataObject) -> None:
    value = data.draw(values)
    write, back = to_cell(field), from_cell(field)
    cell = value if write is None else write(value)
    assert (cell if back is None else back(cell)) == value


@given(text=st.text())
@pytest.mark.parametrize("kind", ["integer", "number", "boolean", "point", "list", "date", "text", "code"])
def test_no_cell_is_anything_but_a_value_or_a_refusal(kind: Any, text: str) -> None:
    back = from_cell(Field("a", kind, {}, item=Field("a", "integer", {}) if kind == "list" else None))
    try:
        value = text if back is None else back(text)
    except BadCell:
        return
    orjson.dumps(value) if not any("\ud800" <= c <= "\udfff" for c in text) else None


# --- Parquet ------------------------------------------------------------------------------------------


def parquet(path: Path, columns: dict[str, Any]) -> bytes:
    pq.write_table(pa.table(columns), path, row_group_size=3)
    return path.read_bytes()


def test_rows_of_parquet_are_counted_from_one(read: Read, tmp_path: Path) -> None:
    content = parquet(tmp_path / "p", {"members": list(range(1, 11))})
    assert rows(read(content, Format.PARQUET, size=4)) == [(n, {"members": n}) for n in range(1, 11)]
    assert rows(read(content, Format.PARQUET, size=4, after=6)) == [(n, {"members": n}) for n in range(7, 11)]


def test_values_of_parquet_are_those_of_json(read: Read, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [85.0, 20.0]}
    columns = {
        "surveyed_on": [date(2025, 1, 31), None],
        "location": [point, None],
        "has_tap": [True, None],
        "external_ids": ['[{"system":"imis","value":"7"}]', None],
    }
    assert rows(read(parquet(tmp_path / "p", columns), Format.PARQUET)) == [
        (
            1,
            {
                "surveyed_on": "2025-01-31",
                "location": point,
                "has_tap": True,
                "external_ids": [{"system": "imis", "value": "7"}],
            },
        ),
        (2, {}),
    ]


def test_a_value_that_json_does_not_have_is_named(read: Read, tmp_path: Path) -> None:
    found = read(parquet(tmp_path / "p", {"members": [1.0, float("nan")], "has_tap": [b"x", None]}), Format.PARQUET)
    assert [(f.line, f.column) for f in faults(found)] == [(1, "has_tap"), (2, "members")]


def test_what_is_not_parquet_is_refused(read: Read) -> None:
    with pytest.raises(Problem) as refusal:
        read(b"PAR1 no", Format.PARQUET)
    assert refusal.value.code == "bad-parquet"


# --- all of them --------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("format", list(Format))
@pytest.mark.parametrize("type", ["household", "scheme", "village", "village_figure", "contract", "water_source"])
def test_what_is_written_is_read_back(
    catalogue: Catalogue, tmp_path: Path, type: str, format: Format, packed: bool
) -> None:
    standard = catalogue.types[type]
    made = [
        make_record(standard, catalogue, random.Random(seed), lambda name: sample_id(catalogue, name), share=0.7)
        | {"id": f"X-{seed}", "external_ids": [{"system": "imis", "value": str(seed)}]}
        for seed in range(40)
    ]
    path = tmp_path / "out"
    writer = open_writer(path, format, columns_of(standard), packed=packed)
    for start in range(0, len(made), 15):
        writer.write(made[start : start + 15])
    writer.close()
    found = list(read_chunks(path, format, standard))
    assert faults(found) == []
    assert [row for _, row in rows(found)] == made


@pytest.mark.parametrize(
    ("content_type", "name", "format"),
    [
        ("application/x-ndjson", None, Format.NDJSON),
        ("text/csv; charset=UTF-8", None, Format.CSV),
        ("application/octet-stream", "a.ndjson.gz", Format.NDJSON),
        (None, "Villages.CSV", Format.CSV),
        ("application/vnd.apache.parquet", "x", Format.PARQUET),
    ],
)
def test_the_format_follows_from_media_type_or_name(content_type: str | None, name: str | None, format: Format) -> None:
    assert format_named(content_type, name) is format


@pytest.mark.parametrize(
    ("content_type", "name"),
    [("application/json", "a.json"), (None, None), ("text/csv; charset=latin-1", None), ("application/zip", "a.zip")],
)
def test_another_format_is_refused_with_what_is_understood(content_type: str | None, name: str | None) -> None:
    with pytest.raises(Problem) as refusal:
        format_named(content_type, name)
    assert refusal.value.status == 415
    assert "text/csv" in refusal.value.detail
