"""Turns votes into results: counts, leaderboards, and what stands beside them."""
