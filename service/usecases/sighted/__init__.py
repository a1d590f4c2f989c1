"""Everything but rating: it may know names."""
