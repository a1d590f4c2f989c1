"""Numbered migrations; they import no models."""
