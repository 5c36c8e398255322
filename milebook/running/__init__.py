"""What is known of running without a plan: distances, times, paces, courses, results, and how people write them."""
