"""Reading spreadsheets: what people save, and what somebody might send on purpose."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from campaign.domain.errors import Refused
from campaign.sheets import delimited, reader, workbook
from campaign.sheets.reader import read

HEADER = "name,place,date\n"


def _cells(content: bytes) -> list[tuple[str, ...]]:
    table = read(content)
    return [table.header, *(row.cells for row in table.rows)]


def _workbook(*rows: list[object]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def _repacked(content: bytes, part: str, body: bytes) -> bytes:
    """Return the workbook with one part of it replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            if one.filename != part:
                new.writestr(one, old.read(one))
        new.writestr(part, body)
    return file.getvalue()


def _refusal(content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read(content)
    return caught.value


def test_csv() -> None:
    table = read(b'name,place\nA walk,Bonn\n\n"A talk, and\na song",K\xc3\xb6ln\n')
    assert table.header == ("name", "place")
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("A walk", "Bonn")),
        (4, ("A talk, and\na song", "Köln")),
    ]


@pytest.mark.parametrize(
    "encode", [lambda text: text.encode("utf-8-sig"), lambda text: text.encode("utf-16")], ids=["BOM", "UTF-16"]
)
def test_csv_with_a_mark_at_its_start(encode) -> None:
    assert _cells(encode("name,place\nƏ,Şəki\n")) == [("name", "place"), ("Ə", "Şəki")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_the_headers(separator: str) -> None:
    content = f'name{separator}place{separator}"a, b; c"\nx{separator}y{separator}z\n'
    assert _cells(content.encode()) == [("name", "place", "a, b; c"), ("x", "y", "z")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends(end: str) -> None:
    assert _cells(f"name,place{end}x,y{end}".encode()) == [("name", "place"), ("x", "y")]


def test_empty_lines_before_the_header() -> None:
    assert _cells(b"\n,,\nname,place\nx,y\n") == [("name", "place"), ("x", "y")]


def test_separators_of_unicode_end_no_line() -> None:
    assert read("name\none\u2028more\n".encode()).rows[0].cells == ("one\nmore",)


def test_controls_are_taken_out_of_cells() -> None:
    assert read("name\nWhat\u202e a\x07 night\n".encode()).rows[0].cells == ("What a night",)


def test_a_long_cell_is_cut_and_says_so() -> None:
    row = read(f"name\n{'x' * 20_000}\n".encode()).rows[0]
    assert (len(row.cells[0]), row.is_cut) == (reader.CELL_LIMIT, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\n\n,,\n", "file-empty"),
        ("Köln".encode("cp1252"), "file-not-utf8"),
        ("name\nBakı\n".encode("utf-16-le"), "file-not-readable"),
        (b"name\nA\x00B\n", "file-not-readable"),
        (b"\xff\xfen", "file-not-utf8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-is-old-workbook"),
        (b"PK\x03\x04 and then nothing", "file-not-readable"),
        (b"x" * (reader.BYTE_LIMIT + 1), "file-too-large"),
        (b"name\n" + b"x\n" * (reader.ROW_LIMIT + 1), "file-too-large"),
        (b"," * reader.COLUMN_LIMIT + b"name\n", "too-many-columns"),
    ],
)
def test_refused_files(content: bytes, code: str) -> None:
    assert _refusal(content).code == code


def test_as_many_rows_and_columns_as_there_may_be() -> None:
    header = ",".join(map(str, range(reader.COLUMN_LIMIT))).encode()
    assert len(read(header + b"\n" + b"x\n" * reader.ROW_LIMIT).rows) == reader.ROW_LIMIT


@pytest.mark.parametrize("row", ['"open,Bonn\n', '"open" wide,Bonn\n'], ids=["not closed", "more behind it"])
def test_quotes_that_go_wrong_are_refused_by_line(row: str) -> None:
    refused = _refusal((HEADER + "A,B,C\n" + row + "D,E,F\n" * 10).encode())
    assert (refused.code, refused.facts["line"]) == ("quotes-not-closed", 3)


def test_a_quotation_over_the_whole_file_is_refused_by_line() -> None:
    refused = _refusal((HEADER + '"open' + "D,E,F\n" * 100_000).encode())
    assert (refused.code, refused.facts["line"]) == ("cell-too-long", 2)


def test_one_line_of_megabytes() -> None:
    assert _refusal(b"x" * (reader.BYTE_LIMIT - 10)).code == "cell-too-long"
    assert _refusal(b"a," * (reader.BYTE_LIMIT // 2)).code == "too-many-columns"
    assert delimited.LONGEST_CELL == 131_072


def test_workbook() -> None:
    values: list[object] = ["A walk", 3, 2.5, True, None, datetime(2027, 2, 26, 18, 30), time(9, 5), "=1+1"]
    content = _workbook(["name", "b", "c", "d", "e", "f", "g", "h", "i"], [], [*values, date(2027, 2, 26)])
    table = read(content)
    assert table.header[:2] == ("name", "b")
    assert table.rows[0].line == 3
    assert table.rows[0].cells == ("A walk", "3", "2.5", "True", "", "2027-02-26 18:30", "09:05", "", "2027-02-26")


def test_the_first_sheet_that_can_be_seen() -> None:
    book, file = Workbook(), io.BytesIO()
    book.active.sheet_state = "hidden"
    book.create_sheet("seen").append(["name"])
    book.save(file)
    assert read(file.getvalue()).header == ("name",)


def test_a_row_far_below_is_no_endless_work() -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b'<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
    sheet += b'<row r="900000000000"><c r="A900000000000"><v>1</v></c></row></sheetData></worksheet>'
    refused = _refusal(_repacked(_workbook(["name"]), "xl/worksheets/sheet1.xml", sheet))
    assert refused.code == "file-too-large"


def test_a_bomb_is_measured_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = _repacked(_workbook(["name"]), "xl/media/bomb.xml", b" " * (workbook.UNPACKED_LIMIT + 1))
    assert len(bomb) < 200_000
    monkeypatch.setattr(workbook, "load_workbook", lambda *args, **kwargs: pytest.fail("it was read"))
    assert _refusal(bomb).code == "file-unpacks-too-large"


def test_a_bomb_whose_directory_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b" " * 2_000_000
    bomb = _repacked(_workbook(["name"]), "xl/media/bomb.xml", body)
    lie = bomb.replace(len(body).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != bomb
    monkeypatch.setattr(workbook, "load_workbook", lambda *args, **kwargs: pytest.fail("it was read"))
    assert _refusal(lie).code == "file-not-readable"


def test_many_small_parts() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(workbook.PART_LIMIT + 1):
            archive.writestr(f"{number}.xml", b"")
    assert _refusal(file.getvalue()).code == "file-unpacks-too-large"


def test_a_forest_of_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "load_workbook", lambda *args, **kwargs: pytest.fail("it was read"))
    for tags in (b"<a/>" * (workbook.TAG_LIMIT + 1), b"<a>" * 50_000):
        forest = _repacked(_workbook(["name"]), "[Content_Types].xml", tags)
        assert _refusal(forest).code == "file-unpacks-too-large"


def test_tags_that_chunks_divide_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _workbook(["name"], *([number] for number in range(300)))
    for size in (7, 8, 9, 10, 11):
        monkeypatch.setattr(workbook, "CHUNK", size)
        assert len(read(content).rows) == 300


def test_entities_are_refused() -> None:
    laughs = b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><worksheet>&lol2;</worksheet>'
    for space in (b"", b" " * (workbook.CHUNK - 4)):  # The second lies across two chunks.
        content = _repacked(_workbook(["name"]), "xl/worksheets/sheet1.xml", space + laughs)
        assert _refusal(content).code == "file-not-readable"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("body", [b"", b"<", b"<a/>", b"\x00" * 50], ids=["nothing", "half", "other", "NUL"])
def test_broken_parts(part: str, body: bytes) -> None:
    assert _refusal(_repacked(_workbook(["name"]), part, body)).code in {"file-not-readable", "file-empty"}


def test_cut_off_anywhere() -> None:
    content = _workbook(["name", "place"], ["A", "B"])
    for end in range(10, len(content), 97):
        assert _refusal(content[:end]).code == "file-not-readable"
