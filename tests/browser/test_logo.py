"""A club's logo is seen on the web pages, whatever its shape and whether or not its file says how large it is."""

from __future__ import annotations

import shutil

import pytest
from browsing import CONTENT, TODAY

from milebook import build
from milebook.assembly.request import Request

SHAPES = {"square": (100, 100), "tall": (30, 120), "wide": (300, 30), "very wide": (900, 10)}
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def club(tmp_path_factory):
    """The pages of a club with a logo; a function that gives it another shape."""
    root = tmp_path_factory.mktemp("club")
    content = shutil.copytree(CONTENT, root / "content")

    def shape(width, height):
        box = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        return f'<svg {box}><path d="M0 0h{width}v{height}H0z" fill="#0b5d3b"/></svg>'

    (content / "logo.svg").write_text(shape(1, 1))
    (content / "site.yaml").write_text("name: Club\nlead: We run.\nlanguage: en\nlogo: logo.svg\n")
    request = Request(TODAY, profiles=("beginner",), content=content, out=root / "out", pdf=False)
    build.build(request, lambda *told: None)
    return root / "out", lambda *sides: (root / "out" / "assets" / "logo.svg").write_text(shape(*sides))


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("page", ["index.html", "beginner/index.html"])
def test_a_logo_without_a_size_of_its_own_is_seen_in_its_shape(visit, serve, club, page, viewport):
    out, draw = club
    for width, height in SHAPES.values():
        draw(width, height)
        logo = visit(f"{serve(out).url}{page}", viewport=viewport).locator(".logo")
        box = logo.bounding_box()
        wide = min(box["width"], box["height"] * width / height)  # what object-fit leaves of the box
        assert wide > 12
        assert wide * height / width > 2
        assert max(wide, wide * height / width) > 30
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= viewport["width"]
