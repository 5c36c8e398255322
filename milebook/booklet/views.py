"""What every page shows, display-ready: one frozen dataclass for each family of pages, no logic."""

from __future__ import annotations

from dataclasses import dataclass

from milebook.booklet.fields import Field, Line, Piece
from milebook.content.vocabulary import Kind, Paper
from milebook.running.courses import Surface
from milebook.running.quantities import Units


@dataclass(frozen=True)
class Origin:
    """Who says so: a person's name, or ours; `source` is a key of the list of sources, empty for our own choice."""

    name: str
    source: str

    @property
    def ours(self) -> bool:
        """Whether it is our own editorial choice."""
        return not self.source


@dataclass(frozen=True)
class PaceRow:
    """One training pace."""

    name: str
    pace: Field
    lap: Field
    step: int
    use: str
    rule: str


@dataclass(frozen=True)
class EquivalentRow:
    """One equivalent race time."""

    name: str
    time: Field
    range: Field


@dataclass(frozen=True)
class Paces:
    """Your paces and how sure we are; `race` is the time of a race that is no mile, with its range."""

    result: Line
    mile: Field
    said: Field
    low_high: Field
    confidence: Field
    reason: Field
    models: Field
    race: Field | None
    race_range: Field | None
    per: str
    rows: tuple[PaceRow, ...]
    equivalents: tuple[EquivalentRow, ...]


@dataclass(frozen=True)
class Rep:
    """The repetitions of a session: what, in what time, with which rest.

    Repetitions by time have a pace instead, and mostly `about`, how far that is. What is no repetition, such as easy
    running between two of them, has `what` alone.
    """

    what: Line
    target: Field | None = None
    low_high: Field | None = None
    pace: Line = ()
    about: Field | None = None
    recovery: Line = ()
    effort: str = ""
    article: str = ""
    verdict: Field | None = None


@dataclass(frozen=True)
class Day:
    """One day of a week; `race` is the race's own name on the day of the race, in place of the title.

    `in_all` is how long a session of several parts takes.
    """

    weekday: str
    date: Field | None
    kind: Kind
    kind_name: str
    title: str
    key: str
    before: Line
    main: tuple[Rep, ...]
    after: Line
    effort: str
    total: Field | None
    note: str
    brief: tuple[tuple[Line, Line], ...]
    race: Field | None = None
    in_all: Field | None = None


@dataclass(frozen=True)
class WeekPage:
    """One page a week; a `wordy` one has longer lines than others, about running and walking."""

    number: int
    of: int
    title: str
    purpose: str
    dates: Field | None
    total: Field
    time: Field
    hard: int
    runs: int
    active: int
    days: tuple[Day, ...]
    wordy: bool = False


@dataclass(frozen=True)
class Bar:
    """A week's bar in the picture of the volume: its total, and shares of the largest bar, 0 to 1."""

    number: int
    total: Field
    share: Field
    limit: Field | None


@dataclass(frozen=True)
class Point:
    """A place in a picture, in metres (of a stride: metres and per cent)."""

    x: float
    y: float


@dataclass(frozen=True)
class TrackMark:
    """A place on the track: where its line begins and ends, across the lanes."""

    key: str
    name: str
    inner: Point
    outer: Point


@dataclass(frozen=True)
class Track:
    """A track in metres of one of 400 m: `lanes` are the radii of its lines, `run` the way from start to finish line.

    `shape` says so where it is drawn in another shape than it may have.
    """

    half_straight: float
    lanes: tuple[float, ...]
    alt: str
    shape: str
    marks: tuple[TrackMark, ...]
    run: tuple[Point, ...]


@dataclass(frozen=True)
class Stride:
    """Effort over a stride: a curve of metres and per cent, phases as (name, from, to, how far)."""

    length: float
    low: float
    high: float
    curve: tuple[Point, ...]
    phases: tuple[tuple[str, float, float, str], ...]


@dataclass(frozen=True)
class Qr:
    """A QR code: dark rectangles (x, y, width), one high, on a square of `size`."""

    address: str
    size: int
    rows: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Brand:
    """Whose booklet it is: the club, its colour (`accent_night` is for the web page in the dark) and its address.

    `logo` is a `data:` address, `logo_file` the same picture among the web page's files.
    """

    name: str
    lead: str
    contact: str
    url: str
    accent: str
    accent_night: str
    logo: str
    logo_file: str
    qr: Qr | None


@dataclass(frozen=True)
class SessionNote:
    """A session explained."""

    key: str
    title: str
    kind: Kind
    kind_name: str
    why: str
    choice: str
    origin: Origin
    effort: str
    weeks: str
    recipe: tuple[Line, ...]
    reps: tuple[Rep, ...]


