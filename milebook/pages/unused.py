"""Templates, styles and scripts that no page uses: told, as content that is not read is.

A section that is not in the list, a template with a slip in its name, a style sheet in the wrong folder would otherwise
change nothing, and nobody would know why.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath

from milebook.content.yaml_file import shown
from milebook.core.errors import ContentError, Problem, closest
from milebook.pages.renderer import SECTION_LIST, Renderer

FILLED = frozenset(  # the templates that a build fills by their names; all others are included by these
    {
        *("booklet.html.j2", "wall-plan.html.j2", "race-card.html.j2", "strides.html.j2", "group.html.j2"),
        *("page.html.j2", "yours.html.j2", "index.html.j2", "404.html.j2", "athletes.html.j2", "section.html.j2"),
        *("facts.html.j2", "brand.css.j2", "sw.js.j2", SECTION_LIST),
    }
)
BY_PAPER = frozenset({"assets/a4.css", "assets/letter.css"})  # whose names the templates put together
OUR_SECTIONS = frozenset(  # which a list of one's own may leave out
    {
        *("cover", "contents", "glance", "how-to", "paces", "weeks", "after", "sessions", "tables", "laps", "advice"),
        *("first-reps", "not-normal", "sample-week", "find-race"),
        *("race-day", "strides", "warm-up", "time-trial", "rules", "story", "sources", "spare"),
    }
)
SECTIONS, ENDING = "sections/", ".html.j2"
PRINT, WEB = "assets/", "assets/web/"
PUT_TO_USE = (".j2", ".jinja", ".jinja2", ".html", ".css", ".js")  # what somebody meant to be used
LARGEST = 1_000_000  # bytes of a file in which names are looked for


def refuse_unused(renderer: Renderer) -> None:
    """Raise ContentError with every template, style sheet and script that no page uses."""
    if problems := tuple(find_unused(renderer)):
        raise ContentError(problems)


def find_unused(renderer: Renderer) -> Iterator[Problem]:
    """A problem for each of them, with what it may have been meant to be."""
    files = _files_of(renderer)
    texts = _texts_by_folder(files)
    sections = OUR_SECTIONS | set(renderer.section_order())
    own = renderer.folders[0]  # what comes with milebook may be left out by what is put in its place
    unused = [name for name in files if files[name].is_relative_to(own) and not _is_used(name, texts, sections)]
    known = FILLED | (files.keys() - set(unused))
    for name in unused:
        yield Problem(shown(files[name]), 0, 0, "no page uses it", _hint(name, known))


def _files_of(renderer: Renderer) -> dict[str, Path]:
    """Templates, styles and scripts by their place in the folder of templates; the first folder wins."""
    found: dict[str, Path] = {}
    for folder in renderer.folders:
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder)
            if path.suffix in PUT_TO_USE and not any(part.startswith(".") for part in place.parts):
                found.setdefault(place.as_posix(), path)
    return found


def _texts_by_folder(files: Mapping[str, Path]) -> dict[str, str]:
    """What stands in the files, those of a folder together; names are looked for in it."""
    texts: dict[str, str] = {}
    for name, path in files.items():
        with contextlib.suppress(OSError):  # which is told where the file is filled or sent
            if path.stat().st_size <= LARGEST:
                folder = PurePosixPath(name).parent.as_posix()
                texts[folder] = texts.get(folder, "") + path.read_text("utf-8", errors="replace")
    return texts


def _is_used(name: str, texts: Mapping[str, str], sections: Collection[str]) -> bool:
    """Whether a build fills it by its name, or a page or another file names it."""
    if name in FILLED | BY_PAPER:
        return True
    if name.startswith(SECTIONS) and name.removeprefix(SECTIONS).removesuffix(ENDING) in sections:
        return name.endswith(ENDING)
    place = PurePosixPath(name)
    folder = place.parent.as_posix()
    marks = [f'"{name}"', f"'{name}'"]
    if name.startswith(WEB):
        marks = [f"}}{name.replace(WEB, PRINT, 1)}"]  # as in {{ root }}assets/site.css
    elif not name.startswith(PRINT) and folder not in (".", "sections"):
        marks += [f'"{folder}/" ~']  # as in {% include "pictures/" ~ kind ~ ".svg.j2" %}
    is_beside = name.startswith(PRINT) and place.name in texts.get(folder, "")  # @import, or a script's
    is_page = name.startswith(WEB) and name.endswith(".html")  # which may stand by itself
    return is_beside or is_page or any(mark in text for text in texts.values() for mark in marks)


def _hint(name: str, known: Collection[str]) -> str:
    """What the file may have been meant to be, or how it is put to use."""
    bare = {_bare(one): one for one in known}
    if name.startswith(SECTIONS) and name.endswith(ENDING):
        section = name.removeprefix(SECTIONS).removesuffix(ENDING)
        close = closest(section, [one.removeprefix(SECTIONS) for one in bare if one.startswith(SECTIONS)])
        return f"put {section} into the list of sections, {SECTION_LIST}" + (
            f", or did you mean {close}?" * bool(close)
        )
    same = sorted(one for one in known if PurePosixPath(one).name == PurePosixPath(name).name)
    if meant := same or _near(name, known):
        return f"did you mean {' or '.join(meant)}?"
    if name.endswith(".css"):
        return "rules for print go into assets/own.css, those for the web pages into assets/web/own.css"
    if name.endswith(".js"):
        return "name it in a template that is used, or remove it"
    return "include it in a template that is used, or remove it"


def _near(name: str, known: Collection[str]) -> list[str]:
    """The file beside it whose name it may be a slip of."""
    place = PurePosixPath(name)
    beside = {one.name.split(".")[0]: str(one) for one in map(PurePosixPath, known) if one.parent == place.parent}
    return [beside[word] for word in [closest(place.name.split(".")[0], beside)] if word]


def _bare(name: str) -> str:
    """A name without its endings, which many share."""
    place = PurePosixPath(name)
    return (place.parent / place.name.split(".")[0]).as_posix()
