"""A result and a date -> dated sessions."""
