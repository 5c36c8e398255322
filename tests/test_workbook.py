"""An .xlsx from anywhere: its rows, or one problem in a coach's words, in bounded time and memory."""

from __future__ import annotations

import contextlib
import struct
import time as clock
import tracemalloc
import zipfile
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.roster.sheet import workbook, workbook_parts
from milebook.roster.sheet.number_formats import RoundedNumber, kind_of, number_as_shown
from milebook.roster.sheet.workbook import CrossedOut, Formula, Workbook
from milebook.roster.sheet.workbook_parts import UnreadableWorkbookError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS = f"""<Relationships xmlns="{PACKAGE}">
<Relationship Id="r9" Type="{OFFICE}/worksheet" Target="https://elsewhere.example" TargetMode="External"/>
<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>
<Relationship Id="r3" Type="{OFFICE}/styles" Target="styles.xml"/>
</Relationships>"""
STYLES = f"""<styleSheet xmlns="{MAIN}">
<numFmts><numFmt numFmtId="170" formatCode="[$-407]d. mmmm yyyy;@"/><numFmt numFmtId="171" formatCode="[hh]:mm"/>
<numFmt numFmtId="172" formatCode="0.00 &quot;days&quot;"/><numFmt numFmtId="173" formatCode="0000"/>
<numFmt numFmtId="174" formatCode="0&quot; km&quot;;[Red]-0"/><numFmt numFmtId="175" formatCode="General"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/>
<xf numFmtId="173"/><xf numFmtId="2"/><xf numFmtId="9"/><xf numFmtId="3"/><xf numFmtId="174"/><xf numFmtId="175"/>
<xf numFmtId="49"/><xf numFmtId="45"/></cellXfs>
</styleSheet>"""
PARTS = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">'
    f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr/><sheets>'
    '<sheet name="Club" sheetId="1" r:id="r1"/><sheet name="Other" sheetId="2" r:id="r7"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": RELATIONS,
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="999999999" uniqueCount="999999999"><si><t>name</t></si>'
    "<si><r><t>Zo</t></r><r><t>ë</t></r><rPh sb='0' eb='1'><t>ZO</t></rPh></si></sst>",
    "xl/styles.xml": STYLES,
}
ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


def sheet(rows, before="", after=""):
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def book(rows=ROW, packed=zipfile.ZIP_DEFLATED, **changes):
    """A small workbook as Excel saves it, with parts changed, added or (None) left out."""
    changed = {"xl/worksheets/sheet1.xml": sheet(rows), **changes.pop("parts", {})}
    data = BytesIO()
    with zipfile.ZipFile(data, "w", packed) as archive:
        for name, text in (PARTS | changed).items():
            if text is not None:
                archive.writestr(name, text)
    return data.getvalue()


def read(data):
    book = Workbook(data)
    return dict(book.read_rows(book.tabs[0], 100))


def first(cell):
    (row,) = read(book(f'<row r="1">{cell}</row>')).values()
    return row[0]


