"""What makes pages a site: the page that is not there, the map, the manifest and the worker that keep it offline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from milebook.render import Renderer
from milebook.views import Brand

KEPT_OFFLINE = (".html", ".css", ".js", ".woff2", ".svg", ".png", ".webmanifest", ".json", ".csv")  # PDFs when fetched


def around(
    files: Mapping[str, bytes], brand: Brand, language: str, renderer: Renderer, site_url: str
) -> dict[str, bytes]:
    """The files that belong to all pages. `files` are those of the site, also those that earlier builds left."""
    pages = [path for path in files if path.endswith("index.html")]
    values = {"brand": brand, "language": language, "site_url": site_url}
    made = {
        "404.html": renderer.render("404.html.j2", values | {"root": f"{urlsplit(site_url).path}/"}).encode(),
        "manifest.webmanifest": _manifest(brand, language),
    }
    if site_url:
        made["sitemap.xml"] = renderer.render("sitemap.xml.j2", {"site_url": site_url, "pages": sorted(pages)}).encode()
    kept = sorted({path for path in (*files, *made) if path.endswith(KEPT_OFFLINE) and path != "404.html"})
    made["sw.js"] = _worker(kept, {**files, **made}, renderer)
    return made


def _manifest(brand: Brand, language: str) -> bytes:
    """A web manifest: what the site is called and looks like on a phone's home screen. Its addresses are relative."""
    icons: list[dict[str, Any]] = [
        {"src": "assets/icon.svg", "type": "image/svg+xml", "sizes": "any"},
        {"src": "assets/icon-192.png", "type": "image/png", "sizes": "192x192"},
        {"src": "assets/icon-512.png", "type": "image/png", "sizes": "512x512"},
    ]
    manifest = {
        "name": brand.name,
        "short_name": brand.name[:12],
        "description": brand.lead,
        "lang": language,
        "start_url": "./index.html",
        "scope": "./",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": brand.accent,
        "icons": icons,
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()


def _worker(kept: list[str], files: Mapping[str, bytes], renderer: Renderer) -> bytes:
    """The service worker: its version is a hash of what it keeps, so that every change replaces the whole cache."""
    digest = hashlib.sha256("\n".join(kept).encode())
    for path in kept:
        digest.update(hashlib.sha256(files[path]).digest())
    values = {"version": digest.hexdigest()[:16], "files": json.dumps(kept)}
    return renderer.render("sw.js.j2", values).encode()
