"""Evenhand: blind pairwise comparison of model outputs."""
