"""What a build and a check have in common: who is asked for, planned, and put together to files."""
