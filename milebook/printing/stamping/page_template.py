"""A page of HTML cast once: what all runners of a shape share, with places for their values between.

Filling a page's templates takes longer than stamping a booklet. So the values of one view are followed through the
templates (`variable_values`), and the page is cut at them; other runners' values are put in between. A template that
reads a value instead of showing it makes no mould: its page is filled for each runner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

from milebook.booklet.views import Booklet
from milebook.pages.renderer import Renderer
from milebook.printing.stamping.variable_values import Write, followed, split_view

_PLACE = re.compile(
    r'(?P<before><\w+) data-value="(?P<number>\d+)"'
    r'(?P<after>(?: class="field field-share" [^>]* height="| class="[^>]*>))(?P<text>[^<"]*)'
    r"|\ue000(?P<title>\d+)\ue001.*?\ue002",
    re.DOTALL,
)


@dataclass(frozen=True)
class PageTemplate:
    """A page in pieces: `shared` has one piece more than there are places for values, whose numbers are `order`."""

    shared: tuple[str, ...]
    order: tuple[int, ...]

    def cast(self, values: Sequence[str]) -> str:
        """The page with a runner's values, in the order of `Apart.values`."""
        parts = [self.shared[0]]
        for number, piece in zip(self.order, self.shared[1:], strict=True):
            parts += (str(escape(values[number])), piece)
        return "".join(parts)


def make(view: Booklet, write: Write, renderer: Renderer) -> PageTemplate | None:
    """The mould of a page; None where its templates read values. A view's key must not differ between runners.

    Raises ContentError where a template is wrong.
    """
    told = followed(view, write, renderer)
    if told is None:
        return None
    shared, order, end = [""], [], 0
    for match in _PLACE.finditer(told):
        shared[-1] += told[end : match.start()] + (match["before"] or "") + (match["after"] or "")
        order.append(int(match["number"] or match["title"]))
        shared.append("")
        end = match.end()
    shared[-1] += told[end:]
    mould = PageTemplate(tuple(shared), tuple(order))
    return mould if mould.cast(split_view(view).values) == write(view, renderer) else None
