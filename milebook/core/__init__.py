"""What everything stands on: errors with their place, characters, interrupts, limits."""
