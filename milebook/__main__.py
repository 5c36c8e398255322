"""`python -m milebook` is the `milebook` command."""

from milebook.cli import main

main()
