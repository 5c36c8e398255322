"""Mutated rosters: .csv, and .xlsx in its bytes, its parts and its XML."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from random import Random
from xml.sax.saxutils import escape

from attack import bases, mutate, readers
from attack.case import Attack, Case
from attack.children import Limits

HEAD = "name,group,level,distance,time,race date,days,units,paper,plan,id"
ROWS = (
    "Zoe Able,A,beginner,5 km,27:30,2027-06-12,tue thu sun,imperial,a4,mile,7",
    "Max Berg,A,intermediate,5 km,21:10,,4,metric,letter,mile,",
    "Ines Clark,B,advanced,mile,5:05,2027-06-12,7,,,one-day-a-week,12",
)
CSV = "\n".join((HEAD, *ROWS, "")).encode()
BUILD = ("--no-pdf", "--html", "--jobs", "1")
LIMITS = Limits(wall=60, cpu=15)

TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = f"""<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}">
<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
BOOK = f"""<?xml version="1.0"?><workbook xmlns="{_SHEET}" xmlns:r="{_RELATION}">
<sheets><sheet name="Club" sheetId="1" r:id="rId1"/></sheets></workbook>"""
BOOK_RELATIONS = f"""<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}">
<Relationship Id="rId1" Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""


def _cell(column: int, row: int, text: str) -> str:
    return f'<c r="{chr(65 + column)}{row}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def sheet(lines: list[str], before: str = "", after: str = "") -> str:
    """A sheet with a row for each line; other XML before and after its rows."""
    rows = "".join(
        f'<row r="{number}">{"".join(_cell(at, number, cell) for at, cell in enumerate(line.split(",")))}</row>'
        for number, line in enumerate(lines, 1)
    )
    return f'<?xml version="1.0"?><worksheet xmlns="{_SHEET}">{before}<sheetData>{rows}{after}</sheetData></worksheet>'


def workbook(sheet_xml: str | bytes, **parts: str | bytes) -> bytes:
    """A spreadsheet with one sheet; other parts by name, with `__` for `/`."""
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELATIONS,
        "xl/worksheets/sheet1.xml": sheet_xml,
    }
    files |= {name.replace("__", "/"): data for name, data in parts.items()}
    return _packed(files)


def _packed(files: dict[str, str | bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", way) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, way)
    return packed.getvalue()


SHEET = sheet([HEAD, *ROWS])


def attack(case: Case, random: Random) -> None:
    """A spoilt roster."""
    way = random.randrange(5)
    if way < 2:
        name, data = "club.csv", mutate.spoil(CSV, random)
    elif way == 2:
        name, data = "club.xlsx", mutate.spoil_bytes(workbook(SHEET), random)
    elif way == 3:
        name, data = "club.xlsx", workbook(mutate.spoil(SHEET.encode(), random))
    else:
        name, data = "club.xlsx", _spoilt_part(random)
    case.what = f"spoilt {name}"
    build(case, name, data, "--skip-bad" if random.randrange(2) else "--publish")


def _spoilt_part(random: Random) -> bytes:
    """A spreadsheet of which another part than the sheet is spoilt."""
    part = random.choice(("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    files = {
        info.filename: archive.read(info)
        for archive in [zipfile.ZipFile(io.BytesIO(workbook(SHEET)))]
        for info in archive.infolist()
    }
    return _packed(files | {part: mutate.spoil(files[part], random)})


def build(case: Case, name: str, data: bytes | None, *more: str, limits: Limits = LIMITS) -> None:
    """A roster's build, and what it made."""
    content = bases.small_content(case.arena.work / "content")
    assert content.is_dir()
    if data is not None:
        case.put(name, data)
    case.run("build", "--roster", name, *BUILD, *more, limits=limits)
    for folder in case.arena.outputs:
        readers.read_output(case, folder)


# ---------------------------------------------------------------- what is known to have failed


def _csv(*rows: str) -> Attack:
    return lambda case, random: build(case, "club.csv", "\n".join((HEAD, *rows, "")).encode("utf-8"), "--skip-bad")


def _xlsx(make: Callable[[], bytes]) -> Attack:
    return lambda case, random: build(case, "club.xlsx", make(), "--skip-bad")


def _named(name: str) -> Attack:
    quoted = '"' + name.replace('"', '""') + '"'
    return _csv(f"{quoted},A,beginner,5 km,27:30,2027-06-12,,,,,", f"Max,{quoted},beginner,5 km,27:30,2027-06-12,,,,,")


def _large(size: int, name: str) -> Attack:
    def attempt(case: Case, random: Random) -> None:
        case.arena.inside(name)
        with (case.arena.work / name).open("wb") as file:
            file.truncate(size)
        build(case, name, None)

    return attempt


def _pipe(name: str) -> Attack:
    def attempt(case: Case, random: Random) -> None:
        os.mkfifo(case.arena.work / name)
        build(case, name, None, limits=Limits(wall=20, cpu=10))

    return attempt


