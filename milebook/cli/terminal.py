"""What the commands say, and how they end: the only place that prints, colours or exits."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from milebook.core import interrupts
from milebook.core.characters import printable
from milebook.core.errors import BuildError, ContentError, MilebookError, QuantityError, Stopped

if TYPE_CHECKING:
    from milebook.core.errors import Problem

F = TypeVar("F", bound=Callable[..., Any])


ENDLESS = re.compile(r"\S{1001,}")  # a path longer than any that a system knows: its beginning and its end are told
PROBLEM = 1  # the exit code


def _color() -> bool | None:
    """Colour where click finds a terminal, never with NO_COLOR."""
    return False if os.environ.get("NO_COLOR") else None


def say(text: str, *, err: bool = False, fg: str | None = None) -> None:
    """Print a text; what a terminal would obey is made visible, and endless words are cut."""
    text = ENDLESS.sub(lambda word: f"{word[0][:100]} ... {word[0][-100:]}", printable(text, keep="\n"))
    click.echo(click.style(text, fg=fg) if fg else text, err=err, color=_color())


def fail(error: MilebookError) -> NoReturn:
    """Say what is wrong, every problem on a line of its own, and end."""
    if isinstance(error, ContentError):
        for problem in error.problems:
            say(str(problem), err=True)
        count = len(error.problems)
        say(f"{count} problem{'s' * (count > 1)}; nothing was written", err=True, fg="red")
    else:
        say(str(error), err=True, fg="red")
    sys.exit(PROBLEM)


def telling_problems(command: F) -> F:
    """Every error a user can mend ends in a message and an exit code, never in a traceback."""

    @functools.wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Stopped as error:
            say(str(error), err=True, fg="yellow")
            sys.exit(interrupts.exit_code())
        except KeyboardInterrupt:
            say("\nAborted!", err=True)
            sys.exit(interrupts.exit_code())
        except MilebookError as error:
            fail(error)
        except QuantityError as error:
            raise click.UsageError(str(error)) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(PROBLEM)
        except OSError as error:
            fail(BuildError(f"{error.filename or 'the system'}: {error.strerror or error}"))

    return told  # type: ignore[return-value]


def tell_notes(notes: Iterable[Problem]) -> None:
    """Say what is right and still worth a word."""
    for note in notes:
        say(f"note: {note}", err=True, fg="yellow")


@contextlib.contextmanager
def only_shown() -> Iterator[None]:
    """Make a message of click printable: it may hold what was typed."""
    try:
        yield
    except click.ClickException as error:
        error.message = printable(error.message, keep="\n")  # type: ignore[misc]  # click means it to be read only
        raise
