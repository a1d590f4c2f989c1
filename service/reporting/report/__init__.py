"""A report as one file that needs nothing else: its words, its style, its page."""
