"""Has completions made: what is asked, under which limits, and what became of it."""
