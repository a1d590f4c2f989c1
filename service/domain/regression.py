"""Whether a configuration fell back: against the one that is live today, or since an earlier look.

For programs that run after each change. One rule, so that a page, a command and a build agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.leaderboard import Leaderboard


@dataclass(frozen=True)
class Regression:
    """A configuration that is worse than `rival`, as votes say.

    `why` is `worse` (the claim of the card against the incumbent) or `fell` (its share of votes
    against the rival is now surely below what it was: the two intervals of 95 % do not meet).
    """

    configuration: str
    rival: str
    why: str


def against_incumbent(board: Leaderboard) -> tuple[Regression, ...]:
    """Return which configurations are worse than the incumbent; none where there is no incumbent.

    What is still open is no regression.
    """
    if board.incumbent is None:
        return ()
    return tuple(
        Regression(one.configuration, board.incumbent, "worse")
        for part in board.parts
        for one in part.against
        if one.state == "worse"
    )


def since(before: Leaderboard, after: Leaderboard) -> tuple[Regression, ...]:
    """Return which configurations fell back between two leaderboards of one study.

    Against the incumbent, or against who led before where there is none: a rating by itself moves
    where others come or leave, a share between the same two does not.
    """
    rival = after.incumbent or (before.parts[0].claims.leader if before.parts else None)
    if rival is None:
        return ()
    old = {one.configuration for one in against_incumbent(before)}
    new = [one for one in against_incumbent(after) if one.configuration not in old]
    fallen = [one for one in _fallen(before, after, rival) if one not in new]
    named = {one.configuration for one in new}
    return (*new, *(one for one in fallen if one.configuration not in named))


def _fallen(before: Leaderboard, after: Leaderboard, rival: str) -> Iterator[Regression]:
    for row in after.ratings:
        name = row.configuration
        if name == rival:
            continue
        was, now = before.difference(name, rival), after.difference(name, rival)
        if was is not None and now is not None and now.high < was.low:
            yield Regression(name, rival, "fell")
