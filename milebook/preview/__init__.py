"""The site while it is edited."""
