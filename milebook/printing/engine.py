"""HTML -> PDF. The print engine is imported inside functions only: it costs half a second."""

from __future__ import annotations

import gc
import logging
import mimetypes
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from milebook.core import debugging
from milebook.core.errors import BuildError, LayoutError, MilebookError
from milebook.runtime import doctor
from milebook.runtime.files import resolved

BASE_URL = "https://milebook.invalid/"  # a name that exists nowhere: every address is answered from our folders


@dataclass(frozen=True)
class Pdf:
    """A printed document: its bytes, its pages, what the print engine complained about and what cannot be read.

    `spare` says how many of the pages are there only to fill the last sheet.
    """

    data: bytes
    pages: int
    warnings: tuple[str, ...]
    spare: int = 0


def engine() -> Any:
    """Import WeasyPrint. Raises BuildError with the install line where Pango cannot be loaded."""
    doctor.ensure_library_path()
    try:
        with redirect_stdout(StringIO()):  # it prints a page of advice before it raises
            import weasyprint
    except Exception as error:  # of another version, or with another library, it may be any
        debugging.show(error)
        raise BuildError(doctor.pango_message()) from error
    return weasyprint


@contextmanager
def failures_told() -> Iterator[None]:
    """Tell whatever the engine raises in a line, by its kind: its text may hold a name. Raises BuildError."""
    try:
        yield
    except MilebookError:
        raise
    except MemoryError:
        raise LayoutError("there is not enough memory (--limit, or the machine's own)") from None
    except OSError as error:
        if error.strerror:  # a full disk, say
            where = error.filename or tempfile.gettempdir()
            raise BuildError(f"the print engine cannot go on in {where}: {error.strerror}") from error
        raise _unexpected(error) from error
    except Exception as error:
        raise _unexpected(error) from error


def _unexpected(error: Exception) -> LayoutError:
    debugging.show(error)
    return LayoutError(f"{type(error).__name__} in the print engine (MILEBOOK_DEBUG=1 shows it whole)")


def find_asset(url: str, folders: Sequence[Path]) -> Path:
    """The file behind an address of a page. Raises ValueError for anything outside the template folders' `assets`."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}/" != BASE_URL:
        raise ValueError(f"{url} is not one of milebook's own files")
    for folder in folders:
        root = resolved(folder / "assets")
        path = resolved(folder / unquote(parts.path).lstrip("/"))
        if path.is_relative_to(root) and path.is_file():
            return path
    raise ValueError(f"{parts.path} is not among the assets")


def fetcher(folders: Sequence[Path]) -> Any:
    """What gets the engine its files: from the folders' `assets` and from nowhere else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fenced(URLFetcher):  # type: ignore[misc]  # the engine has no type stubs
        """Answers from the assets and `data:` only: no network, no other file."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = find_asset(url, folders)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return Fenced(allowed_protocols={"data"})


_DATA = re.compile(r"data:([^,\s'\")]{0,100}),[^\s'\")]{40,}")  # an address that holds what it leads to
LONGEST_WARNING = 500  # characters


def shorten(message: str) -> str:
    """A warning that fits on a screen: a picture in an address is told by its kind and size."""
    short = _DATA.sub(lambda found: f"data:{found[1]},... ({len(found[0]) / 1000:.0f} kB)", message)
    return short if len(short) <= LONGEST_WARNING else f"{short[:LONGEST_WARNING]}..."


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collect what the engine logs."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(shorten(record.getMessage()))

    ear = Ear(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    before = [(logger.propagate, logger.handlers[:]) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [ear], False
    try:
        yield heard
    finally:
        for logger, (propagate, handlers) in zip(loggers, before, strict=True):
            logger.propagate, logger.handlers = propagate, handlers


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """A layout makes many objects and no garbage worth the search; saves about a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


SHEET = 4  # pages on a folded sheet


SPARE = "spare"  # the name, in a style sheet, of the pages that are there to fill the last sheet


def count_spare(pages: Sequence[Any]) -> int:
    """How many pages at the end are named spare."""
    names = [page._page_box.page_type.name for page in pages]
    return next((count for count, name in enumerate(reversed(names)) if name != SPARE), len(names))


def fill_sheets(pages: Sequence[Any]) -> Sequence[Any]:
    """The pages without the spare ones that the last folded sheet has no room for."""
    needed = len(pages) - count_spare(pages)
    return pages if needed == len(pages) else pages[: needed + -needed % SHEET]


def lay_out(html: str, folders: Sequence[Path]) -> Any:
    """A page as the engine's document, its pages filled up. Raises BuildError where the engine cannot run."""
    weasyprint = engine()
    from weasyprint.text.fonts import FontConfiguration

    source = weasyprint.HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher(folders))
    document = source.render(font_config=FontConfiguration())
    return document.copy(fill_sheets(document.pages))


def find_overprints(document: Any) -> Sequence[str]:
    """What cannot be read in a laid-out document. Where another engine's boxes cannot be looked at, it is told."""
    from milebook.printing import legibility  # where something is laid out, not where it is stamped

    try:
        return tuple(legibility.find_overprints(document))
    except Exception as error:
        debugging.show(error)
        return (f"the pages could not be looked at for text over text ({type(error).__name__})",)


def print_pdf(html: str, folders: Sequence[Path]) -> Pdf:
    """Lay out a page and print it as a tagged PDF/UA-1. Raises BuildError where the engine cannot run or fails.

    Of the pages that the style sheet names `spare`, at the end, only as many are kept as the last folded sheet needs.
    """
    with failures_told(), listening() as heard, without_garbage_collection():
        document = lay_out(html, folders)
        heard += find_overprints(document)
        data: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return Pdf(data, len(document.pages), tuple(heard), count_spare(document.pages))
