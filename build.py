#!/usr/bin/env python3
"""The `build` command in a clone: `./build.py --profile beginner`.

Runs with any Python it is started with, however old: what it cannot do itself it hands to the Python in .venv.
"""

import os
import signal
import sys

if __name__ == "__main__":  # before all that takes a moment: Ctrl-C is no traceback
    signal.signal(signal.SIGINT, lambda number, _: os._exit(128 + number))
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])  # `elsewhere` blocks it

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARIES = ("click", "jinja2", "markdown", "pydantic", "weasyprint", "yaml")
VENV = os.path.join(HERE, ".venv")


def main():
    import importlib.util

    try:
        if sys.version_info < (3, 11):
            raise ImportError("needs Python 3.11 or newer")
        for library in LIBRARIES:
            if importlib.util.find_spec(library) is None:
                raise ImportError(library)
    except ImportError:
        return elsewhere()
    from milebook.core import interrupts

    interrupts.listen()
    from milebook.cli.build import build

    return build()


def elsewhere():
    """Start again with the Python in .venv; say what to do where there is none or where this is it."""
    python = os.path.join(VENV, *(["Scripts", "python.exe"] if os.name == "nt" else ["bin", "python"]))
    if not os.path.exists(python) or os.path.realpath(sys.prefix) == os.path.realpath(VENV):
        sys.exit("build.py: not set up yet; run `make booklet` (Python 3.11 or newer), or see Set-up in README.md")
    command = [python, os.path.abspath(__file__)] + sys.argv[1:]
    if os.name == "nt":  # exec would give the prompt back before the build is done
        import subprocess

        sys.exit(subprocess.call(command))
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # until it is answered there
    os.execv(python, command)


if __name__ == "__main__":
    main()
