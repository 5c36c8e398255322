"""What a form asks: the column that a question is of, by the words that it carries.

A question is read where every word of it is known and one column alone fits. `Which days can you train?` is of the
days; in `Which days can you not train?` one word more says otherwise, and so it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LONGEST_QUESTION = 120  # characters of one that is read
_ASKING = frozenset(
    (
        *("who", "what", "whats", "which", "when", "whens", "where", "how", "why", "do", "does", "did", "are", "is"),
        *("was", "were", "can", "could", "will", "would", "have", "has", "should", "on", "in", "for"),
    )
)
_FILLERS = "what the your you please of a for my that enter s"


@dataclass(frozen=True)
class _Question:
    """A column, what a question of it must have, and which words else."""

    column: str
    must: re.Pattern[str]
    words: frozenset[str]


def _of(column: str, must: str, words: str) -> _Question:
    return _Question(column, re.compile(must), frozenset(f"{_FILLERS} {words}".split()))


_RUN_LATELY = "most recent last latest race run ran result"
_QUESTIONS: Sequence[_Question] = (
    _of(
        "name",
        r"^(?!.*\b(?:first|last)\b).*\bname\b|\bfirst (?:and )?last name\b|\blast (?:and )?first name\b",
        "is full whole name first last and athlete athletes runner runners",
    ),
    _of("first name", r"\b(?:first|given) name\b", "is first given name athlete athletes runner runners"),
    _of("last name", r"\b(?:last|family) name\b|\bsurname\b", "is last family name surname athlete athletes runners"),
    _of("id", r"\bbib\b", "is bib number race"),
    _of("distance", r"\bhow far (?:was|did)\b|\bdistance\b", f"how far was did which distance raced {_RUN_LATELY}"),
    # `What time was your race?` may ask for the time of day
    _of(
        "time",
        r"^(?!.*\b(?:what|which) time\b).*\b(?:time|pb|pr|best|record)\b",
        f"was time pb pr best personal record finish finishing fastest in it over {_RUN_LATELY}",
    ),
    _of(
        "time",
        r"^(?!.*\b(?:what|which) time\b).*\b(?:time|pb|pr|best|record)\b",
        "is time pb pr best personal record fastest current recent most over",
    ),
    _of(
        "result date",
        r"^(?=.*\b(?:when|date)\b)(?=.*\b(?:recent|last|latest|did)\b)(?=.*\b(?:race|result|time|it)\b)",
        f"when was did date on it time set {_RUN_LATELY}",
    ),
    _of(
        "race date",
        r"^(?=.*\b(?:when|date|day)\b)(?=.*\brace\b)",
        "when is will be which date day on race next goal target upcoming",
    ),
    _of(
        "days",
        r"^(?!.*\bhow\b).*\bdays\b",
        "which days on per each week wk can do could will are be able available would to train training run running",
    ),
    _of(
        "days",
        r"\bhow many days\b",
        "how many days per each week can could do will want to train training would like plan",
    ),
    _of(
        "level",
        r"\b(?:experience|experienced|level)\b",
        "how is are much do have running runner experience experienced level as an which fitness current at with",
    ),
    _of("goal", r"\b(?:goal|target)\b", "is goal target time do have in mile"),
    _of(
        "units",
        r"\bunits\b|\b(?:miles|km|kilometers|kilometres|metric|imperial) or (?:miles|km|kilomet|metric|imper)",
        "which units miles km kilometers kilometres metric imperial or do prefer use want would like in should be plan",
    ),
    _of("group", r"\b(?:group|squad|team)\b", "which is are do in on with belong to train training group squad team"),
)

# What a question may speak of that is not read: a word of it, and the columns that it may be of.
_SPOKEN: Mapping[str, tuple[str, ...]] = {
    "far": ("distance",),
    "when": ("result date", "race date"),
    **dict.fromkeys(("date", "dates"), ("result date", "race date")),
    **dict.fromkeys(("fast", "pbs", "prs", "pb", "pr", "times"), ("time",)),
    **dict.fromkeys(("experience", "experienced", "beginner", "levels"), ("level",)),
    **dict.fromkeys(("goals", "targets"), ("goal",)),
    **dict.fromkeys(("weekday", "weekdays"), ("days",)),
    **dict.fromkeys(("kilometers", "kilometres", "metric", "imperial"), ("units",)),
}
_TOLD = frozenset(("name", "distance", "time", "race date", "result date", "days", "level", "goal", "units", "group"))


def words_of(text: str) -> list[str]:
    """The words of a question: small, without signs; `What's` is `what is`."""
    plain = re.sub("[\u2019\u2018\u02bc`]", "'", text[: LONGEST_QUESTION + 1].casefold())
    return re.findall(r"[^\W_]+", re.sub(r"\b(what|when|who|which)'s\b", r"\1 is", plain))


def is_question(text: str) -> bool:
    """Whether a heading asks something; masters leave the mark away."""
    words = words_of(text)
    return "?" in text or (len(words) > 2 and words[0] in _ASKING)


def column_asked(text: str) -> str:
    """The column that a question, or a phrase of the same words, is of; empty where none fits, or several."""
    words = words_of(text)
    if not words or len(text) > LONGEST_QUESTION:
        return ""
    joined, every = " ".join(words), set(words)
    fitting = {one.column for one in _QUESTIONS if every <= one.words and one.must.search(joined)}
    return fitting.pop() if len(fitting) == 1 else ""


def spoken_of(text: str, headings: Mapping[str, str]) -> list[str]:
    """The columns that a question speaks of, by single words; `headings` says which word is a column's."""
    words = words_of(text)
    found = [column for word in words for column in _SPOKEN.get(word, _by_heading(word, headings))]
    if "when" in words:  # of the race that it names
        found = [column for column in found if column in ("result date", "race date")]
    return list(dict.fromkeys(found))


def _by_heading(word: str, headings: Mapping[str, str]) -> Iterable[str]:
    column = headings.get(word, "") if len(word) > 3 else ""
    return (column,) if column in _TOLD else ()
