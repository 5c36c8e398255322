"""The same booklets by other ways: a loop of full layouts, headless Chromium, Typst; and a master by itself.

Each is a process of its own.

    python rivals.py prepare FOLDER ROSTER     what the others are fed with: each athlete's HTML and view as JSON
    python rivals.py weasyprint FOLDER COUNT   plain WeasyPrint, one full layout after the other
    python rivals.py chromium FOLDER COUNT     one browser, one page after the other printed to PDF
    python rivals.py typst FOLDER COUNT        one Typst compiler for each core, kept for all of its athletes
    python rivals.py master FOLDER COUNT         a master is made of the last athlete's page and kept
    python rivals.py stamped FOLDER COUNT      booklets from the kept master, fed as the others are

A rival is given what `prepare` made, so that planning, and filling our templates, is not counted against it. PDFs go
to FOLDER/<rival>/.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TEMPLATES = (HERE.parent / "templates",)
TODAY = date(2026, 11, 24)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def prepare(folder: Path, roster_file: Path) -> None:
    """Write each athlete's page and view."""
    from milebook.booklet import composition
    from milebook.content.loader import load, search_path
    from milebook.pages.renderer import Renderer
    from milebook.printing import products
    from milebook.roster import reader
    from milebook.training import planning

    library, renderer = load(), Renderer(search_path("templates", None))
    found = reader.read(roster_file, library.profiles["beginner"], lambda profile: None)
    for number, athlete in enumerate(found.athletes):
        profile = athlete.profile
        view = composition.compose("x", library, profile, *planning.plan_profile(library, profile, TODAY))
        html = products.render(products.PRODUCTS["booklet"], view, renderer)
        (folder / f"{number}.html").write_text(html, "utf-8")
        (folder / f"{number}.json").write_text(json.dumps(as_data(view), ensure_ascii=False), "utf-8")


LINES = {"before", "main", "after", "what", "result", "note"}  # of a view: lines of text and values


def as_data(view: Any) -> dict[str, Any]:
    """A view as plain values; values read as they are printed, lines as one text, Markdown in blocks or bare."""
    from milebook.booklet.session_text import in_full

    data: dict[str, Any] = plain(view)
    for page in data["prose"].values():
        page["body"] = blocks(page["body"])
    for note in data["sessions"]:
        note["recipe"] = [as_line(line) for line in note["recipe"]]
    for week, page in zip(data["weeks"], view.weeks, strict=True):
        for day, shown in zip(week["days"], page.days, strict=True):
            day["main"] = "; ".join(as_line(plain(in_full(part))) for part in shown.main)
    return data


def plain(value: Any) -> Any:
    """Values, dataclasses and tuples as JSON has them."""
    from milebook.booklet.fields import Field

    if isinstance(value, Field):
        return value.text
    if is_dataclass(value):
        named = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {
            name: as_line(item) if name in LINES and isinstance(item, list) else item for name, item in named.items()
        }
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value.replace("**", "").replace("_", "") if isinstance(value, str) else value


def as_line(line: list[Any]) -> Any:
    """A line of text and values as one text; what is no line stays."""
    return "".join(line) if all(isinstance(piece, str) for piece in line) else line


def blocks(markdown: str) -> list[dict[str, str]]:
    """Headings, items and paragraphs of a page; their own marks are left out."""
    found = []
    for part in re.split(r"\n\s*\n|\n(?=[-*] |\d\. )", markdown.strip()):
        text = " ".join(re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", part).replace("*", "").split())
        kind = "h" if text.startswith("#") else "li" if re.match(r"- |\d\. ", text) else "p"
        found.append({"kind": kind, "text": re.sub(r"^(#+|-|\d\.) ", "", text)})
    return found


# ---------------------------------------------------------------- the rivals


def weasyprint(folder: Path, count: int) -> None:
    """Full layouts by WeasyPrint as it comes, with the tags the booklet has."""
    from weasyprint import HTML

    base = (HERE.parent / "templates").as_uri() + "/"
    for number in range(count):
        html = HTML(string=(folder / f"{number}.html").read_text("utf-8"), base_url=base)
        html.write_pdf(folder / "weasyprint" / f"{number}.pdf", pdf_variant="pdf/ua-1")


def chromium(folder: Path, count: int) -> None:
    """One headless browser; its PDFs are tagged by default."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)))
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    assets = folder / "assets"
    if not assets.exists():
        shutil.copytree(HERE.parent / "templates" / "assets", assets)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*root, "--disable-gpu"])
        page = browser.new_page()
        for number in range(count):
            page.goto((folder / f"{number}.html").as_uri())
            out = folder / "chromium" / f"{number}.pdf"
            page.pdf(path=out, prefer_css_page_size=True, print_background=True, tagged=True)
        browser.close()


def typst(folder: Path, count: int) -> None:
    """Typst with a compiler for each core: it keeps what one athlete's document has in common with the next one's."""
    with multiprocessing.get_context("spawn").Pool(min(count, os.cpu_count() or 1), _begin_typst) as pool:
        for _ in pool.imap_unordered(_typst_one, [(folder, number) for number in range(count)], chunksize=4):
            pass


def _begin_typst() -> None:
    global _compiler
    import typst as library

    fonts = library.Fonts(False, False, [HERE.parent / "templates" / "assets" / "fonts"])
    _compiler = library.Compiler(str(HERE / "typst" / "booklet.typ"), root=str(HERE), font_paths=fonts)


_compiler: Any = None


def _typst_one(task: tuple[Path, int]) -> None:
    folder, number = task
    data = (folder / f"{number}.json").read_text("utf-8")
    out = folder / "typst" / f"{number}.pdf"
    _compiler.compile(output=str(out), sys_inputs={"data": data}, pdf_standards="ua-1", timestamp=0)


def master(folder: Path, count: int) -> None:
    """A master, kept as a build keeps it."""
    from milebook.printing.stamping import master_builder
    from milebook.printing.stamping.master_store import MasterStore, edition_of, name_of

    made = master_builder.make((folder / f"{count - 1}.html").read_text("utf-8"), TEMPLATES)
    MasterStore(folder / "form", edition_of(TEMPLATES)).keep(made, name_of(made))


def stamped(folder: Path, count: int) -> None:
    """Booklets from the master: what a build does once it has the page."""
    from milebook.printing.stamping.master_store import MasterStore, edition_of
    from milebook.printing.stamping.masters import read
    from milebook.printing.stamping.stamper import Stamper

    store, stamper = MasterStore(folder / "form", edition_of(TEMPLATES)), None
    for number in range(count):
        sheet = read((folder / f"{number}.html").read_text("utf-8"))
        stamper = stamper or next(Stamper(kept, name) for name, kept in store.masters(sheet.skeleton))
        (folder / "stamped" / f"{number}.pdf").write_bytes(stamper.stamp(sheet))


RIVALS: dict[str, Callable[[Path, int], None]] = {
    "weasyprint": weasyprint,
    "chromium": chromium,
    "typst": typst,
    "form": master,
    "stamped": stamped,
}

if __name__ == "__main__":
    what, folder, last = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    if what == "prepare":
        prepare(folder, Path(last))
    else:
        (folder / what).mkdir(exist_ok=True)
        RIVALS[what](folder, int(last))
