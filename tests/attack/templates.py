"""Own templates: ways out of the sandbox, loops without an end, and shipped templates spoilt."""

from __future__ import annotations

from random import Random

from attack import bases, mutate, readers
from attack.case import Attack, Case
from attack.children import CLONE, Limits

LIMITS = Limits(wall=90, cpu=15)
TOUCH = "open('{victim}/pwned','w').write('x')"
SYSTEM = "touch {victim}/pwned"
ROOTS = (
    *("''", "()", "{}", "[]", "0", "true", "booklet", "booklet.runner", "booklet.weeks", "product", "sections"),
    *("loop", "self"),
    *("range", "dict", "lipsum", "cycler", "joiner", "namespace", "namespace()", "cycler(1)", "caller", "varargs"),
    *("kwargs",),
    *("self.__init__", "booklet.__init__", "booklet.runner.text", "booklet.__class__", "(booklet|field)"),
    *("('%s'|e)", "''|safe"),
)
STEPS = (
    *(".__class__", ".__mro__", ".__base__", ".__subclasses__()", ".__init__", ".__globals__", ".__builtins__"),
    *("['os']", "[0]", "[1]"),
    *("|attr('__class__')", "|attr('__init__')", "|attr('__globals__')", "['__class__']", "['__init__']"),
    *(".gi_frame", ".f_globals"),
    *(".__func__", ".__self__", ".__code__", ".__dict__", ".mro()", "|map(attribute='__class__')|list", "|first"),
    *("|list", "()"),
    *(".environment", "._environment", ".loader", ".searchpath", ".get_source(0, 'x')", ".format", ".format_map"),
    *(".popen('id')",),
    *("._TemplateReference__context", ".eval_ctx", ".parent", ".globals", "|selectattr('x')|list"),
    *("|groupby('__class__')",),
    *(".model_config", ".model_construct()", ".copy", ".__reduce__()", ".__setattr__('name', 'x')", ".clear()"),
    *(".pop()", ".append(1)"),
)


def attack(case: Case, random: Random) -> None:
    """A way that might lead out, or a shipped template that is spoilt."""
    if random.randrange(3):
        text = (
            "{{ " + random.choice(ROOTS) + "".join(random.choice(STEPS) for _ in range(random.randrange(1, 7))) + " }}"
        )
        case.what = text
        fill(case, "sections/rules.html.j2", text)
        return
    folder = CLONE / "templates"
    path = random.choice(sorted(folder.rglob("*.j2")))
    case.what = f"spoilt {path.name}"
    case.put(f"templates/{path.relative_to(folder)}", mutate.spoil(path.read_bytes(), random))
    bases.small_content(case.arena.work / "content")
    case.run("check", limits=LIMITS)
    case.run(*bases.PROFILE_BUILD, limits=LIMITS)


def fill(case: Case, name: str, text: str) -> None:
    """A template of the user's, checked and printed; whatever comes of it, it reaches nothing."""
    bases.small_content(case.arena.work / "content")
    case.put(f"templates/{name}", text.replace("{victim}", str(case.arena.victim)))
    case.run("check", limits=LIMITS)
    command = ("build", "--profile", "beginner", "--parts", "rules", "--jobs", "1", "--cache", "", "--out", "output")
    case.run(*command, limits=LIMITS)
    readers.read_output(case, case.arena.out)


def _rules(text: str) -> Attack:
    return lambda case, random: fill(case, "sections/rules.html.j2", text)


def _refused(text: str) -> Attack:
    """A template that asks for what it must not have."""

    def attempt(case: Case, random: Random) -> None:
        fill(case, "sections/rules.html.j2", text)
        if all(run.code == 0 for run in case.runs):
            case.fail("accepted", "the way out of the sandbox is open", "a template reaches code")

    return attempt


def _own(name: str, text: str) -> Attack:
    return lambda case, random: fill(case, name, text)


_LONG_WAY = (
    "{% for c in ''.__class__.__mro__[1].__subclasses__() %}{% if c.__name__ == 'Popen' %}"
    "{{ c(['touch', '{victim}/pwned']) }}{% endif %}{% endfor %}"
)
_FORMAT = "{{ '{0.__class__.__init__.__globals__}'.format(booklet) }}"
KNOWN: dict[str, Attack] = {
    "cycler's globals": _refused("{{ cycler.__init__.__globals__.os.system('" + SYSTEM + "') }}"),
    "lipsum's globals": _refused("{{ lipsum.__globals__['os'].popen('" + SYSTEM + "').read() }}"),
    "self's globals": _refused("{{ self.__init__.__globals__.__builtins__." + TOUCH + " }}"),
    "all classes": _refused(_LONG_WAY),
    "attr": _refused("{{ (cycler|attr('__init__')|attr('__globals__'))['os'].system('" + SYSTEM + "') }}"),
    "format": _rules(_FORMAT),
    "map's attribute": _rules("{{ [cycler]|map(attribute='__init__.__globals__')|list }}"),
    "a view's class": _refused("{{ booklet.__class__.__init__.__globals__ }}"),
    "the booklet's module": _rules("{{ booklet.__class__.__module__ }}"),
    "a filter's globals": _refused("{{ self._TemplateReference__context.environment.filters.field.__globals__ }}"),
    "another file": _rules("{% include '../../victim/keep.txt' %}"),
    "another file by its whole path": _rules("{% include '{victim}/keep.txt' %}"),
    "a loop without an end": _rules("{% for i in range(10**9) %}x{% endfor %}"),
    "loops in loops": _rules("{% for a in range(9999) %}" * 3 + "{% endfor %}" * 3),
    "a text of 10 GB": _rules("{{ 'a' * 10**10 }}"),
    "a text of 1 GB, slowly": _rules(
        "{% set n = namespace(t='x') %}{% for i in range(30) %}{% set n.t = n.t ~ n.t %}{% endfor %}{{ n.t }}"
    ),
    "a number of many figures": _rules("{{ 9**9**9 }}"),
    "centred": _rules("{{ 'x'|center(10**10) }}"),
    "a wide format": _rules("{{ '%1000000000d'|format(1) }}"),
    "itself": _rules("{% include 'sections/rules.html.j2' %}"),
    "a macro of itself": _rules("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}"),
    "brackets in each other": _rules("{{ " + "(" * 2_000 + "1" + ")" * 2_000 + " }}"),
    "a mistake of division": _rules("{{ 1 / 0 }}"),
    "a mistake of type": _rules("{{ 'a' + 1 }}"),
    "an unknown filter": _rules("{{ 1 | nothing }}"),
    "an endless page": _own("page.html.j2", "{% for i in range(10**9) %}x{% endfor %}"),
    "not UTF-8": lambda case, random: fill(case, "sections/rules.html.j2", "\udcff"),
    "a changed view": _rules("{{ booklet.weeks.append(1) }}{{ booklet.weeks.clear() }}"),
    "a picture of the victim": _rules(
        '<img src="file://{victim}/keep.txt"><img src="../../victim/keep.txt"><object data="file://{victim}/keep.txt"></object>'
    ),
    "an attachment": _rules(
        '<a rel="attachment" href="file://{victim}/keep.txt">x</a><link rel="attachment" href="file://{victim}/keep.txt">'
    ),
}
