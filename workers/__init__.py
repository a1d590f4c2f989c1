"""Programs that run beside the web tier: generation, ratings, sweeping."""