def _printed(name: str) -> Attack:
    """A name in the title of a PDF."""

    def attempt(case: Case, random: Random) -> None:
        bases.small_content(case.arena.work / "content")
        case.put("club.csv", f'{HEAD}\n"{name}",A,beginner,5 km,27:30,2027-06-12,,,,,\n')
        case.run("build", "--roster", "club.csv", "--skip-bad", "--parts", "race-card", "--jobs", "1")
        readers.read_output(case, case.arena.private)

    return attempt


def attempt_private(case: Case, random: Random) -> None:
    """A folder that existed, open to all: what is put there is private."""
    case.arena.private.mkdir(mode=0o755)
    case.arena.private.chmod(0o755)
    build(case, "club.csv", CSV)
    _private(case)


def attempt_private_address(case: Case, random: Random) -> None:
    """The same by an address."""
    build(case, "club.csv", CSV, "--out", f"file://{case.arena.private}")
    _private(case)


def _private(case: Case) -> None:
    for path in (case.arena.private, *case.arena.private.rglob("*")):
        if path.lstat().st_mode & 0o077:
            kind = "folders" if path.is_dir() else "files"
            case.fail("spoiled", f"{path.relative_to(case.arena.work)}: others may read it", f"private {kind} are open")


_FAR = "<row r='1048576'><c r='XFD1048576' t='inlineStr'><is><t>x</t></is></c></row>"
_DTD = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(97 + n)} "{("&" + chr(96 + n) + ";") * 10}">' for n in range(1, 9)
)
KNOWN: dict[str, Attack] = {
    "a cell far out in single quotes": _xlsx(lambda: workbook(sheet([HEAD, *ROWS], after=_FAR))),
    "a cell far out": _xlsx(lambda: workbook(sheet([HEAD, *ROWS], after=_FAR.replace("'", '"')))),
    "a cell far out, r last": _xlsx(
        lambda: workbook(sheet([HEAD], after='<row><c t="n" r = "XFD1048576"><v>1</v></c></row>'))
    ),
    "a cell far out in UTF-16": _xlsx(
        lambda: workbook(sheet([HEAD], after=_FAR).replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"))
    ),
    "a comment of cells": _xlsx(lambda: workbook(sheet([HEAD, *ROWS], before=f"<!--{'<c ' * 40_000}-->"))),
    "200,000 open cells": _xlsx(lambda: workbook(sheet([HEAD, *ROWS], after="<c r='A" * 200_000))),
    "entities": _xlsx(
        lambda: workbook(sheet([HEAD, *ROWS]).replace("<worksheet", _DTD + "]><worksheet", 1).replace("Zoe", "&i;"))
    ),
    "rows of a million": _xlsx(lambda: workbook(sheet([HEAD, *ROWS], after='<row r="1048576"/>' * 1_000_00))),
    "shared strings that are not there": _xlsx(
        lambda: workbook(sheet([HEAD], after='<row r="2"><c r="A2" t="s"><v>4294967295</v></c></row>'))
    ),
    "a sheet of 190 MB": _xlsx(lambda: workbook(sheet([HEAD, *ROWS], before=" " * 190_000_000))),
    "numbers for dates": _xlsx(
        lambda: workbook(
            sheet([HEAD], after='<row r="2"><c r="A2"><v>1e308</v></c><c r="F2" t="d"><v>99999-01-01</v></c></row>')
        )
    ),
    "a roster of 3 GB": _large(3_000_000_000, "club.csv"),
    "a spreadsheet of 3 GB": _large(3_000_000_000, "club.xlsx"),
    "a pipe for a roster": _pipe("club.csv"),
    "a pipe for a spreadsheet": _pipe("club.xlsx"),
    "ESC in a name": _named("Zoe \x1b[31mAble"),
    "NUL in a name": _named("Zoe\x00Able"),
    "a bell in a name": _named("Zoe\x07"),
    "C1 in a name": _named("Zoe \x9b31m"),
    "a formula in a name": _named("=1+1"),
    "a full-width formula in a name": _named("＝1+1"),
    "a small formula in a name": _named("﹦1+1"),
    "a formula after a space": _named(" \t=1+1"),
    "U+2028 in a name": _named("Zoe\u2028Able"),
    "U+0085 in a name": _named("Zoe\x85Able"),
    "a line break in a name": _named("Zoe\r\nAble"),
    "a lone carriage return in a name": _named("Zoe\rAble"),
    "a direction in a name": _named("\u202eelbA eoZ"),
    "a noncharacter in a name": _named("Zoe \ufffe Able"),
    "300 accents": _named("Zoe" + "\u0301" * 150),
    "ESC in a PDF's title": _printed("Zoe \x1b Able"),
    "U+FFFE in a PDF's title": _printed("Zoe \ufffe Able"),
    "a private folder that was open": attempt_private,
    "a private folder by its address": attempt_private_address,
}
