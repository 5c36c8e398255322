"""What every page shows of a runner's plan, as plain values and words."""
