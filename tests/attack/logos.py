"""Logos: SVG grown from its grammar and then spoilt, PNG."""

from __future__ import annotations

import struct
import zlib
from random import Random

from attack import bases, mutate
from attack.case import Attack, Case
from attack.children import Limits

SITE = "name: A club\nlead: A line about it.\nlogo: {}\n"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 60 16">'
ENCODINGS = ("UTF-7", "UTF-16", "x", "latin-1", "cp037", "utf-8")
LIMITS = Limits(wall=60, cpu=15)
NUMBERS = (
    *("0", "1", "-1", "10", "60", "1e9", "-1e9", "1e308", "1e-308", "NaN", "inf", "", " ", "a", "5%", "1e", "--1"),
    *("1,", ","),
    *("9" * 400, "1.1.1", "0x10", "1 2 3", "50em", "1e9px", "calc(1px)", "auto"),
)
PATHS = (
    *("M 0 0 Z 1 1", "M", "Z", "", "1 1", "M 0 0 L", "M0 0A", "M 0 0 A 0 0 0 0 0 1 1", "M 0 0 A 1 1 0 2 2 1 1"),
    *("M0,0h1e309",),
    *("M 0 0 C 1 1", "m0 0" + "l1 1" * 5_000, "M 0 0 Q", "M 0 0 T 1 1 S 2 2 3 3", "M 0 0 a1 1 0 0 1 1 1 a"),
    *("M 0 0 Z Z Z 1",),
    *("M NaN NaN L inf inf", "M 0 0 L 1 1 x", "L 1 1", "M 0 0 Z" * 2_000, "M 0 0 z 1 1 z 1", "M 1e9 1e9 L -1e9 1e9"),
)
LINKS = ("#a", "#b", "#c", "#root", "#", "", "#nowhere", "logo.svg#a", "data:image/svg+xml,x", "#a ", "##a")
PAINTS = (
    *("red", "none", "url(#a)", "url(#b)", "url(#nowhere)", "url()", "url(", "currentColor", "inherit", "#12"),
    *("rgb(1e9,,)", "hsl(0)"),
    *("var(--x)", "rgb(" * 500, "url(#a) red", "transparent", "color-mix(in srgb, red, blue)"),
)
TRANSFORMS = (
    *("scale(0)", "scale(1e9)", "rotate(NaN)", "matrix(0 0 0 0 0 0)", "matrix(1,2)", "translate()", "skewX(90)"),
    *("rotate(1,2)",),
    *("scale(1e-9)" * 20, "foo(1)", "scale(", "matrix(1e308 1e308 1e308 1e308 1 1)"),
)
VIEWS = (
    *("a b c d", "0 0 1", "0 0 0 0", "0 0 -1 -1", "0 0 1e9 1e9", "0 0 1e-9 1e-9", "NaN NaN 1 1", "0,0,60,16"),
    *("0 0 60 16 5",),
    *("", " ", "0 0 inf inf", "1e308 1e308 1e308 1e308"),
)
ATTRIBUTES = {
    "d": PATHS,
    "points": ("0,0 1", "", "a", "0 0 1 1 2", "1e309,0 0,0", "0,0 " * 5_000),
    "fill": PAINTS,
    "stroke": PAINTS,
    "clip-path": PAINTS,
    "mask": PAINTS,
    "transform": TRANSFORMS,
    "gradientTransform": TRANSFORMS,
    "xlink:href": LINKS,
    "href": LINKS,
    "viewBox": VIEWS,
    "preserveAspectRatio": ("none", "xMidYMid slice", "x", "", "defer none meet", "xMaxYMax meet meet"),
    "stroke-dasharray": ("0", "0 0", "-1", "1e-9", "a", "1 " * 3_000, "1e-6 1e-6", "NaN"),
    "gradientUnits": ("userSpaceOnUse", "objectBoundingBox", "x"),
    "clipPathUnits": ("userSpaceOnUse", "objectBoundingBox"),
    "spreadMethod": ("repeat", "reflect", "pad", "x"),
    "text-anchor": ("middle", "end", "x"),
    "style": (
        "fill:url(#a)",
        "d:path('M0 0')",
        "font-size:1e9px",
        "}",
        "font:1e9px x",
        "a" * 3_000,
        "transform:scale(0)",
    ),
    "font-family": ("serif", "", "'", "x" * 3_000),
    "id": ("a", "b", "c", "root", ""),
}
LENGTHS = (
    *("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "width", "height", "dx", "dy"),
    *("rotate",),
    *("stroke-width", "font-size", "offset", "opacity", "textLength", "letter-spacing", "stroke-miterlimit"),
    *("fill-opacity",),
)
SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text")
FOLDERS = ("g", "defs", "symbol", "clipPath", "mask", "linearGradient", "radialGradient", "svg", "text", "tspan")
OTHERS = (
    "use",
    "stop",
    "title",
    "desc",
    "style",
    "image",
    "script",
    "foreignObject",
    "animate",
    "marker",
    "pattern",
    "filter",
)


def attack(case: Case, random: Random) -> None:
    """A logo that nobody would draw."""
    way = random.randrange(8)
    if way == 0:
        show(case, "logo.png", mutate.spoil_bytes(png(400, 100), random))
        return
    logo = grow(random).encode("utf-8", "surrogatepass")
    show(case, "logo.svg", mutate.spoil(logo, random) if way == 1 else logo)


def grow(random: Random) -> str:
    """An SVG of known elements with odd values."""
    head = HEAD if random.randrange(4) else HEAD.replace("0 0 60 16", random.choice(VIEWS))
    if not random.randrange(6):
        head = f'<?xml version="1.0" encoding="{random.choice(ENCODINGS)}"?>{head}'
    return head + "".join(_element(random, 0) for _ in range(random.randrange(1, 6))) + "</svg>"


def _element(random: Random, depth: int) -> str:
    names = random.choice((SHAPES, SHAPES, FOLDERS, OTHERS[: 3 if random.randrange(5) else None]))
    name = random.choice(names)
    chosen = {random.choice((*ATTRIBUTES, *LENGTHS)) for _ in range(random.randrange(1, 6))}
    if name == "path":
        chosen.add("d")
    if name == "use":
        chosen.add("xlink:href")
    written = " ".join(f'{key}="{random.choice(ATTRIBUTES.get(key, NUMBERS))}"' for key in sorted(chosen))
    children = "".join(_element(random, depth + 1) for _ in range(random.randrange(4))) if depth < 4 else ""
    text = (
        random.choice(("", "x", "a b", "\u0301", "]]&gt;", "&#1;", "&lt;"))
        if name in ("text", "tspan", "style")
        else ""
    )
    return f"<{name} {written}>{text}{children if name in FOLDERS else ''}</{name}>"


def png(width: int, height: int, data: bytes | None = None, kind: int = 0, depth: int = 8) -> bytes:
    """A picture, or one that says it is larger than it is."""
    raw = zlib.compress((b"\0" + b"\x80" * width) * height, 9) if data is None else data
    parts = (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)), (b"IDAT", raw), (b"IEND", b"")
    chunks = (
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part)) for name, part in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def show(case: Case, name: str, data: bytes, *, cover: bool = True) -> None:
    """A club with a logo: checked, on the web, on paper. What `check` takes is printed."""
    content = bases.small_content(case.arena.work / "content")
    case.what = case.what or f"a {name[-3:]} logo"
    case.put(content / "site.yaml", SITE.format(name))
    case.put(content / name, data)
    checked = case.run("check", "--content", "content", limits=LIMITS)
    if checked.code == 0:
        command = (
            "build",
            "--content",
            "content",
            "--profile",
            "beginner",
            "--parts",
            "cover",
            "--jobs",
            "1",
            "--cache",
            "",
        )
        case.made(case.run(*command, limits=LIMITS), "check has no problem with the logo")


