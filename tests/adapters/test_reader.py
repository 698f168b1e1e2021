"""The tolerant reader on what departments really save, one quirk a test."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from jjm.adapters import ImportReport
from jjm.adapters.tables import Column, Columns, Row, census, code, count, open_table, read_rows, text
from jjm.kit import Problem

COLUMNS = Columns(
    Column("code", ("Block Code",), code, required=True, needed=True),
    Column("name", ("Block Name",), required=True),
    Column("local", ("Block Name (In Local)", "Block Name#2")),
    Column("census", ("Census 2011 Code",), census, strict=False),
    Column("taps", ("Taps",), count),
)


def read(path: Path, content: bytes | str, columns: Columns = COLUMNS) -> tuple[list[Row], ImportReport]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = ImportReport()
    return list(read_rows(open_table(path, report), columns, report)), report


def values(path: Path, content: bytes | str, columns: Columns = COLUMNS) -> list[dict[str, object]]:
    return [row.values for row in read(path, content, columns)[0]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_delimiter_and_unicode_writing(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = ["Block Code,Block Name", '3339,"MAHANGA"', '3343,"সালেপুর, উত্তর; ক | খ"']
    head, plain, quoted = lines
    table = "\r\n".join([head.replace(",", delimiter), plain.replace(",", delimiter), f"3343{delimiter}{quoted[5:]}"])
    found = values(tmp_path / "blocks.csv", table.encode(encoding))
    assert found == [{"code": "3339", "name": "MAHANGA"}, {"code": "3343", "name": "সালেপুর, উত্তর; ক | খ"}]


def test_two_columns_of_one_name_are_told_apart_by_position(tmp_path: Path) -> None:
    found = values(tmp_path / "b.csv", "Block Code,Block Name ,Block Name\n6829,NELLIPAKA,నెల్లిపాక\n")
    assert found == [{"code": "6829", "name": "NELLIPAKA", "local": "నెల్లిపాక"}]


def test_a_second_column_that_nobody_asked_for_is_reported(tmp_path: Path) -> None:
    _, report = read(tmp_path / "b.csv", "Block Code,Block Name,Taps,taps \n1,A,3,4\n")
    assert [n.fault.column for n in report.notes if n.kind == "repeated-header"] == ["taps"]


def test_headers_are_found_in_any_case_spacing_and_punctuation(tmp_path: Path) -> None:
    assert values(tmp_path / "b.csv", " block_code ,BLOCK  NAME\n1,A\n") == [{"code": "1", "name": "A"}]


def test_a_header_without_a_name_is_reached_by_its_position(tmp_path: Path) -> None:
    columns = Columns(Column("serial", ("#1",), count), Column("name", ("Name",)))
    found, report = read(tmp_path / "b.csv", ",Name,,Taps\n7,Puri,?,2\n", columns)
    assert [row.values for row in found] == [{"serial": 7, "name": "Puri"}]
    assert [n.fault.column for n in report.notes if n.kind == "blank-header"] == ["column 3"]


def test_census_zeros_and_blanks_are_no_code_and_padding_stays(tmp_path: Path) -> None:
    cells = ["0", "00000", "000000", "", "02925", "N/A"]
    table = "Block Code,Block Name,Census 2011 Code\n" + "".join(f"{n + 1},A,{c}\n" for n, c in enumerate(cells))
    assert [v["census"] for v in values(tmp_path / "b.csv", table)] == [None, None, None, None, "02925", None]


@pytest.mark.parametrize("word", ["", " ", "NA", "N/A", "NAN", "NaN", "NULL", "null", "-", "--", "#N/A"])
def test_blank_words_are_blank(word: str) -> None:
    assert text(word) is None


def test_a_village_may_be_called_nan() -> None:
    assert text(" Nan ") == "Nan"


def test_names_lose_stray_spaces_and_control_characters() -> None:
    assert text(" Luj\u00a0\u0000 Khas\ufeff ") == "Luj Khas"
    assert text("পুৰী") == "পুৰী"


def test_codes_from_a_spreadsheet_are_whole_and_unpadded() -> None:
    assert [code(c) for c in ("35.0", "021", "0", " 7 ")] == ["35", "21", None, "7"]
    for junk in ("A", "1.5", "-3", "१२", "12a"):
        with pytest.raises(ValueError, match="whole number"):
            code(junk)


def test_counts_take_indian_grouping_and_floats_that_are_whole() -> None:
    assert [count(c) for c in ("75.0", "1,23,456", "0", "NA")] == [75, 123456, 0, None]
    for junk in ("1.5", "-1", "many"):
        with pytest.raises(ValueError, match="whole number"):
            count(junk)


def test_a_bad_cell_refuses_its_row_with_line_column_and_value_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows, report = read(tmp_path / "b.csv", "Block Code,Block Name,Taps\n1,A,2\nA,B,3\n3,C,1.5\n4,D,4\n")
    assert [(row.line, row.values["code"]) for row in rows] == [(2, "1"), (5, "4")]
    bad = [(n.fault.line, n.fault.column, n.fault.value) for n in report.notes if n.kind == "bad-value"]
    assert bad == [(3, "Block Code", "A"), (4, "Taps", "1.5")]
    assert all(n.fault.remedy and n.severity == "error" for n in report.notes)


def test_a_doubtful_side_value_is_left_out_and_the_row_is_taken(tmp_path: Path) -> None:
    rows, report = read(tmp_path / "b.csv", "Block Code,Block Name,Census 2011 Code\n1,A,x12\n")
    assert rows[0].values["census"] is None
    assert [n.severity for n in report.notes] == ["warning"]


def test_lines_are_those_of_the_file_where_cells_hold_line_breaks(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "b.csv", 'Block Code,Block Name\n1,"A\nB"\n\n2,C\n')
    assert [(row.line, row.values["name"]) for row in rows] == [(2, "A B"), (5, "C")]


def test_latin_letters_are_read_and_the_first_line_of_them_is_named(tmp_path: Path) -> None:
    rows, report = read(tmp_path / "b.csv", "Block Code,Block Name\n1,A\n2,EC µS/cm – é\n".encode("cp1252"))
    assert rows[1].values["name"] == "EC µS/cm – é"
    assert [(n.fault.line, n.severity) for n in report.notes if n.kind == "encoding"] == [(3, "warning")]


def test_a_letter_cut_between_two_readings_is_not_taken_for_latin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjm.adapters.tables.decoding._CHUNK", 7)
    rows, report = read(tmp_path / "b.csv", "Block Code,Block Name\n1,পুৰী\n2,ଓଡ଼ିଶା\n")
    assert [row.values["name"] for row in rows] == ["পুৰী", "ଓଡ଼ିଶା"]
    assert report.count("encoding") == 0


def test_gzip_is_seen_through_whatever_the_name(tmp_path: Path) -> None:
    packed = gzip.compress(b"Block Code,Block Name\n1,A\n")
    assert values(tmp_path / "blocks.csv", packed) == [{"code": "1", "name": "A"}]


HTML = """<html><head><style>td {color: red}</style></head><body>
<table><tr><td>Jal Jeevan Mission</td></tr></table>
<TABLE border=1>
<tr><td colspan=3>Blocks as on 01/04/2026</td></tr>
<tr><th>Block&nbsp;Code<th>Block Name<th>Taps</tr>
<tr><td>(1)</td><td>(2)</td><td>(3)</td></tr>
<tr><td rowspan=2>1</td><td>A &amp; B<br>C</td><td><span>1,234</span></td></tr>
<tr><td>D</td><td>NA</td></tr>
</TABLE></body></html>"""


def test_an_html_table_named_xls(tmp_path: Path) -> None:
    rows, report = read(tmp_path / "report.xls", HTML)
    assert [row.values for row in rows] == [
        {"code": "1", "name": "A & B C", "taps": 1234},
        {"code": "1", "name": "D", "taps": None},
    ]
    assert rows[0].line == 7
    assert report.count("title-lines") == 1


def test_a_real_workbook(tmp_path: Path) -> None:
    path = tmp_path / "blocks.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        for name, content in XLSX.items():
            book.writestr(name, content)
    report = ImportReport()
    rows = list(read_rows(open_table(path, report), COLUMNS, report))
    assert [(row.line, row.values) for row in rows] == [(3, {"code": "3339", "name": "Mahanga", "taps": 12})]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "header row|parts it into columns"),
        (b"one column\nonly\n", "parts it into columns"),
        (b"B\x00l\x00o\x00c\x00k\x00", "no text"),
        (b"\xd0\xcf\x11\xe0 old but broken", "cannot be opened"),
        (gzip.compress(b"Block Code,Block Name\n" * 100)[:-9], "damaged"),
        (b"<html><body>Session expired</body></html>", "no table"),
        (b'Block Code,Block Name\n1,"A\n' + b"2,B\n" * 40, "does not end"),
        (b"\xef\xbb\xbfBlock Code,Block Name\n1,Caf\xe9\n", "mark of UTF-8"),
        ("Block Code,Block Name\n1,A\n".encode("utf-16")[:-1], "mark of UTF-16"),
    ],
    ids=[
        "empty",
        "one column",
        "utf-16 unmarked",
        "broken xls",
        "cut gzip",
        "page without table",
        "open quote",
        "utf-8 mark on latin",
        "cut utf-16",
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(Problem, match=what) as refused:
        read(tmp_path / "blocks.csv", content)
    assert refused.value.code == "unreadable-file"
    assert refused.value.faults[0].remedy


def test_a_missing_column_says_what_was_perhaps_meant(tmp_path: Path) -> None:
    with pytest.raises(Problem, match='Did you mean "Blok Code"') as refused:
        read(tmp_path / "b.csv", "Blok Code,Block Name\n1,A\n")
    assert refused.value.code == "missing-column"


def test_new_columns_are_reported_and_passed_over(tmp_path: Path) -> None:
    rows, report = read(tmp_path / "b.csv", "S.No.,Block Code,Block Name,Remarks 2027\n1,9,A,x\n")
    assert rows[0].values == {"code": "9", "name": "A"}
    assert [n.fault.column for n in report.notes if n.kind == "unused-column"] == ["Remarks 2027"]


def test_rows_of_another_width_are_told(tmp_path: Path) -> None:
    rows, report = read(tmp_path / "b.csv", "Block Code,Block Name,Taps\n1,A\n2,B,3,,\n3,C, D,4\n")
    assert [row.values["name"] for row in rows] == ["A", "B"]
    assert [(n.kind, n.fault.line) for n in report.notes] == [("long-row", 4), ("short-row", 2)]


def test_a_header_repeated_in_the_middle_is_no_row(tmp_path: Path) -> None:
    found = values(tmp_path / "b.csv", "Block Code,Block Name\n1,A\nBlock Code,Block Name\n2,B\n")
    assert [v["code"] for v in found] == ["1", "2"]


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CELL = '<c t="inlineStr"><is><t>{}</t></is></c>'
XLSX = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
    '<sheet name="Blocks" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>'
    f'<row r="2">{"".join(_CELL.format(h) for h in ("Block Code", "Block Name", "Taps"))}</row>'
    f'<row r="3"><c><v>3339</v></c>{_CELL.format("Mahanga")}<c><v>12</v></c></row>'
    "</sheetData></worksheet>",
}
