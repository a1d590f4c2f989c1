"""What an import did, counted as it goes on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.formats.rows import Note, RowError
from service.formats.said import Said, said

MOST_ERRORS_KEPT = 100
MOST_LINES_NAMED = 8


@dataclass
class Near:
    """Rows that were taken for something that differs a little, as `text` says of them."""

    text: str
    values: Mapping[str, str]
    number: int = 0
    lines: list[int] = field(default_factory=list)

    @property
    def told(self) -> str:
        """How many rows were taken so, and where the first of them stand."""
        lines = ", ".join(map(str, self.lines)) + " …" * (self.number > len(self.lines))
        return said(self.text, number=self.number, lines=lines, **self.values)


@dataclass
class Imported:
    """Rows by what became of them, and what somebody should know.

    `unchanged` were there already; `filled` took the place of answers that were empty or had
    failed; `differing` would have replaced another text, which nobody asked for: they are among
    the `refused`, of which the first hundred stand in `errors`. `near` holds what was
    taken for something that differs a little: in the space around it, or in the case of a name.
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
    near: dict[tuple[str, ...], Near] = field(default_factory=dict)
    # Verdicts of models among the votes that were added, by the names that the file gives these.
    by_models: Counter[str] = field(default_factory=Counter)
    # Prompts that rows were about, whose places are to be counted anew.
    touched: set[int] = field(default_factory=set)

    @property
    def used(self) -> int:
        """How many rows were of use, those that were there already among them."""
        return self.added + self.unchanged + self.filled + self.replaced

    @property
    def told(self) -> list[str]:
        """What somebody should know: what was taken for something near it, then all other notes."""
        return [*(near.told for near in self.near.values()), *dict.fromkeys(self.notes)]

    def take_near(self, line: int, text: Said, **values: str) -> None:
        """Note a row that was taken for something else: `text` tells how many, and their lines."""
        near = self.near.setdefault((text, *values.values()), Near(text, values))
        near.number += 1
        near.lines += [line][: MOST_LINES_NAMED - len(near.lines)]

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
        for key, near in other.near.items():
            held = self.near.setdefault(key, Near(near.text, near.values))
            held.number += near.number
            held.lines += near.lines[: MOST_LINES_NAMED - len(held.lines)]
        self.by_models.update(other.by_models)
        self.touched |= other.touched
