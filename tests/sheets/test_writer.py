"""Spreadsheets that we write: every cell reads back as the text it was, and none is computed."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from campaign.domain.errors import Refused
from campaign.sheets import writer
from campaign.sheets.writer import Cell, csv_chunks, safe_cell, write_xlsx

HOSTILE = ['=HYPERLINK("http://evil.example")', "+49 30 1234", "-1+1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＠x"]
ALPHABETS = ["Əliyeva Çiçək", "Борис", "نسرين", "李小龍", "🕯️ Zoë", "a;b,c\"d'e", "two\nlines", " spaces "]
AT = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


def xlsx(rows: Sequence[Sequence[Cell]], *, is_mirrored: bool = False) -> io.BytesIO:
    file = io.BytesIO()
    write_xlsx(file, ["Name", "=Places", "At"], rows, is_mirrored=is_mirrored)
    file.seek(0)
    return file


def read_csv(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    content = b"".join(csv_chunks(["Name", "=Places", "At"], rows))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_spreadsheet_would_compute_gets_a_quote_before_it(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert read_csv([[text]])[1] == [f"'{text}"]
    cell = load_workbook(xlsx([[text]])).worksheets[0]["A2"]
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")


@pytest.mark.parametrize("text", ALPHABETS)
def test_every_alphabet_reads_back_as_it_was(text: str) -> None:
    assert safe_cell(text) == text
    assert read_csv([[text]])[1] == [text]
    assert load_workbook(xlsx([[text]])).worksheets[0]["A2"].value == text


def test_numbers_moments_and_nothing_keep_their_kind() -> None:
    assert read_csv([["Rena", 2, AT], [None, -5, None]])[1:] == [
        ["Rena", "2", "2026-11-22 12:30:00"],
        ["", "-5", ""],
    ]
    sheet = load_workbook(xlsx([["Rena", 2, AT], [None, -5, None]])).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [["Name", "'=Places", "At"], ["Rena", 2, AT.replace(tzinfo=None)], [None, -5, None]]


def test_a_number_that_is_text_stays_text() -> None:
    sheet = load_workbook(xlsx([["00123"], ["1e5"], ["https://example.org"]])).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [
        ("00123", "s"),
        ("1e5", "s"),
        ("https://example.org", "s"),
    ]
    assert sheet["A4"].hyperlink is None


def test_each_text_of_a_csv_is_quoted_lest_it_is_parted_elsewhere() -> None:
    content = b"".join(csv_chunks(["Name"], [["Rena;=1+1"]])).decode("utf-8-sig")
    assert content == '"Name"\r\n"Rena;=1+1"\r\n'


def test_a_csv_comes_in_pieces() -> None:
    chunks = list(csv_chunks(["Name"], ([f"p{number}"] for number in range(2 * writer.CHUNK_ROWS + 1))))
    assert len(chunks) == 3
    assert b"".join(chunks).count(b"\r\n") == 2 * writer.CHUNK_ROWS + 2


def test_columns_run_from_the_right_where_the_language_does() -> None:
    assert load_workbook(xlsx([], is_mirrored=True)).worksheets[0].sheet_view.rightToLeft
    assert not load_workbook(xlsx([])).worksheets[0].sheet_view.rightToLeft


def test_what_a_sheet_cannot_hold_is_refused_rather_than_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "ROW_LIMIT", 3)
    xlsx([["a"], ["b"]])
    with pytest.raises(Refused, match="sheet-too-large"):
        xlsx([["a"], ["b"], ["c"]])
    monkeypatch.setattr(writer, "COLUMN_LIMIT", 2)
    with pytest.raises(Refused, match="sheet-too-large"):
        xlsx([])
