"""milebook: one race result and one date in, a dated plan for the mile out."""

import os

# No other package has a say in our models, and nobody looks through all that is installed for one that might.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

__version__ = "0.1.0"
