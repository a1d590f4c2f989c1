"""What an import did, counted as it goes on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.formats.rows import Note, RowError

MOST_ERRORS_KEPT = 100


@dataclass
class Imported:
    """Rows by what became of them, and what somebody should know.

    `unchanged` were there already; `filled` took the place of answers that were empty or had
    failed; `differing` would have replaced another text, which nobody asked for: they are among
    the `refused`, of which the first hundred stand in `errors`. `near` counts by sentence what
    was taken for something that differs in the space around it alone.
    """

    added: int = 0
    unchanged: int = 0
    filled: int = 0
    replaced: int = 0
    refused: int = 0
    differing: int = 0
    votes_on_replaced: int = 0
    new_prompts: int = 0
    new_configurations: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    near: Counter[str] = field(default_factory=Counter)
    # Prompts that rows were about, whose places are to be counted anew.
    touched: set[int] = field(default_factory=set)

    @property
    def used(self) -> int:
        """How many rows were of use, those that were there already among them."""
        return self.added + self.unchanged + self.filled + self.replaced

    def refuse(self, line: int, message: str) -> None:
        """Note a row that cannot be used, and why."""
        self.take_error(RowError(line, message))

    def take_error(self, error: RowError) -> None:
        """Note a row that could not be read."""
        self.refused += 1
        if len(self.errors) < MOST_ERRORS_KEPT:
            self.errors.append(error)

    def good(self, given: Sequence[object]) -> list[object]:
        """Return what of a batch can be used; errors and notes are taken."""
        rows = []
        for one in given:
            if isinstance(one, RowError):
                self.take_error(one)
            elif isinstance(one, Note):
                self.notes.append(one.message)
            else:
                rows.append(one)
        return rows

    def add(self, other: "Imported") -> None:
        """Add what a further batch did."""
        for name in ("added", "unchanged", "filled", "replaced", "refused", "differing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.votes_on_replaced += other.votes_on_replaced
        self.new_prompts += other.new_prompts
        self.new_configurations += other.new_configurations
        self.errors += other.errors[: MOST_ERRORS_KEPT - len(self.errors)]
        self.notes += other.notes
        self.near.update(other.near)
        self.touched |= other.touched
