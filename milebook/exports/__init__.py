"""One file for each format a plan leaves in."""
