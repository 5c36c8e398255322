"""Own styles: `own.css` grown from its grammar and then spoilt, printed and on the web."""

from __future__ import annotations

from random import Random

from attack import bases, mutate, readers
from attack.case import Attack, Case
from attack.children import Limits

LIMITS = Limits(wall=90, cpu=25)
SOON = ("--limit", "15s")  # before the campaign's own limit comes
SELECTORS = (
    *("*", "body", "html", "h2", "p", ".rules", "section", "table", "td", "p::before", "p::after", "svg", "@page"),
    *("@page :first",),
    *(":root", "p:first-child", "li::marker", "::footnote-call", "@page x", "h2::first-letter", "section:not(p)"),
    *("[id]",),
)
LENGTHS = (
    *("0", "1px", "1e9px", "-1e9px", "1e308px", "1e-9px", "100%", "-100%", "1e9%", "1e6em", "0.0001pt", "auto"),
    *("none", "NaN"),
    *("calc(1px / 0)", "calc(" * 200 + "1px", "min-content", "max-content", "fit-content", "1e9cm", "inherit"),
    *("var(--a)", "50vw"),
)
WORDS: dict[str, tuple[str, ...]] = {
    "display": (
        "none",
        "flex",
        "grid",
        "table",
        "table-cell",
        "inline-block",
        "contents",
        "list-item",
        "inline-grid",
        "flow-root",
    ),
    "position": ("absolute", "fixed", "relative", "running(a)", "static", "sticky"),
    "float": ("left", "right", "footnote", "none"),
    "content": (
        "counter(page)",
        "element(a)",
        "attr(id)",
        "'" + "x" * 5_000 + "'",
        "url(x)",
        "target-counter('#a', page)",
        "leader('.')",
    ),
    "columns": ("1e6", "100", "0", "1px", "auto 1e9px", "2 1px"),
    "size": ("0 0", "1px 1px", "1e9px", "a4", "-1px", "auto", "1e-9mm 1e-9mm", "0.1mm 300mm"),
    "break-before": ("page", "always", "left", "avoid", "column"),
    "break-inside": ("avoid", "avoid-page", "auto"),
    "break-after": ("page", "avoid", "right"),
    "page": ("a", "spare", "auto"),
    "string-set": ("a content()", "a attr(id)"),
    "bookmark-level": ("1", "1e9", "-1", "none"),
    "counter-increment": ("a 1000000000", "a -1", "page 99999999999"),
    "list-style": ("'a'", "square", "url(x)", "symbols(cyclic '*')"),
    "grid-template-columns": (
        "repeat(100000, 1px)",
        "1fr",
        "repeat(auto-fill, 1px)",
        "[a] 1px",
        "subgrid",
        "minmax(0, 1e9fr)",
    ),
    "background": (
        "url(file:///etc/passwd)",
        "url(../../../victim/keep.txt)",
        "linear-gradient(red, blue)",
        "red",
        "url(data:,x)",
    ),
    "background-size": ("1e-9px 1e-9px", "0 0", "cover", "1px 1e9px"),
    "font-family": ("x", "monospace", "'" + "y" * 2_000 + "'", "serif"),
    "hyphens": ("auto", "manual"),
    "orphans": ("1000000", "0", "-1"),
    "widows": ("1000000", "0"),
    "transform": ("scale(0)", "scale(1e9)", "rotate(1e9deg)", "matrix(0,0,0,0,0,0)", "skew(90deg)"),
    "flex": ("1e9 1e9 0", "0 0 1e9px", "-1", "none"),
    "text-overflow": ("ellipsis", "clip"),
    "line-clamp": ("1", "1e9"),
    "tab-size": ("1e9", "-1"),
    "quotes": ("'a' 'b'", "none"),
    "--a": ("var(--a)", "var(--b)", "1px"),
    "--b": ("var(--a) var(--a)",),
    "image-resolution": ("0dpi", "1e9dppx"),
}
MEASURES = (
    *("width", "height", "min-width", "max-width", "min-height", "max-height", "margin", "padding", "font-size"),
    *("line-height",),
    *("letter-spacing", "word-spacing", "text-indent", "border-width", "top", "left", "gap", "column-width"),
    *("vertical-align",),
    *("border-radius", "outline-width", "border-spacing", "bleed", "margin-top", "margin-break", "block-ellipsis"),
    *("flex-basis",),
)


