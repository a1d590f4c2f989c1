"""Says what changed between two leaderboards of one study: votes, ratings, what is claimed."""

from service.domain.leaderboard import Leaderboard, Row
from service.reporting import decision, elsewhere
from service.reporting.tables import Table
from service.reporting.words import NONE, Words


def sentences(before: Leaderboard, after: Leaderboard, words: Words) -> list[str]:
    """Return what changed, in sentences: votes first, then who leads, then claims."""
    more = after.votes - before.votes
    told = [
        words.gettext(
            "Votes: %(before)s before, %(after)s after (%(change)s).",
            before=words.count(before.votes),
            after=words.count(after.votes),
            change=_signed(more, words),
        ),
        words.gettext(
            "People: %(before)s, then %(after)s. Prompts: %(prompts_before)s, then "
            "%(prompts_after)s.",
            before=words.count(before.raters),
            after=words.count(after.raters),
            prompts_before=words.count(before.prompts),
            prompts_after=words.count(after.prompts),
        ),
    ]
    old, new = _headline(before, words), _headline(after, words)
    if old == new:
        told.append(words.gettext("The card says the same: %(said)s", said=new))
    else:
        told += [
            words.gettext("Before, the card said: %(said)s", said=old),
            words.gettext("After, it says: %(said)s", said=new),
        ]
    told += _claims(before, after, words)
    return told


def _headline(board: Leaderboard, words: Words) -> str:
    said = decision.decide(board, words)
    return said[0].text if said else NONE


def _claims(before: Leaderboard, after: Leaderboard, words: Words) -> list[str]:
    """Return claims that came, and claims that are not made any more."""
    old, new = _made(before), _made(after)
    come = [pair for pair in new if pair not in old]
    gone = [pair for pair in old if pair not in new]
    if not come and not gone:
        return [words.gettext("Nothing is claimed that was not claimed before, and nothing less.")]
    return [
        *(
            words.gettext(
                "New: %(leader)s is ahead of %(rival)s.",
                leader=words.name(leader),
                rival=words.name(rival),
            )
            for leader, rival in come
        ),
        *(
            words.gettext(
                "No longer said: %(leader)s is ahead of %(rival)s.",
                leader=words.name(leader),
                rival=words.name(rival),
            )
            for leader, rival in gone
        ),
    ]


def _made(board: Leaderboard) -> list[tuple[str, str]]:
    return [(claim.leader, claim.rival) for part in board.parts for claim in part.claims.ahead_of]


def table(before: Leaderboard, after: Leaderboard, words: Words) -> Table:
    """Return ratings and votes of both, a row a configuration, in the order of the later one."""
    old = {row.configuration: row for row in before.ratings}
    new = {row.configuration: row for row in after.ratings}
    return Table(
        label=words.gettext("Table of changes"),
        columns=(
            words.gettext("Configuration"),
            words.gettext("Rating before"),
            words.gettext("Rating after"),
            words.gettext("Change"),
            words.gettext("Votes before"),
            words.gettext("Votes after"),
        ),
        rows=tuple(
            _row(name, old.get(name), new.get(name), words) for name in dict.fromkeys([*new, *old])
        ),
        says=words.gettext(
            "A rating is relative to the others that compete: where others came or left, it moves "
            "without a vote on it."
        ),
    )


def _row(name: str, old: Row | None, new: Row | None, words: Words) -> tuple[str, ...]:
    was, now = (None if row is None else row.rating for row in (old, new))
    change = NONE if was is None or now is None else _signed(now.points - was.points, words)
    return (
        words.name(name),
        elsewhere.rating(was, words),
        elsewhere.rating(now, words),
        change,
        NONE if old is None else words.count(old.votes),
        NONE if new is None else words.count(new.votes),
    )


def _signed(value: float, words: Words) -> str:
    number = round(value)
    sign = {1: "+", -1: "\N{MINUS SIGN}"}.get((number > 0) - (number < 0), "±")
    return f"{sign}{words.count(abs(number))}"
