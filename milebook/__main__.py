"""`python -m milebook` is the `milebook` command, and so is `milebook` itself."""

import os
import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # what answers is itself still to be loaded
    signal.signal(signal.SIGINT, lambda number, frame: os._exit(128 + number))

from milebook.core import interrupts  # after Ctrl-C is no traceback


def main() -> None:
    """Load the command line, and run it."""
    interrupts.listen()  # first: what is loaded now takes half a second, in which Ctrl-C is no traceback
    from milebook.cli.main import main as run

    run(prog_name="milebook")


if __name__ == "__main__":
    main()
