"""A page laid out once, with places for values: made, kept, and filled for other runners."""
