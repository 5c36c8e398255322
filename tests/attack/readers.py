"""What other programs find in the products: they must read them, and take nothing in them for a command."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

from attack.case import Case
from attack.sandbox import SECRET

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
BREAKS = re.compile("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
FORMULA = tuple("=+-@\t\r＝＋－＠﹦﹣﹢﹫")
NUMBER = re.compile(r"-?[\d.:]+")


def read_output(case: Case, folder: Path) -> None:
    """Read everything in an output."""
    for path in sorted(folder.rglob("*")):
        if ".milebook" in path.parts or not path.is_file() or "assets" in path.parts:
            continue
        reader = READERS.get(path.suffix)
        try:
            data = path.read_bytes()
            if SECRET.encode() in data:
                case.fail("leaked secret", f"{path.name} shows a file of the victim")
            if reader:
                reader(case, path.name, data)
        except (ValueError, ET.ParseError, csv.Error) as error:
            case.fail("spoiled", f"{path.name}: {error}", f"{path.suffix} cannot be read")


def _spoiled(case: Case, name: str, what: str) -> None:
    case.fail("spoiled", f"{name} has {what}", f"{Path(name).suffix}: {what}")


def _html(case: Case, name: str, data: bytes) -> None:
    text = data.decode("utf-8")
    if CONTROL.search(text.replace("\r", "")):  # which HTML takes for a line's end
        _spoiled(case, name, "a control character")
    if "<script>alert" in text or re.search(r'href="\s*javascript:', text, re.IGNORECASE):
        _spoiled(case, name, "a script of the content")


def _csv(case: Case, name: str, data: bytes) -> None:
    text = data.decode("utf-8-sig")
    if CONTROL.search(text.replace("\r\n", "")):
        _spoiled(case, name, "a control character")
    for row in csv.reader(io.StringIO(text, newline=""), strict=True):
        for cell in row:
            if cell.lstrip(" \u00a0\u200b").startswith(FORMULA) and not NUMBER.fullmatch(cell):
                _spoiled(case, name, "a formula")


def _ics(case: Case, name: str, data: bytes) -> None:
    for line in data.decode("utf-8").split("\r\n"):
        if BREAKS.search(line) or CONTROL.search(line):
            _spoiled(case, name, "a line break within a line")
        if len(line.encode()) > 75:
            _spoiled(case, name, "a line of more than 75 octets")


def _json(case: Case, name: str, data: bytes) -> None:
    json.loads(data.decode("utf-8"), parse_constant=lambda word: _spoiled(case, name, word))


def _pdf(case: Case, name: str, data: bytes) -> None:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-32:]:
        case.fail("half file", f"{name} is no whole PDF")
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        if "/Metadata" in pdf.Root:
            ET.fromstring(pdf.Root.Metadata.read_bytes())


READERS = {".html": _html, ".csv": _csv, ".ics": _ics, ".json": _json, ".webmanifest": _json, ".pdf": _pdf}
