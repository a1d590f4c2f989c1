"""Judges: models that say which of two texts is better, what calibrates them and measures them."""
