"""What makes pages a site: what there is to download, the start page's list, what a browser keeps, a map for search."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from milebook.booklet.views import Booklet, Brand
from milebook.content.models import Profile
from milebook.exports.formats import FORMATS

SUMMARY = "summary.json"
YOURS = "yours"  # the folder of everybody's page, "Make it yours"
NOT_KEPT = (".pdf", f"/{SUMMARY}", "assets/card.png", "sitemap.xml")  # fetched when wanted, or never by a reader


@dataclass(frozen=True)
class Download:
    """A file a page offers: its name, what it is, its kind, its size, and its pages where it has any."""

    file: str
    title: str
    kind: str
    bytes: int
    pages: int = 0

    @property
    def about(self) -> str:
        """`PDF, 26 pages, 320 kB`."""
        pages = f"{self.pages}\u00a0page{'s' * (self.pages > 1)}" if self.pages else ""
        return ", ".join(filter(None, (self.kind, pages, size(self.bytes))))


@dataclass(frozen=True)
class Summary:
    """A profile as the start page shows it. It lies beside the profile's page, for builds that leave that one alone."""

    name: str
    level: str
    race: str
    day: str = ""
    result: str = ""
    mile: str = ""  # in which time
    raced: str = "mile"  # or what else is raced
    weeks: int = 0
    days: int = 0
    is_run: bool = False  # whether the race was over on the day of the build
    downloads: tuple[Download, ...] = ()

    def dump(self) -> bytes:
        """As JSON."""
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()


def size(count: int) -> str:
    """`320 kB`, `1.2 MB`."""
    return f"{count / 1e6:.1f}\u00a0MB" if count >= 999_500 else f"{max(1, round(count / 1000))}\u00a0kB"


def data_files(key: str, files: Mapping[str, bytes]) -> tuple[Download, ...]:
    """What was made of a profile for other programs."""
    made = [(one, files[f"{key}/{one.file}"]) for one in FORMATS if f"{key}/{one.file}" in files]
    return tuple(Download(one.file, one.title, one.kind, len(data)) for one, data in made)


def summarise(view: Booklet, profile: Profile, downloads: tuple[Download, ...], *, is_run: bool = False) -> Summary:
    """A profile for the start page."""
    return Summary(
        name=view.runner.text,
        level=view.level,
        race=view.race.text,
        day=view.race_date.text if view.race_date else "",
        result="".join(map(str, view.paces.result)),
        mile=(view.paces.race or view.paces.mile).text,
        raced=str(view.raced.distance),
        weeks=len(view.weeks),
        days=len(profile.days),
        is_run=is_run,
        downloads=downloads,
    )


def read_summary(data: bytes | None, profile: Profile) -> Summary:
    """What an earlier build said about a profile; what the profile itself says where that cannot be read."""
    try:
        found = json.loads(data or b"")
        downloads = tuple(Download(**entry) for entry in found.pop("downloads"))
        summary = Summary(**found, downloads=downloads)
        if all(isinstance(entry.bytes, int) and isinstance(entry.pages, int) for entry in downloads):
            return summary
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    return Summary(profile.name, profile.level, profile.race.name, days=len(profile.days))


def base_path(site_url: str) -> str:
    """Where the site begins at its host, for the one page that is shown at any address: `/repo/` or `/`."""
    return f"{urlsplit(site_url).path.rstrip('/')}/" if site_url else ""


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of every file."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}


def worker_values(found: Mapping[str, str]) -> dict[str, object]:
    """For the service worker: the files it keeps from the first visit, and a version of all files by their digests."""
    everything = "\n".join(f"{path} {found[path]}" for path in sorted(found))
    kept = [path for path in sorted(found) if not path.endswith(NOT_KEPT)]
    return {"version": hashlib.sha256(everything.encode()).hexdigest()[:16], "files": kept}


def manifest(brand: Brand, language: str) -> bytes:
    """The web manifest: name, icons and colours for the home screen."""
    icons = [
        {"src": f"assets/icon-{side}.png", "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
        for side in (192, 512)
        for purpose in ("any", "maskable")
    ]
    icons.append({"src": "assets/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"})
    data = {
        "name": brand.name,
        "short_name": brand.name[:12].strip(),
        "description": brand.lead,
        "lang": language,
        "start_url": "./index.html",
        "scope": "./",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": icons,
    }
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def sitemap(site_url: str, pages: Iterable[str]) -> bytes:
    """The addresses of all pages for search engines."""
    places = [page.removesuffix("index.html") for page in sorted(pages)]
    lines = "".join(f"  <url><loc>{html.escape(f'{site_url}/{place}')}</loc></url>\n" for place in places)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{lines}</urlset>\n".encode()
