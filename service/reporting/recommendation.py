"""What a leaderboard recommends to choose, as the card says it; often nothing."""

from service.domain.leaderboard import Leaderboard
from service.reporting import headline
from service.reporting.headline import Kind


def recommended(board: Leaderboard) -> tuple[str, ...]:
    """Return the configurations any of which the card recommends; none where nothing is decided.

    That is the one that is ahead of every other, or those that are practically equal.
    """
    if len(board.parts) != 1:
        return ()
    (part,) = board.parts
    kind = headline.kind_of(part)
    if headline.finds_most_bad(part):
        return ()
    if kind is Kind.WINNER:
        return (part.claims.leader,)
    if kind is Kind.SEVERAL and part.verdict.state == "practically_equal":
        return part.top
    return ()
