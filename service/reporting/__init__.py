"""Words and charts from typed results, for pages and commands; it computes nothing."""
