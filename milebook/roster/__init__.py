"""A whole roster: read, and everybody's booklets made."""