def test_a_small_workbook_is_read():
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="3"><c r="C3" t="s"><v>1</v></c><c r="D3" s="1"/></row>'
    assert read(book(rows)) == {1: ["name"], 3: [None, None, "Zoë"]}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c><v>3.5</v></c>", 3.5),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ("<c><v>123</v></c>", 123),
        ("<c><v>0.30000000000000004</v></c>", 0.3),
        ('<c s="5"><v>12</v></c>', "0012"),
        ('<c s="6"><v>20.5</v></c>', "20.50"),
        ('<c s="7"><v>0.125</v></c>', RoundedNumber("13%", 0.125)),
        ('<c s="8"><v>1500</v></c>', "1500"),
        ('<c s="9"><v>5</v></c>', "5 km"),
        ('<c s="10"><v>20.25</v></c>', 20.25),
        ('<c s="11"><v>12</v></c>', 12),
        ('<c s="12"><v>0.0144675925925926</v></c>', time(0, 20, 50)),
        ("<c><f>VLOOKUP(A2,x,2)</f><v/></c>", Formula("=VLOOKUP(A2,x,2)")),
        ('<c t="str"><f>A1</f></c>', Formula("=A1")),
        ("<c><f t='shared' si='0'/></c>", Formula("=")),
        ('<c t="str"><f>A1</f><v>out</v></c>', "out"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="inlineStr"><is><r><t>Zo</t></r><r><t>e</t></r><rPh><t>ZO</t></rPh></is></c>', "Zoe"),
        ('<c t="inlineStr"><is><t>a_x0041__x000D_</t></is></c>', "aA\r"),
        ('<c t="d"><v>2027-06-12</v></c>', date(2027, 6, 12)),
        ('<c t="d"><v>2027-06-12T10:30:00</v></c>', datetime(2027, 6, 12, 10, 30)),
        ('<c s="1"><v>46550</v></c>', date(2027, 6, 12)),
        ('<c s="2"><v>46550</v></c>', date(2027, 6, 12)),
        ('<c s="1"><v>46550.4375</v></c>', datetime(2027, 6, 12, 10, 30)),
        ('<c s="1"><v>0.25</v></c>', time(6)),
        ('<c s="1"><v>1.25</v></c>', datetime(1900, 1, 1, 6)),
        ('<c s="3"><v>1.25</v></c>', timedelta(hours=30)),
        ('<c s="4"><v>46550</v></c>', "46550.00 days"),
        ('<c s="1"><v>3000000</v></c>', 3000000.0),
        ('<c s="1"><v>-1</v></c>', -1.0),
        ('<c s="77"><v>1</v></c>', 1),
        ("<c><v>nan</v></c>", "nan"),
        ("<c><v>1e999</v></c>", "1e999"),
        ("<c><v>1_0</v></c>", "1_0"),
    ],
)
def test_a_cell_is_what_the_spreadsheet_shows(cell, value):
    assert first(cell) == value
    assert type(first(cell)) is type(value)


def test_dates_may_be_counted_from_1904():
    text = PARTS["xl/workbook.xml"].replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    rows = '<row r="1"><c r="A1" s="1"><v>45088</v></c></row>'
    assert read(book(rows, parts={"xl/workbook.xml": text})) == {1: [date(2027, 6, 12)]}


def test_a_prefix_utf_16_and_places_left_out_make_no_difference():
    rows = "<x:row><x:c t='s'><x:v>1</x:v></x:c><x:c r='C1'><x:v>2</x:v></x:c><x:c><x:v>3</x:v></x:c></x:row>"
    text = f"<?xml version='1.0' encoding='UTF-16'?><x:worksheet xmlns:x='{MAIN}'><x:sheetData>{rows}</x:sheetData>"
    data = book(parts={"xl/worksheets/sheet1.xml": f"{text}</x:worksheet>".encode("utf-16")})
    assert read(data) == {1: ["Zoë", None, 2, 3]}


MERGED = "<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>"


def test_what_only_looks_like_cells_costs_nothing():
    odd = "<c " * 40_000
    parts = {"xl/worksheets/sheet1.xml": sheet(ROW, f"<!--{odd}--><dimension ref='A1:XFD1048576'/>", MERGED)}
    start = clock.process_time()
    assert read(book(parts=parts)) == {1: ["name"]}
    assert clock.process_time() - start < 1


# ---------------------------------------------------------------- what is told

LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
CELL = "<c r='XFD1048576'><v>1</v></c>"


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (f"<row r='1048576'>{CELL}</row>", "the cell XFD1048576 stands far out"),
        (f"{ROW}{CELL}", "the cell XFD1048576 stands far out"),
        ("<row r='1'><c r='XFE1'><v>1</v></c></row>", 'has a cell "XFE1"'),
        ("<row r='1'><c r='A99999999999'><v>1</v></c></row>", 'has a cell "A99999999999"'),
        ("<row r='1'><c r='\u0661\u0661'><v>1</v></c></row>", "has a cell"),
        ("<row r='4294967297'/>", 'has a row "4294967297"'),
        ("<row r='-1'/>", 'has a row "-1"'),
        ("<row><c t='s'><v>7</v></c></row>", "lacks texts of its cells"),
        ("<row><c t='s'><v>99999999999999</v></c></row>", "lacks texts of its cells"),
        ("<row><c t='s'><v>-1</v></c></row>", "lacks texts of its cells"),
        ("<row>", "cannot be read: mismatched tag"),
        ("<row><c><v>&#27;</v></c></row>", "cannot be read: reference to invalid character"),
        ("&bomb;", "cannot be read: undefined entity"),
        ("<a>" * 100, "more than 60 elements within each other"),
        (f"<row {'x' * 2_100_000}='1'/>", "a tag or a comment of more than 1,000,000 bytes"),
        (f"<!--{'<c ' * 700_000}-->", "a tag or a comment of more than 1,000,000 bytes"),
        ("".join(f"<n{n}{'x' * 300}/>" for n in range(4_000)), "tags of more than 1,000 names"),
    ],
)
def test_a_sheet_that_no_program_saves_is_told(rows, what):
    with pytest.raises(UnreadableWorkbookError) as told:
        read(book(rows))
    assert what in told.value.message


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"xl/worksheets/sheet1.xml": "<!DOCTYPE x [<!ENTITY a 'a'>]><x/>"}, "has a document type"),
        ({"xl/workbook.xml": "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>"}, "has a document type"),
        ({"xl/worksheets/sheet1.xml": None}, "has no xl/worksheets/sheet1.xml"),
        ({"xl/workbook.xml": "<workbook/>"}, "has no sheet"),
        ({"xl/_rels/workbook.xml.rels": None}, "has no sheet"),
        (dict.fromkeys(PARTS), "this is not an .xlsx"),
        ({"xl/workbook.xml": None, "xl/workbook.bin": ""}, "this is not an .xlsx"),
        ({"xl/styles.xml": "<?xml version='1.0' encoding='UTF-7'?><x/>"}, "cannot be read"),
        ({"xl/styles.xml": "<?xml version='1.0' encoding='nonsense'?><x/>"}, "cannot be read"),
        ({"XL/Worksheets/Sheet1.xml": "<worksheet/>"}, "has 2 xl/worksheets/sheet1.xml"),
        ({f"xl/media/{n:0100}.png": "" for n in range(8_000)}, "too many parts"),
    ],
)
def test_a_workbook_that_no_program_saves_is_told(parts, what):
    with pytest.raises(UnreadableWorkbookError) as told:
        read(book(parts=parts))
    assert what in told.value.message


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "cannot be read: File is not a zip file"),
        (b"name,time\nAda,25:10\n" * 10, "cannot be read: File is not a zip file"),
        (LOCKED, "an old .xls, or protected with a password"),
        (book()[:-30], "cannot be read"),
        (book(packed=zipfile.ZIP_LZMA), "packed in a way of its own"),
        (book(packed=zipfile.ZIP_BZIP2), "packed in a way of its own"),
        (
            book().replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
            "cannot be read",
        ),
    ],
)
def test_a_file_that_is_no_xlsx_is_told(data, what):
    with pytest.raises(UnreadableWorkbookError) as told:
        read(data)
    assert what in told.value.message


def test_a_part_that_lies_about_its_size_takes_no_more_than_it_says():
    data = book(f"{ROW}{'<row/>' * 500_000}")
    size = struct.pack("<I", len(sheet(f"{ROW}{'<row/>' * 500_000}")))
    assert data.count(size) == 2
    with pytest.raises(UnreadableWorkbookError, match="cannot be read"):
        read(data.replace(size, struct.pack("<I", 700)))


@pytest.mark.parametrize(("limit", "what"), [("MOST_UNPACKED", "bytes unpacked"), ("MOST_TAGS", "tags")])
def test_what_is_packed_tightly_is_unpacked_up_to_a_limit_and_never_kept(monkeypatch, limit, what):
    monkeypatch.setattr(workbook_parts, limit, {"MOST_UNPACKED": 4_000_000, "MOST_TAGS": 100_000}[limit])
    filler = " " * 9_000_000 if limit == "MOST_UNPACKED" else "<row/>" * 200_000
    data = book(f"{ROW}{filler}")
    tracemalloc.start()
    with pytest.raises(UnreadableWorkbookError, match=what):
        read(data)
    assert tracemalloc.get_traced_memory()[1] < 12_000_000
    tracemalloc.stop()