def attack(case: Case, random: Random) -> None:
    """A style that nobody would write."""
    style = "".join(_rule(random) for _ in range(random.randrange(1, 4))).encode()
    if not random.randrange(6):
        style = mutate.spoil(style, random)
    case.what = f"own.css: {style[:80].decode('utf-8', 'replace')}"
    show(case, style)


def _rule(random: Random) -> str:
    declarations = "; ".join(_declaration(random) for _ in range(random.randrange(1, 4)))
    return f"{random.choice(SELECTORS)} {{ {declarations} }}\n"


def _declaration(random: Random) -> str:
    if random.randrange(2):
        return f"{random.choice(MEASURES)}: {random.choice(LENGTHS)}"
    name = random.choice(tuple(WORDS))
    return f"{name}: {random.choice(WORDS[name])}"


def show(case: Case, style: bytes, what: str = "rules") -> None:
    """A section printed with the style: made, or told with the file or the page."""
    bases.small_content(case.arena.work / "content")
    case.put("templates/assets/own.css", style)
    command = ("build", "--profile", "beginner", "--parts", what, "--jobs", "1", "--cache", "", "--out", "output")
    built = case.run(*command, *SOON, limits=LIMITS)
    if built.code == 0:
        assert (case.arena.out / "beginner" / "parts.pdf").is_file()
        readers.read_output(case, case.arena.out)


def _css(style: str, what: str = "rules") -> Attack:
    return lambda case, random: show(case, style.encode(), what)


KNOWN: dict[str, Attack] = {
    "letters of 1e9 px": _css("p { font-size: 1e9px }"),
    "a page of no size": _css("@page { size: 0 0 }"),
    "a booklet of no size": _css("@page { size: 0 0 }", "booklet"),
    "a page of a hair's breadth": _css("@page { size: 0.1mm 300mm; margin: 0 }"),
    "a page that is all margin": _css("@page { margin: 1000mm }"),
    "lines of 1e9 px": _css("p { line-height: 1e9px }"),
    "a height of 1e9 px": _css("p { height: 1e9px }"),
    "a padding of 1e6 mm": _css("p { padding: 1e6mm }"),
    "every letter a page": _css("* { break-before: page }"),
    "a million columns": _css("body { columns: 1000000 }"),
    "a grid of 100,000 columns": _css("body { display: grid; grid-template-columns: repeat(100000, 1px) }"),
    "brackets in each other": _css("p { width: " + "(" * 50_000),
    "blocks in each other": _css("a {" * 50_000),
    "calc in calc": _css("p { width: " + "calc(" * 5_000 + "1px" + ")" * 5_000 + " }"),
    "variables of themselves": _css(":root { --a: var(--b); --b: var(--a) } p { width: var(--a) }"),
    "variables that double": _css(
        ":root { --a0: x; "
        + "".join(f"--a{n}: var(--a{n - 1}) var(--a{n - 1}); " for n in range(1, 40))
        + "} p { font-family: var(--a39) }"
    ),
    "an import of itself": _css(
        '@import "own.css"; @import url(file:///etc/passwd); @import "../../../victim/keep.txt";'
    ),
    "a font that is none": _css(
        '@font-face { font-family: "Milebook Sans"; src: url(own.css) } p { font-family: "Milebook Sans" }'
    ),
    "not UTF-8": lambda case, random: show(case, b'@charset "utf-7"; p { content: "\xff\xfe" }'),
}
