#!/usr/bin/env python3
"""The `build` command in a clone: `./build.py --profile beginner`.

Runs with any Python it is started with, however old: what it cannot do itself it hands to the Python in .venv.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")


def main():
    try:
        if sys.version_info < (3, 11):
            raise ImportError("needs Python 3.11 or newer")
        from milebook.cli import build
    except ImportError as error:
        if (getattr(error, "name", None) or "").split(".")[0] == "milebook":
            raise  # our own mistake, not a missing library
        return elsewhere()
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
    os.execv(python, command)


if __name__ == "__main__":
    main()
