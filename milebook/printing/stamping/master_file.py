"""From the print engine's PDF objects to a master's: what is the same for every runner, and what has holes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from milebook.printing.stamping.copyfitting import SAME, NoMasterError
from milebook.printing.stamping.masters import Label, Leaf, Skeleton

MARK = 0.987653  # the red of every marking colour; no stylesheet has it


def restored(items: list[Any], colours: list[bytes]) -> Iterator[bytes | int]:
    """A page's operators, with a number before each run that was marked, and its colour set right again."""
    mark, current = b"%g " % MARK, b""
    for item in items:
        item = item if isinstance(item, bytes) else _to_bytes(item)
        number = None
        if item.endswith(b" rg"):
            if item.startswith(mark):
                _, high, low, _ = item.split()
                number = round(float(high) * 1000) * 1000 + round(float(low) * 1000)
                item = colours[number]
            if item != current:
                yield item
            current = item
        else:
            yield item
        if item == b"Q":
            current = b""
        if number is not None:
            yield number


def _to_bytes(item: Any) -> bytes:
    data = item if isinstance(item, str) else item.data
    return data.encode() if isinstance(data, str) else data


def holes_in(items: Iterator[bytes | int], originals: dict[int, bytes]) -> list[bytes | int]:
    """Cut the text object after each number out of a stream."""
    parts: list[bytes | int] = []
    text: list[bytes] = []
    for item in items:
        if not isinstance(item, int):
            text.append(item)
            continue
        parts += [b"\n".join((*text, b"")), item]
        text, run = [b""], []
        for following in items:
            run.append(_only_bytes(following))
            if following == b"ET":
                break
        if run[0] != b"BT" or item in originals:
            raise NoMasterError("a run of text does not begin as expected")
        originals[item] = b"\n".join(run)
    return [*parts, b"\n".join(text)]


_BAR = re.compile(rb"(?m)^(0 0 \S+ )0\.(\d{5})7( re)$")  # as `masters.mark_of_bar` has it


def bars_in(part: bytes | int | Label) -> Iterator[bytes | int | Label]:
    """Cut the heights of bars out of a stream."""
    if not isinstance(part, bytes):
        yield part
        return
    place = 0
    for match in _BAR.finditer(part):
        yield part[place : match.end(1)]
        yield Label("bar", (int(match[2]),))
        place = match.start(3)
    yield part[place:]


def _only_bytes(item: bytes | int) -> bytes:
    if isinstance(item, int):
        raise NoMasterError("a run of text has another in it")
    return item


def same_run(one: bytes, other: bytes) -> bool:
    """Whether two runs show the same in the same place; the engine sometimes shows the space a line ends with."""
    ours, theirs = one.split(b"\n"), other.split(b"\n")
    return len(ours) == len(theirs) and all(
        mine == its
        or (mine.endswith(b" Tm") and its.endswith(b" Tm") and _near(mine, its))
        or (mine.endswith(b" TJ") and _SPACE_AFTER.fullmatch(its.removeprefix(mine[:-4]).removeprefix(b">")))
        for mine, its in zip(ours, theirs, strict=True)
    )


_SPACE_AFTER = re.compile(rb"<?[0-9a-f]{4}>-?\d*\] TJ")


def _near(one: bytes, other: bytes) -> bool:
    pairs = zip(one.split()[:-1], other.split()[:-1], strict=True)
    return all(abs(float(mine) - float(its)) < SAME for mine, its in pairs)


def closed_leaf(leaf: Leaf, closed: dict[int, bytes]) -> Leaf:
    """Put the engine's own runs back where nothing is stamped."""
    parts: list[bytes | int | Label] = []
    for part in leaf.parts:
        part = closed.get(part, part) if isinstance(part, int) else part
        if parts and isinstance(part, bytes) and isinstance(parts[-1], bytes):
            parts[-1] += part
        else:
            parts.append(part)
    return replace(leaf, parts=tuple(parts))


def skeleton_of(pdf: Any, holed: set[int]) -> Skeleton:
    """What is the same in every PDF of a master: streams as they are, everything else in one object stream."""
    import pydyf

    widths = (1, 4, 2)
    table = bytearray((len(pdf.objects) + 2) * sum(widths))
    parts, position = [], 0

    def enter(number: int, *entry: int) -> None:
        data = b"".join(value.to_bytes(width, "big") for value, width in zip(entry, widths, strict=True))
        table[number * sum(widths) : (number + 1) * sum(widths)] = data

    def add(data: bytes) -> None:
        nonlocal position
        parts.append(data + b"\n")
        position += len(data) + 1

    enter(0, 0, 0, 65535)
    add(b"%PDF-1.7\n%\xf0\x9f\x96\xa4")
    packed = len(pdf.objects)
    plain = [thing for thing in pdf.objects[1:] if thing.number not in holed and not isinstance(thing, pydyf.Stream)]
    for thing in pdf.objects[1:]:
        if isinstance(thing, pydyf.Stream) and thing.number not in holed:
            enter(thing.number, 1, position, 0)
            add(thing.indirect)
    for index, thing in enumerate(plain):
        enter(thing.number, 2, packed, index)
    enter(packed, 1, position, 0)
    add(_object_stream(packed, plain).indirect)
    trailer = pydyf.Dictionary(
        {
            "Type": "/XRef",
            "Size": packed + 2,
            "W": pydyf.Array(widths),
            "Root": pdf.catalog.reference,
            "Info": pdf.info.reference,
        }
    )
    return Skeleton(b"".join(parts), bytes(table), widths, trailer.data[2:-2])


def _object_stream(number: int, things: list[Any]) -> Any:
    import pydyf

    places, position, bodies = [], 0, []
    for thing in things:
        data = thing.data
        places += [str(thing.number), str(position)]
        bodies.append(data)
        position += len(data) + 1
    head = " ".join(places).encode()
    extra = {"Type": "/ObjStm", "N": len(things), "First": len(head) + 1}
    stream = pydyf.Stream([head, *bodies], extra, compress=True)
    stream.number = number
    return stream
