"""All that a rater may cause; nothing here can reach a sighted use case."""
