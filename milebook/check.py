"""The whole check on one screen: everything is read, planned and filled, every link followed; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping

from milebook.assembly.everybody import left_out, makings
from milebook.assembly.plans import plan_all, races_run
from milebook.assembly.profile_files import page_values
from milebook.assembly.request import Request, choose_profiles
from milebook.assembly.whole_site import around, athletes_values, web_assets
from milebook.booklet import composition, profile_notes
from milebook.content.library import Library
from milebook.content.loader import search_path
from milebook.content.models import Profile
from milebook.core.errors import (
    ContentError,
    Problem,
)
from milebook.exports import formats
from milebook.pages.renderer import Renderer
from milebook.pages.unused import refuse_unused
from milebook.printing import products
from milebook.site import link_check, site_files
from milebook.training.planning import Planned
from milebook.training.promises import read_content


def check(request: Request) -> tuple[Library, tuple[Problem, ...]]:
    """Read and validate everything, plan every profile, fill every template, follow every link; write nothing.

    Returns the content, and what is no mistake but may not be expected. Raises ContentError.
    """
    library = read_content(request.content)
    renderer = Renderer(search_path("templates", request.templates))
    refuse_unused(renderer)
    chosen = choose_profiles(library, request)
    pages: dict[str, str] = {}
    plans = plan_all(library, chosen, request)
    _check_rosters(library, chosen, plans, renderer)
    for key, planned in plans.items():
        view = composition.compose(key, library, chosen[key], *planned)
        for product in products.PRODUCTS.values():
            products.render(product, view, renderer)
        pages[f"{key}/index.html"] = renderer.render("page.html.j2", page_values(view, (), ""))
    yours = makings(library, renderer)
    for one in yours:
        pages[f"{site_files.YOURS}/{one.page_name}"] = one.page(page_values(one.view, (), request.site_url), "")
    summaries = {key: site_files.read_summary(None, profile) for key, profile in library.profiles.items()}
    about_all = around(library, summaries, {}, renderer, request)
    pages |= {path: data.decode() for path, data in about_all.items() if path.endswith(".html")}
    offered = (*formats.BY_FILE, *(f"{name}.pdf" for name in products.PRODUCTS))
    own = [f"{site_files.YOURS}/{name}" for one in yours for name in (one.page_name, one.data_name)]
    files = {*web_assets(library, renderer), *about_all, *own, *(f"{key}/{name}" for key in chosen for name in offered)}
    if problems := tuple(link_check.broken(pages, files)):
        raise ContentError(problems)
    notes = (*races_run(library, request), *profile_notes.of_all(library, chosen, plans, request.today, ()))
    try:
        for one in yours:
            one.check()
    except ContentError as error:
        return library, (*notes, *left_out(error))
    return library, notes


def _check_rosters(
    library: Library, profiles: Mapping[str, Profile], plans: Mapping[str, Planned], renderer: Renderer
) -> None:
    """Fill the templates that only a roster needs. Raises ContentError."""
    from milebook.booklet import track_sheets  # which no build needs

    brand, language = composition.compose_brand(library), library.site.language
    members = [
        track_sheets.Member(profiles[key].name, key, profiles[key].race.name, schedule)
        for key, (_, schedule) in plans.items()
    ]
    renderer.render("group.html.j2", {"sheets": track_sheets.compose("Everybody", members, "a4", brand, language)})
    listed = [(member.name, "", member.key) for member in members]
    renderer.render("athletes.html.j2", athletes_values(brand, language, listed))
