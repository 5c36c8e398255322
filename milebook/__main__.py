"""`python -m milebook` is the `milebook` command, and so is `milebook` itself."""

from milebook.interrupts import end_at_once_on_ctrl_c


def main() -> None:
    """Load the command line, and run it."""
    end_at_once_on_ctrl_c()
    from milebook.cli import main as run

    run()


if __name__ == "__main__":
    main()