def test_a_long_text_is_kept_as_far_as_it_takes_to_tell_that_it_is_too_long():
    long = "x" * 3_000_000
    rows = f"<row><c t='inlineStr'><is><t>{long}</t></is></c><c t='s'><v>0</v></c></row>"
    shared = f"<sst xmlns='{MAIN}'><si><t>{long}</t></si></sst>"
    (row,) = read(book(rows, parts={"xl/sharedStrings.xml": shared})).values()
    assert all(workbook.LONGEST_TEXT <= len(text) <= 2 * workbook.LONGEST_TEXT for text in row)


def test_no_more_rows_are_kept_than_are_wanted():
    rows = "".join(f"<row><c><v>{n}</v></c></row>" for n in range(5_000))
    assert len(read(book(rows))) == 100


SOUND = book('<row><c t="s"><v>0</v></c><c s="2"><v>46550</v></c></row><row><c t="s"><v>1</v></c></row>')
FLAT = book('<row><c t="s"><v>0</v></c><c s="2"><v>46550</v></c></row>', packed=zipfile.ZIP_STORED)


@settings(max_examples=300)
@given(
    st.sampled_from([SOUND, FLAT]),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=4)), min_size=1, max_size=4),
    st.integers(0, 40),
)
def test_a_damaged_workbook_is_read_or_told(data, changes, lost):
    damaged = bytearray(data)
    for place, piece in changes:
        at = place % len(damaged)
        damaged[at : at + len(piece)] = piece
    with contextlib.suppress(UnreadableWorkbookError):
        rows = read(bytes(damaged[: len(damaged) - lost]))
        assert all(number >= 1 and len(cells) <= workbook.MOST_COLUMNS for number, cells in rows.items())


