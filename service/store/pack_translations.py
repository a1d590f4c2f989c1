"""Ids that stand elsewhere than in columns of their own, as a study goes into a pack and out."""

from collections.abc import Callable
from typing import Any

from service.domain import records

# Gives the number of an id, or the id of a number; None where there is none.
Lookup = Callable[[str, Any], int | None]

_ALL, _RATER = "all", "rater"


class Translation:
    """Translates rows one way: `lookup` finds numbers of ids, or ids of numbers."""

    def __init__(self, lookup: Lookup) -> None:
        """Begin with the first row of the first table."""
        self._lookup = lookup
        self._digests: dict[str, str] = {}

    def of(self, table: str, own: int | None, values: dict[str, Any]) -> dict[str, Any]:
        """Return a row of a table with its ids translated; `own` is what stands for its own id."""
        if table == "completion" and values["sample"] < 0:
            # A text that was replaced stands out of the others' way, under its own id.
            return {**values, "sample": -(own or 0)}
        if table == "vote":
            return {**values, "client_key": self._key(values["client_key"])}
        if table == "leaderboard":
            return self._board(values)
        if table == "decision":
            digest = values["digest"]
            return {**values, "digest": self._digests.get(digest, digest)}
        return values

    def _key(self, key: str) -> str:
        """Return an imported vote's key, which names its study, for the file to be known again."""
        first, _, rest = key.partition("-")
        number, _, behind = rest.partition("-")
        if first != "import" or not number.isdecimal() or not behind:
            return key
        found = self._lookup("study", int(number))
        return key if found is None else f"import-{found}-{behind}"[:64]

    def _board(self, values: dict[str, Any]) -> dict[str, Any]:
        content, basis = values["content"], values["basis"]
        weights = content.get("dealing_weights")
        if weights:
            before = records.digest(content)
            told = [
                [self._of("configuration", one), self._of("configuration", other), weight]
                for one, other, weight in weights
            ]
            content = {**content, "dealing_weights": told}
            self._digests[before] = records.digest(content)
            if basis.get("hash") == before:
                basis = {**basis, "hash": self._digests[before]}
        return {**values, "content": content, "basis": self._basis(basis)}

    def _basis(self, basis: dict[str, Any]) -> dict[str, Any]:
        made = dict(basis)
        for name in ("names", "approaches"):
            if name in basis:
                made[name] = [[self._of("configuration", one), told] for one, told in basis[name]]
        if "retired" in basis:
            made["retired"] = [self._of("configuration", one) for one in basis["retired"]]
        for name in ("cells", "by_rater", "by_prompt"):
            if name in basis:
                made[name] = [self._cell(cell) for cell in basis[name]]
        return made

    def _cell(self, cell: list[Any]) -> list[Any]:
        scope, of_scope, first, second, *rest = cell
        if scope != _ALL:
            of_scope = self._of("rater" if scope == _RATER else "prompt", of_scope)
        pair = [self._of("configuration", one) for one in (first, second)]
        return [scope, of_scope, *pair, *rest]

    def _of(self, table: str, value: Any) -> int:
        """Return what stands for an id, 0 where the row is gone since."""
        return self._lookup(table, value) or 0
