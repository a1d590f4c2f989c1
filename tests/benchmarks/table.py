"""The table that ends every benchmark (what, ours, peer or limit, ratio, wanted) and its status."""

from dataclasses import dataclass, field

HEADS = ("what", "ours", "peer or limit", "ratio", "wanted")


@dataclass
class Table:
    """Lines that are collected while a benchmark measures; figures of a line share a unit."""

    lines: list[tuple[str, ...]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def at_least(self, what: str, ours: float, peer: float, wanted: float, unit: str = "") -> None:
        """Add a line that holds where ours is at least `wanted` times the peer's, above 0."""
        self._add(what, ours, peer, f"≥ {wanted:g}", unit, holds=ours >= peer * wanted > 0)

    def at_most(
        self, what: str, ours: float, limit: float, wanted: float = 1.0, unit: str = ""
    ) -> None:
        """Add a line that holds where ours is at most `wanted` times the limit, which may be 0."""
        self._add(what, ours, limit, f"≤ {wanted:g}", unit, holds=ours <= limit * wanted)

    def told(self, what: str, ours: float, unit: str = "") -> None:
        """Add a line for the reader alone: nothing is wanted of it."""
        self.lines.append((what, _figure(ours, unit), "", "", ""))

    def close(self) -> int:
        """Print the table; return the exit status: 1 where a wanted ratio is missed, else 0."""
        rows = [HEADS, *self.lines]
        widths = [max(len(row[at]) for row in rows) for at in range(len(HEADS))]
        print()
        for row in rows:
            first = row[0].ljust(widths[0])
            rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
            print("  ".join([first, *rest]).rstrip())
        for what in self.missed:
            print(f"missed: {what}")
        return 1 if self.missed else 0

    def _add(
        self, what: str, ours: float, other: float, wanted: str, unit: str, *, holds: bool
    ) -> None:
        ratio = f"{ours / other:.3g}" if other else ""
        ratio += "" if holds else " !"
        self.lines.append((what, _figure(ours, unit), _figure(other, unit), ratio, wanted))
        if not holds:
            self.missed.append(what)


def _figure(value: float, unit: str) -> str:
    return (
        f"{value:,.4g} {unit}".rstrip() if abs(value) < 10_000 else f"{value:,.0f} {unit}".rstrip()
    )
