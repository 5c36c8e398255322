"""`python -m milebook` is the `milebook` command, and so is `milebook` itself."""

from milebook import interrupts


def main() -> None:
    """Load the command line, and run it."""
    interrupts.listen()  # first: what is loaded now takes half a second, in which Ctrl-C is no traceback
    from milebook.cli import main as run

    run(prog_name="milebook")


if __name__ == "__main__":
    main()
