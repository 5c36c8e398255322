"""A roster's file of any kind and size: its rows, or one problem, soon and without much memory."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner
from common import EPOCH
from hypothesis import given
from hypothesis import strategies as st

from milebook.cli.main import main
from milebook.core.errors import ContentError
from milebook.roster.sheet import spreadsheet
from milebook.roster.sheet.spreadsheet import read_tabs


def read(tmp_path, data, name="athletes.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [list(cells) for _, cells in read_tabs(path)[0].rows()]


def test_a_file_of_gigabytes_is_told_by_its_size_alone(tmp_path):
    path = tmp_path / "athletes.csv"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    tracemalloc.start()
    with pytest.raises(ContentError, match="the roster has 3,000,000,000 bytes; at most 20,000,000"):
        read_tabs(path)[0].rows()
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_pipe_is_told_and_not_waited_for(tmp_path, monkeypatch, ending):
    os.mkfifo(tmp_path / f"athletes.{ending}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    result = CliRunner().invoke(main, ["build", "--roster", f"athletes.{ending}", "--jobs", "1"])
    assert result.exit_code == 1
    assert f"athletes.{ending}: a pipe or a device lies where the roster belongs" in result.stderr


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("/dev/zero", "a pipe or a device lies where the roster belongs"),
        (".", "a folder lies where the roster belongs"),
        ("nowhere", "the roster is missing"),
        ("athletes.csv", "the roster cannot be read: Too many levels of symbolic links"),
    ],
)
def test_a_link_to_what_is_no_file_is_told(tmp_path, target, what):
    path = tmp_path / "athletes.csv"
    path.symlink_to(target)
    with pytest.raises(ContentError, match=what):
        read_tabs(path)[0].rows()


def test_a_file_that_grows_while_it_is_read_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheet, "LARGEST_ROSTER", 100)
    monkeypatch.setattr(os, "fstat", lambda _: (tmp_path / "small").stat())
    (tmp_path / "small").write_text("name")
    with pytest.raises(ContentError, match="the roster has 101 bytes; at most 100"):
        read(tmp_path, "name\n" * 100)


def test_a_name_that_is_not_utf_8_is_read_and_can_be_told(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/ath\xffletes.csv"))
    try:
        path.write_text("name\nAda\n")
    except OSError:
        pytest.skip("the system has no such names")
    assert [cells for _, cells in read_tabs(path)[0].rows()] == [["name"], ["Ada"]]
    path.write_bytes(b"name\nZo\x90\n")
    with pytest.raises(ContentError, match=r"ath.letes.csv:2: line 2 has letters that cannot be read"):
        read_tabs(path)[0].rows()


# ---------------------------------------------------------------- CSV


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way_even_in_one_file(tmp_path, end):
    assert read(tmp_path, f"name,time{end}Ada,25:10\nBo,26:10\r\nCy,27:10") == [
        ["name", "time"],
        ["Ada", "25:10"],
        ["Bo", "26:10"],
        ["Cy", "27:10"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_as_spreadsheets_save_them_are_read(tmp_path, encoding):
    assert read(tmp_path, "name;time\r\nZoë;25:10\r\n".encode(encoding)) == [["name", "time"], ["Zoë", "25:10"]]


def test_a_million_empty_lines_and_columns_are_no_rows(tmp_path):
    assert read(tmp_path, "name,time" + "," * 30_000 + "\n" + ",\n" * 500_000 + "Ada,25:10\n")[-1] == ["Ada", "25:10"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (f"name\n{'x' * 200_000}\n", r":2: the row cannot be read: field larger than field limit \(131072\)"),
        ('name\n"' + "x,y\n" * 100_000, ":2: the row cannot be read: field larger"),
        ('name\nAda\n"Bo\n', ":3: the row cannot be read: unexpected end of data; mend its quotes"),
        ('name\n"Ada"x\n', ":2: the row cannot be read"),
        (f"name\n{'x,' * 1_000_000}\n", ":2: the row has 1,000,001 columns; at most 1,000"),
        ("name\n" + "Ada\n" * 100_000, "the roster has more than 20,000 rows; split it"),
        ("name\n" + ("x," * 900 + "\n") * 5_000, "the roster has more than 1,000,000 cells"),
        ("\n" * 3_000_000, "the roster has more than 1,048,576 lines; remove those that are empty"),
        (
            "name\nZo\x90\n".encode("latin-1"),
            ":2: line 2 has letters that cannot be read: the file is not in UTF-8; in Excel choose File",
        ),
        ("name\nZoë\n".encode("utf-16")[:-1], "line 2 has letters that cannot be read: the file is not in UTF-16"),
        ("name\nAda\n".encode("utf-16-le"), "the file is no text in UTF-8"),
        ("name\nAda\n".encode("utf-16-be"), "the file is no text in UTF-8"),
        (b"PK\x03\x04\x14\x00\x08\x08\x08\x00\xff", "line 1 has letters that cannot be read"),
    ],
)
def test_a_csv_that_is_no_list_is_told(tmp_path, data, what):
    with pytest.raises(ContentError, match=what):
        read(tmp_path, data)


@given(st.binary(max_size=200), st.sampled_from([b"", b"name,time\nAda,25:10\n", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_are_read_or_told(tmp_path_factory, data, start):
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    for name in ("athletes.csv", "athletes.xlsx"):
        try:
            rows = read(folder, start + data, name)
        except ContentError:
            continue
        assert all(any(cells) for cells in rows)