@dataclass(frozen=True)
class RepTimes:
    """Times for common repetitions at each pace."""

    paces: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Field, ...]], ...]


@dataclass(frozen=True)
class TrialTimes:
    """What a mile trial means for the sessions after it: a row for each time around the one expected.

    `heads` name what stands in a row after the trial's own time; `laps` are the clocks at the end of each lap but the
    last of an even mile in `expected`.
    """

    expected: Field
    laps: Line

    heads: tuple[str, ...]
    rows: tuple[tuple[Field, tuple[Field, ...]], ...]


@dataclass(frozen=True)
class RaceSplits:
    """Even splits of the goal; `quarters` are those that are no mark of the rows."""

    rows: tuple[tuple[str, Field], ...]
    quarters: tuple[tuple[str, Field], ...]


@dataclass(frozen=True)
class Raced:
    """What is raced and where, in words: `distance` as in "the mile", `one` as in "race a mile".

    `line` and `part` head the columns of a lap card, `each` is what stands small on the wrist band; `laps` says how
    long they are, `start` where one starts, `table` which marks to go by. `is_usual` is the mile on a 400 m track.
    """

    distance: Piece
    one: Piece
    is_mile: bool
    is_usual: bool
    where: str
    line: str
    part: str
    each: str
    laps: str
    start: str
    table: str


@dataclass(frozen=True)
class LapShape:
    """Pace of each lap or quarter against even pace: (number, per cent, its size as text); more is slower.

    `alt` says it in words.
    """

    laps: tuple[tuple[int, float, str], ...]
    alt: str


@dataclass(frozen=True)
class LapCard:
    """A way of running the mile: (mark, lap time, clock) for each lap, (mark, clock) for every mark on the way.

    `by_laps`: whether each lap is watched; else the first and the finish are to stand out.
    """

    name: str
    key: str
    summary: str
    origin: Origin
    rows: tuple[tuple[str, Field, Field], ...]
    marks: tuple[tuple[str, Field], ...]
    shape: LapShape
    by_laps: bool = True


@dataclass(frozen=True)
class Around:
    """Lap clocks of races around the goal, the finish left out, of many laps every second one."""

    heads: tuple[Field, ...]
    rows: tuple[tuple[str, tuple[Field, ...]], ...]


@dataclass(frozen=True)
class Advice:
    """A voice and its tips: (title, text in Markdown, origin where it differs)."""

    key: str
    title: str
    lead: str
    origin: Origin
    role: str
    approach: str
    tips: tuple[tuple[str, str, Origin | None], ...]


@dataclass(frozen=True)
class Card:
    """A checklist: groups of (text in Markdown, origin where it differs)."""

    key: str
    title: str
    lead: str
    origin: Origin
    groups: tuple[tuple[str, tuple[tuple[str, Origin | None], ...]], ...]


@dataclass(frozen=True)
class Prose:
    """A page of Markdown."""

    key: str
    title: str
    body: str
    origin: Origin


@dataclass(frozen=True)
class SourceLine:
    """One source of the list."""

    key: str
    number: int
    title: str
    authors: str
    published: str
    where: str
    note: str
    url: str


@dataclass(frozen=True)
class Booklet:
    """Everything one runner's booklet or page shows; `fullest` is the place in `weeks` of the one with most to do."""

    key: str
    brand: Brand
    language: str
    runner: Field
    level: str
    race: Field
    race_date: Field | None
    first_day: Field | None
    long_race: bool
    long_runner: bool
    surface: Surface
    raced: Raced
    paper: Paper
    units: Units
    plan: str
    plan_key: str
    plan_lead: str
    plan_choice: str
    plan_origin: Origin
    note: Line
    trial_is_run: bool
    goal: Field
    goal_is_own: bool
    paces: Paces
    weekdays: tuple[str, ...]
    weeks: tuple[WeekPage, ...]
    fullest: int
    bars: tuple[Bar, ...]
    ramp: str
    road_unit: str
    kinds: tuple[tuple[Kind, str, str], ...]
    after: tuple[Day, ...]
    sessions: tuple[SessionNote, ...]
    rep_times: RepTimes
    trial_times: TrialTimes
    race_splits: RaceSplits
    around: Around
    lap_cards: tuple[LapCard, ...]
    race_card: LapCard
    track: Track
    race_track: Track | None
    stride: Stride
    advice: dict[str, Advice]
    cards: dict[str, Card]
    prose: dict[str, Prose]
    sources: tuple[SourceLine, ...]
