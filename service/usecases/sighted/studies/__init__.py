"""Runs studies: apply, open, close, bring in and take out."""
