"""Templates filled, in a sandbox, and what nobody uses of them told."""
