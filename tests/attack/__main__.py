"""`python -m attack`, with tests/ on the path: see `campaign`."""

import sys

from attack.campaign import main

if __name__ == "__main__":
    sys.exit(main())
