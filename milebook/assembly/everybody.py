"""The page "Make it yours", its data, and what a page needs after a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from milebook.assembly.profile_files import page_values
from milebook.assembly.request import Request
from milebook.content.library import Library
from milebook.content.loader import search_path
from milebook.content.models import Profile
from milebook.core.errors import (
    ContentError,
    Problem,
)
from milebook.pages.renderer import Renderer
from milebook.printing.engine import without_garbage_collection
from milebook.printing.stamping.master_store import MasterStore, edition_of, fingerprint
from milebook.site import site_files
from milebook.training.planning import Planned

if TYPE_CHECKING:
    from milebook.site.personal import personal_page


def left_out(error: ContentError) -> tuple[Problem, ...]:
    """What in one's own templates everybody's page cannot be made of: that keeps no other page away."""
    hint = "the site is whole but for the page Make it yours, which is left out"
    return tuple(replace(one, hint=f"{one.hint}; {hint}" if one.hint else hint) for one in error.problems)


def makings(library: Library, renderer: Renderer) -> list[personal_page.Making]:
    """What makes everybody's page, of each plan that is offered."""
    from milebook.site.personal import personal_page  # with all it needs, which no single booklet does

    return [
        personal_page.Making(site_files.YOURS, library, renderer, plan) for plan in personal_page.offered_plans(library)
    ]


def pages_and_data(
    library: Library, renderer: Renderer, store: MasterStore | None, request: Request
) -> dict[str, bytes]:
    """Everybody's page of each plan and its data, an earlier build's where nothing they are made of has changed."""
    content = fingerprint(search_path("content", request.content), without="profiles")  # nobody's is in it
    edition = store.edition if store else edition_of(renderer.folders)
    version = sha256(f"{edition} {content}".encode()).hexdigest()[:16]
    files: dict[str, bytes] = {}
    for making in makings(library, renderer):
        page = making.page(page_values(making.view, (), request.site_url), version)
        name = sha256(f"{content} {making.plan_key}".encode()).hexdigest()
        data = store.data(name) if store else None
        if data is None:
            with without_garbage_collection():
                data = making.dump()
            if store:
                store.keep_data(name, data)
        files |= {
            f"{site_files.YOURS}/{making.page_name}": page.encode(),
            f"{site_files.YOURS}/{making.data_name}": data,
        }
    return files


def after_trials(
    library: Library, renderer: Renderer, profiles: Mapping[str, Profile], plans: Mapping[str, Planned], today: date
) -> dict[str, bytes]:
    """What the pages need to show the sessions after a trial at its paces, once it is run."""
    from milebook.site.personal import trial_pages  # with all it needs, which no single booklet does

    found = {
        f"{key}/{trial_pages.DATA}": trial_pages.dump(key, library, renderer, profiles[key], planned, today)
        for key, planned in plans.items()
    }
    return {name: data for name, data in found.items() if data}
