"""The first-run study: twelve articles written for this project and given to all (CC0)."""
