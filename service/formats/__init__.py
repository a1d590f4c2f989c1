"""Files in, files out: readers of prompts, completions, votes and studies; exports."""
