"""milebook: one race result and one date in, a dated plan for the mile out."""

__version__ = "0.1.0"
