"""Tells which prompts are hard, tell nothing, divide people, or contradict the rest (numpy)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.domain.grounds import ALIKE, CONTRARY, DIVIDING, HARD, PromptRow, Prompts
from service.domain.vote import Outcome
from service.stats.proportions import exceeds
from service.store.tallies import Told
from service.usecases.sighted.results.competing import Counted

# Votes before anything is said of a prompt, and pairs of votes before it divides.
LEAST_VOTES = 6
LEAST_PAIRS = 3
# As if so many votes more were like those of all prompts.
DRAWN = 4
MOST_BAD, MOST_EVEN, MOST_SPLIT = 1 / 3, 0.6, 0.4
LEVEL = 0.05
MOST_ROWS = 40
_SIGN = {str(outcome): outcome.sign for outcome in Outcome}
_BAD = frozenset(str(outcome) for outcome in Outcome if outcome.is_bad)


@dataclass
class _Votes:
    votes: int = 0
    decisive: int = 0
    both_bad: int = 0
    along: int = 0
    met: int = 0

    def add(self, outcome: str, number: int, stronger: int) -> None:
        """Add votes on a matchup of which the first stands higher (1), lower (-1), or neither."""
        sign = _SIGN[outcome]
        self.votes += number
        self.both_bad += number if outcome in _BAD else 0
        if sign:
            self.decisive += number
            self.met += number if stronger else 0
            self.along += number if stronger * sign > 0 else 0


def look(
    by_prompt: Iterable[Counted],
    told: Sequence[Told],
    points: Mapping[int, float],
    keys: Mapping[int, str],
    *,
    is_told: bool,
) -> Prompts:
    """Return what prompts tell, of votes between the configurations that have `points`.

    `told` are the same votes one by one, where `is_told`. "Contrary" is said where so many votes
    against the order over all prompts are no luck, even among that many prompts.
    """
    found: dict[int, _Votes] = defaultdict(_Votes)
    for cell, number in by_prompt:
        one, two = cell.first_configuration_id, cell.second_configuration_id
        if one in points and two in points:
            gap = points[one] - points[two]
            found[cell.scope_id].add(cell.outcome, number, (gap > 0) - (gap < 0))
    pairs, split = _pairs(told, points)
    every = list(found.values())
    votes = sum(one.votes for one in every)
    of_all = (
        sum(one.both_bad for one in every) / max(votes, 1),
        1 - sum(one.decisive for one in every) / max(votes, 1),
        split.total() / max(pairs.total(), 1),
    )
    enough = [prompt for prompt, one in found.items() if one.votes >= LEAST_VOTES]
    rows = [
        _row(
            keys.get(prompt, str(prompt)),
            found[prompt],
            (pairs[prompt], split[prompt]),
            of_all,
            len(enough),
        )
        for prompt in sorted(enough)
    ]
    telling = sorted(
        (row for row in rows if row.kinds),
        key=lambda row: (-len(row.kinds), -max(row.bad_share, row.split_share), row.prompt),
    )
    return Prompts(
        prompts=len(found),
        enough=len(enough),
        least=LEAST_VOTES,
        is_split_known=is_told,
        found=len(telling),
        rows=tuple(telling[:MOST_ROWS]),
    )


def _row(
    key: str,
    own: _Votes,
    pairs: tuple[int, int],
    of_all: tuple[float, float, float],
    looked: int,
) -> PromptRow:
    bad = _drawn(own.both_bad, own.votes, of_all[0])
    even = _drawn(own.votes - own.decisive, own.votes, of_all[1])
    split = _drawn(pairs[1], pairs[0], of_all[2])
    kinds = []
    if bad > MOST_BAD:
        kinds.append(HARD)
    if even > MOST_EVEN:
        kinds.append(ALIKE)
    if pairs[0] >= LEAST_PAIRS and split > MOST_SPLIT:
        kinds.append(DIVIDING)
    if own.met and float(exceeds(own.met - own.along, own.met, 0.5)) < LEVEL / looked:
        kinds.append(CONTRARY)
    return PromptRow(
        prompt=key,
        votes=own.votes,
        decisive=own.decisive,
        both_bad=own.both_bad,
        bad_share=bad,
        even_share=even,
        pairs=pairs[0],
        split=pairs[1],
        split_share=split,
        along=own.along,
        kinds=tuple(kinds),
    )


def _drawn(number: int, of: int, share: float) -> float:
    return (number + DRAWN * share) / (of + DRAWN)


def _pairs(told: Sequence[Told], points: Mapping[int, float]) -> tuple[Counter[int], Counter[int]]:
    """Return pairs of votes that preferred one of the same texts, and those that differ."""
    said: dict[tuple[int, tuple[int, int]], list[int]] = defaultdict(lambda: [0, 0])
    for one in told:
        sign = _SIGN[one.outcome]
        if sign and one.first_configuration_id in points and one.second_configuration_id in points:
            said[one.prompt_id, one.texts][sign > 0] += 1
    pairs: Counter[int] = Counter()
    split: Counter[int] = Counter()
    for (prompt, _), (against, ahead) in said.items():
        number = against + ahead
        pairs[prompt] += number * (number - 1) // 2
        split[prompt] += against * ahead
    return pairs, split
