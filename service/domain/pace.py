"""How many rows a transaction brings in, so that it holds others up for a short time only."""

# So long may somebody wait who wants to write meanwhile, where the machine allows it.
HELD_SECONDS = 0.1
_LEAST = 50
# A batch may grow by so much at once: one that was fast by chance says little.
_GROWTH = 1.5


class Pace:
    """The size of the next batch, from how long the last ones held the database.

    On a busy machine, or in a large database, the same rows take many times as long as on a quiet
    one; so no fixed number of rows is right.

    Attributes
    ----------
    rows : int
        How many rows the next batch has at most.
    """

    def __init__(self, most: int, least: int = _LEAST) -> None:
        """Begin with the least rows that a batch ever has where more are to come."""
        self._most = most
        self.rows = self._least = min(most, least)

    def took(self, rows: int, seconds: float) -> None:
        """Note how long so many rows held the database."""
        if not rows:
            return
        fitting = int(rows * HELD_SECONDS / max(seconds, 1e-6))
        grown = int(self.rows * _GROWTH) + 1
        self.rows = max(self._least, min(fitting, grown, self._most))
