"""The web process: an application shell, the blind pages of raters and the sighted pages."""