def _svg(body: str, head: str = HEAD) -> Attack:
    return lambda case, random: show(case, "logo.svg", f"{head}{body}</svg>".encode())


def _png(data: bytes) -> Attack:
    return lambda case, random: show(case, "logo.png", data)


def _uses(depth: int, width: int) -> str:
    """Shapes that are used and used again: `width` to the power of `depth` of them."""
    levels = ['<g id="u0"><rect width="1" height="1"/></g>']
    for level in range(1, depth):
        levels.append(f'<g id="u{level}">{f"<use xlink:href=%s#u{level - 1}%s/>".replace("%s", chr(34)) * width}</g>')
    return f'<defs>{"".join(levels)}</defs><use xlink:href="#u{depth - 1}"/>'


KNOWN: dict[str, Attack] = {
    "UTF-7": _svg("<path d='M0 0h9v9z'/>", f'<?xml version="1.0" encoding="UTF-7"?>{HEAD}'),
    "an encoding that is none": _svg("<path d='M0 0h9v9z'/>", f'<?xml version="1.0" encoding="x"?>{HEAD}'),
    "a use of itself": _svg('<use id="a" xlink:href="#a"/>'),
    "a group that uses itself": _svg('<g id="a"><use href="#a"/></g>'),
    "two that use each other": _svg('<g id="a"><use xlink:href="#b"/></g><g id="b"><use xlink:href="#a"/></g>'),
    "a gradient of itself": _svg('<linearGradient id="a" xlink:href="#a"/><rect width="9" height="9" fill="url(#a)"/>'),
    "a mask of itself": _svg(
        '<mask id="a"><rect width="9" height="9" mask="url(#a)"/></mask><rect width="9" height="9" mask="url(#a)"/>'
    ),
    "a clip of itself": _svg(
        '<clipPath id="a" clip-path="url(#a)"><rect width="9" height="9"/></clipPath>'
        '<rect width="9" height="9" clip-path="url(#a)"/>'
    ),
    "viewBox a b c d": _svg("<path d='M0 0h9v9z'/>", HEAD.replace("0 0 60 16", "a b c d")),
    "viewBox 0 0 1": _svg("<path d='M0 0h9v9z'/>", HEAD.replace("0 0 60 16", "0 0 1")),
    "viewBox 0 0 0 0": _svg("<path d='M0 0h9v9z'/>", HEAD.replace("0 0 60 16", "0 0 0 0")),
    "a path that goes on after its end": _svg('<path d="M 0 0 Z 1 1"/>'),
    "a path that goes on after m z": _svg('<path d="m 0 0 z 1 1 2 2"/>'),
    "four thousand uses": _svg(_uses(12, 2)),
    "ten to the ninth uses": _svg(_uses(10, 10)),
    "2,000 groups in each other": _svg("<g>" * 2_000 + "</g>" * 2_000),
    "40,000 groups in each other": _svg("<g>" * 40_000 + "</g>" * 40_000),
    "a dash of nearly nothing": _svg('<path d="M0 0h1e6" stroke="red" stroke-dasharray="1e-6 1e-6"/>'),
    "letters of 1e9": _svg('<text font-size="1e9">x</text>'),
    "stops that are no numbers": _svg(
        '<linearGradient id="a"><stop offset="x"/></linearGradient><rect width="9" height="9" fill="url(#a)"/>'
    ),
    "a gradient repeated for ever": _svg(
        '<linearGradient id="a" spreadMethod="repeat" x2="1e-9"><stop offset="0"/><stop offset="1e-9"/>'
        '</linearGradient><rect width="60" height="16" fill="url(#a)"/>'
    ),
    "a logo that warns": _svg(
        "<text font-family='x' style='foo:bar'>x</text><style>b{{{</style>" + "<path d='M0 0h1'/>" * 2_000
    ),
    "a PNG without data": _png(png(400, 400, b"")),
    "a PNG cut short": _png(png(400, 400)[:-40]),
    "a PNG of 4000 by 4000": _png(png(4000, 4000)),
    "a PNG that says 4000 by 4000": _png(png(4000, 4000, zlib.compress(b"\0"))),
    "a PNG of 4000 by 1e9": _png(png(4000, 2**31 - 1, zlib.compress(b"\0"))),
    "a PNG of height nothing": _png(png(400, 0)),
    "a PNG of an odd kind": _png(png(400, 400, None, 5, 3)),
    "a PNG of 16 bits": _png(png(400, 400, zlib.compress(b"\0" * 400 * 9 * 400), 6, 16)),
}