NAMES = st.sampled_from(["worksheet", "sheetData", "row", "c", "v", "is", "t", "rPh", "f", "si", "x:c"])
KEYS = st.sampled_from(["r", "t", "s", "ref", "x:r"])
VALUES = st.sampled_from(["1", "A1", "s", "n", "d", "b", "inlineStr", "", "XFD9", "0", "99999999999", "-1"])
MARKUP = st.recursive(
    st.sampled_from(["", "1", "0", "1.5", "<!-- <c -->", "<![CDATA[<c]]>", "&amp;", "&#x41;", "<?c r='A1'?>"]),
    lambda inner: st.builds(
        lambda name, key, value, inside: f"<{name} {key}='{value}'>{''.join(inside)}</{name}>",
        NAMES,
        KEYS,
        VALUES,
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@settings(max_examples=200)
@given(MARKUP, MARKUP)
def test_odd_xml_is_read_or_told(rows, texts):
    shared = f"<sst xmlns='{MAIN}' xmlns:x='x'>{texts}</sst>"
    parts = {
        "xl/sharedStrings.xml": shared,
        "xl/worksheets/sheet1.xml": f"<w xmlns:x='x'><sheetData>{rows}</sheetData></w>",
    }
    with contextlib.suppress(UnreadableWorkbookError):
        read(book(parts=parts))


# ---------------------------------------------------------------- merged cells and hidden columns


def merges(*ranges):
    cells = "".join(f"<mergeCell ref='{each}'/>" for each in ranges)
    return f"<mergeCells>{cells}</mergeCells>"


def looked_at(after, before=""):
    found = Workbook(book(parts={"xl/worksheets/sheet1.xml": sheet(ROW, before, after)}))
    list(found.read_rows(found.tabs[0], 100))
    return found.merged[found.tabs[0]], found.hidden_columns[found.tabs[0]]


def test_ranges_that_are_merged_over_several_rows_are_known():
    columns = "<col min='2' max='3' hidden='1'/><col min='5' max='5'/><col min='7' max='99999' hidden='true'/>"
    merged, hidden = looked_at("<sheetProtection/>" + merges("B2:C4", "A1:D1", "E7"), f"<cols>{columns}</cols>")
    assert merged == [(2, 2, 4)]
    assert hidden == {2, 3, *range(7, workbook.MOST_COLUMNS + 1)}


@pytest.mark.parametrize("after", ["<pageMargins/>" + merges("A2:A3"), "", "<mergeCells/>"])
def test_what_comes_after_the_merged_ranges_is_not_looked_at(after):
    assert looked_at(after)[0] == []


def test_merged_ranges_are_bounded_and_sound(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_MERGED", 2)
    with pytest.raises(UnreadableWorkbookError, match="more than 2 merged cells"):
        looked_at(merges("A2:A3", "B2:B3", "C2:C3"))
    with pytest.raises(UnreadableWorkbookError, match='a cell "A0"'):
        looked_at(merges("A2:A0"))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("mmm yyyy", "Jun 2027"),
        ("mmm-yy", "Jun 2027"),
        ("yyyy", "2027"),
        ("dddd", "Saturday"),
        ("[$-409]mmmm yyyy;@", "Jun 2027"),
        ("yyyy-mm-dd", date(2027, 6, 12)),
        ("ddd d mmm", date(2027, 6, 12)),
        ("m/d", date(2027, 6, 12)),
    ],
)
def test_a_date_whose_format_leaves_its_day_out_is_no_date(code, shown):
    assert number_as_shown("46550", kind_of(code), dates_from_1904=False) == shown


STRUCK = f"""<styleSheet xmlns="{MAIN}">
<fonts><font><b/></font><font><strike/></font><font><strike val="0"/></font><font><strike val="true"/></font></fonts>
<cellStyleXfs><xf numFmtId="0" fontId="1"/></cellStyleXfs>
<cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2"/><xf fontId="3"/><xf fontId="9"/><xf/>
<xf fontId="1" numFmtId="14"/></cellXfs><dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>"""
PLAIN_RUN, STRUCK_RUN, OWN_RUN = (
    f"<r>{form}<t xml:space='preserve'>%s</t></r>" for form in ("<rPr><b/></rPr>", "<rPr><strike/></rPr>", "")
)


@pytest.mark.parametrize(
    ("style", "inside", "value"),
    [
        (0, "<v>5</v>", "plain"),
        (1, "<v>5</v>", "whole"),
        (2, "<v>5</v>", "plain"),
        (3, "<v>5</v>", "whole"),
        (4, "<v>5</v>", "plain"),
        (5, "<v>5</v>", "plain"),
        (1, f"<is>{PLAIN_RUN % 'a'}</is>", "plain"),
        (1, f"<is>{OWN_RUN % 'a'}{STRUCK_RUN % 'b'}</is>", "whole"),
        (0, f"<is>{OWN_RUN % 'a'}{STRUCK_RUN % 'b'}</is>", "part"),
        (0, f"<is>{STRUCK_RUN % 'a'}{PLAIN_RUN % ' '}</is>", "whole"),
        (0, f"<is>{PLAIN_RUN % 'a'}{STRUCK_RUN % ' '}</is>", "plain"),
        (1, f"<is>{OWN_RUN % 'a'}{PLAIN_RUN % 'b'}</is>", "part"),
    ],
)
@pytest.mark.parametrize("is_shared", [False, True])
def test_a_line_through_a_cell_is_seen_where_a_spreadsheet_draws_it(style, inside, value, is_shared):
    kind = ' t="inlineStr"' if "<is>" in inside else ""
    parts = {"xl/styles.xml": STRUCK}
    if is_shared and kind:
        texts = f"<si>{inside[4:-5]}</si><si><t>other</t></si>"
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{texts}</sst>'
        kind, inside = ' t="s"', "<v>0</v>"
    (row,) = read(book(f'<row r="1"><c r="A1" s="{style}"{kind}>{inside}</c></row>', parts=parts)).values()
    (cell,) = row
    found = {True: "whole", False: "part"}[cell.is_whole] if isinstance(cell, CrossedOut) else "plain"
    assert found == value


def test_a_date_that_is_crossed_out_is_still_a_date():
    (row,) = read(book('<row r="1"><c r="A1" s="6"><v>46550</v></c></row>', parts={"xl/styles.xml": STRUCK})).values()
    assert row == [CrossedOut(date(2027, 6, 12), is_whole=True)]
