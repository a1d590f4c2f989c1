"""Which imported votes are one: keys that are the same when a file comes again, and only then."""

import hashlib
from collections import Counter
from collections.abc import Mapping

# Votes that came before files were told apart.
NO_FILE = ""


class VoteKeys:
    """Gives votes of one file that have no id the keys under which they are stored.

    Nothing tells two such votes apart, so what tells is how many of a kind a file holds. A file
    whose votes are the same ones is the same file, in whatever order; one that holds every vote
    of an earlier file, or of several, and not more than twice as many, is these files grown: what
    they brought is there already. All other votes are further ones, as those of a file that was
    cut into pieces are.

    Attributes
    ----------
    further : int
        How many votes are taken for further ones though another file brought votes alike.
    """

    def __init__(self, counts: Counter[str], stored: Mapping[str, Counter[str]]) -> None:
        """Compare a file with those that came before.

        `counts` tells how often each digest stands in the file, `stored` how often each file
        brought it.
        """
        content = "\n".join(f"{digest} {number}" for digest, number in sorted(counts.items()))
        self._file = hashlib.sha256(content.encode()).hexdigest()[:8]
        earlier = {name: held for name, held in stored.items() if name not in {NO_FILE, self._file}}
        self._before = {NO_FILE: stored.get(NO_FILE, Counter()), **_grown_from(counts, earlier)}
        left = counts - sum(self._before.values(), Counter())
        others = [held for name, held in earlier.items() if name not in self._before]
        self.further = sum(
            number for digest, number in left.items() if any(digest in held for held in others)
        )

    def key_of(self, digest: str, number: int) -> str:
        """Return the key of the vote that is the file's so manieth of a digest, from 1."""
        for name, held in self._before.items():
            if number <= held[digest]:
                return f"{digest}-{name}-{number}" if name else f"{digest}-{number}"
            number -= held[digest]
        return f"{digest}-{self._file}-{number}"


def _grown_from(
    counts: Counter[str], earlier: Mapping[str, Counter[str]]
) -> dict[str, Counter[str]]:
    """Return the files all of whose votes a file holds, where they make half of it or more."""
    left = Counter(counts)
    found: dict[str, Counter[str]] = {}
    for name, held in sorted(earlier.items(), key=lambda one: (-one[1].total(), one[0])):
        if held <= left:
            found[name] = held
            left -= held
    is_most = 2 * sum(held.total() for held in found.values()) >= counts.total()
    return found if is_most else {}
