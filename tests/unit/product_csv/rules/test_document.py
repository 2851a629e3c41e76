"""Files of all sorts: numbered rows come out, or an error that says where to look."""

import pytest

from kashcraft.product_csv.rules.document import Remark, read_rows

GOOD = "Handle,Title,Variant Price\nbowl,Bowl,12.50\n"


def test_rows_count_as_in_a_spreadsheet() -> None:
    rows, errors = read_rows(b'Handle,Title,Body (HTML),Variant Price\na,A,"two\nlines",1\nb,B,,2\n')

    assert errors == []
    assert [(row.number, row["handle"], row["body"]) for row in rows] == [
        (2, "a", "two\nlines"),
        (3, "b", ""),
    ]


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.rstrip().encode(),
        ("\ufeff" + GOOD.replace("Handle", " handle ")).encode(),
        (GOOD + ",,\n\n").encode(),
    ],
    ids=["plain", "mark", "utf-16", "crlf", "cr", "no end", "other case", "empty rows"],
)
def test_the_same_rows_however_the_file_was_saved(data: bytes) -> None:
    rows, errors = read_rows(data)

    assert errors == []
    assert [dict(row.cells) for row in rows] == [{"handle": "bowl", "title": "Bowl", "price": "12.50"}]


def test_the_newer_headings_mean_the_same() -> None:
    rows, errors = read_rows(b"Title,URL handle,Price,Compare-at price,Status\nBowl,bowl,12.50,20,Active\n")

    assert errors == []
    assert (rows[0]["handle"], rows[0]["price"], rows[0]["compare_at"]) == ("bowl", "12.50", "20")
    assert rows[0]["sku"] == ""


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Remark(0, "", "the file is empty")),
        (b" \n ", Remark(0, "", "the file is empty")),
        (GOOD.split("\n")[0].encode(), Remark(0, "", "there are headings but no products")),
        (
            "Handle,Title,Variant Price\nb,Gl\xfchwein,1\n".encode("latin-1"),
            Remark(0, "", "not readable as UTF-8 (line 2); save it as “CSV UTF-8” and try again"),
        ),
        (
            b"PK\x03\x04\x00\x00Handle",
            Remark(0, "", "this is not a text file; save it as “CSV UTF-8” and try again"),
        ),
        (
            b"Handle;Title;Variant Price\nb;B;1\n",
            Remark(1, "", "the columns are not separated by commas; export the file with commas"),
        ),
        (b"Handle,Name\nb,B\n", Remark(1, "", "missing columns: Title, Variant Price")),
        (b"Handle,Title,Title,Variant Price\nb,B,B,1\n", Remark(1, "Title", "this column is there twice")),
        (b"Handle,Title,Variant Price\nb,B,1,2\n", Remark(2, "", "4 cells, but there are 3 headings")),
        (
            b'Handle,Title,Variant Price\nb,B,1\nc,"open,2\n',
            Remark(3, "", "the quotes do not close properly (unexpected end of data)"),
        ),
    ],
)
def test_what_cannot_be_read_says_so(data: bytes, error: Remark) -> None:
    assert read_rows(data)[1] == [error]


def test_every_unusable_row_is_reported() -> None:
    rows, errors = read_rows(b"Handle,Title,Variant Price\na,A,1,x\nb,B,2\nc,C,3,y,z\n")

    assert [row["handle"] for row in rows] == ["b"]
    assert [error.row for error in errors] == [2, 4]


def test_an_error_reads_as_one_line() -> None:
    assert str(Remark(7, "Variant Price", "there is no price")) == "row 7, Variant Price: there is no price"
    assert str(Remark(0, "", "the file is empty")) == "file: the file is empty"
