"""What a leaderboard decides in plain sentences: who is preferred, what is open, the cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.leaderboard import Difference, Leaderboard, Row
from service.reporting.words import Words

FEWEST_RATERS_FOR_ALL = 5
# Beyond this many rivals the card sums up and leaves the pairs to the matrix.
MOST_SENTENCES = 5


@dataclass(frozen=True)
class Sentence:
    """One line of the decision card: what it says, its figures, and the matchup behind it."""

    text: str
    figure: str = ""
    matchup: tuple[str, str] | None = None


def decide(board: Leaderboard, words: Words) -> list[Sentence]:
    """Return the decision card, the most important sentence first; never a bare rank."""
    rows = board.competing
    if len(rows) < 2:  # noqa: PLR2004 - a comparison needs two
        text = words.gettext("There is not enough data to compare yet.")
        return [Sentence(text, _what_to_do(board, words))]
    best = rows[0].configuration
    rivals = [board.difference(best, row.configuration) for row in rows[1:]]
    known = [rival for rival in rivals if rival is not None]
    near = [rival for rival in known if not rival.told_apart]
    beaten = [rival for rival in known if rival.told_apart]
    return [
        *_of_preferred(best, beaten, words),
        *_of_undecided(best, near, words, everyone=not beaten),
        *_of_cost(rows, [best, *(rival.second for rival in near)], words),
        *_of_reach(board, words),
    ]


def figure(found: Difference, words: Words) -> str:
    """Return a difference's share with its interval, ready to stand beside a sentence."""
    return words.gettext(
        "%(share)s of all votes (ties count half), %(level)s interval %(interval)s",
        share=words.share(found.share),
        level=words.share(0.95),
        interval=words.interval(found.low, found.high),
    )


def _of_preferred(best: str, beaten: Sequence[Difference], words: Words) -> list[Sentence]:
    if len(beaten) > MOST_SENTENCES:
        least = min(beaten, key=lambda rival: rival.share)
        return [
            Sentence(
                words.gettext(
                    "%(best)s is preferred to %(number)s of the others.",
                    best=best,
                    number=len(beaten),
                ),
                words.gettext(
                    "The closest of them is %(name)s: %(figure)s",
                    name=least.second,
                    figure=figure(least, words),
                ),
                (best, least.second),
            )
        ]
    return [
        Sentence(
            words.gettext("%(best)s is preferred to %(other)s.", best=best, other=rival.second),
            figure(rival, words),
            (best, rival.second),
        )
        for rival in beaten
    ]


def _of_undecided(
    best: str, near: Sequence[Difference], words: Words, *, everyone: bool
) -> list[Sentence]:
    if len(near) > MOST_SENTENCES:
        return [
            Sentence(
                words.gettext(
                    "%(number)s others cannot be told from %(best)s.", number=len(near), best=best
                ),
                words.gettext(
                    "The nearest are %(names)s; the bracket beside the plot joins them.",
                    names=words.listed([rival.second for rival in near[:3]]),
                ),
            )
        ]
    found = []
    if everyone and len(near) > 1:
        text = words.gettext("Nobody is ahead yet: the best cannot be told from any other.")
        found.append(Sentence(text))
    for rival in near:
        text = words.gettext(
            "%(other)s cannot be told from %(best)s.", other=rival.second, best=best
        )
        found.append(Sentence(text, _close(rival, words), (best, rival.second)))
    return found


def _close(rival: Difference, words: Words) -> str:
    """Return the share of one that cannot be told from the best, and how far it may be."""
    turned = rival.turned()
    values = {
        "share": words.share(turned.share),
        "interval": words.interval(turned.low, turned.high),
    }
    if not turned.spans_even:
        return words.gettext(
            "%(share)s [%(interval)s]; not settled once all comparisons are taken together",
            **values,
        )
    return words.gettext(
        "%(share)s [%(interval)s]; a difference beyond ±%(points)s points is unlikely",
        **values,
        points=rival.reach,
    )


def _of_cost(rows: Sequence[Row], near: Sequence[str], words: Words) -> list[Sentence]:
    """Say what is cheapest among those that cannot be told from the best, once a cost is known."""
    costs = {
        row.configuration: row.measured.cost_per_1000
        for row in rows
        if row.configuration in near and row.measured.cost_per_1000 is not None
    }
    if not any(costs.values()):
        return []
    name = min(costs, key=lambda each: costs[each])
    said = words.gettext("%(cost)s per 1,000 requests", cost=words.money(costs[name]))
    best = near[0]
    if name == best and len(near) == 1:
        return [Sentence(words.gettext("What %(name)s costs", name=best), said)]
    if best in costs and name != best:
        said += f" · {best} {words.money(costs[best])}"
    unknown = [other for other in near if other not in costs]
    if unknown:
        said += " · " + words.gettext("unknown for %(names)s", names=words.listed(unknown))
    text = words.gettext("Cheapest within noise of the best: %(name)s", name=name)
    return [Sentence(text, said)]


def _of_reach(board: Leaderboard, words: Words) -> list[Sentence]:
    if board.raters >= FEWEST_RATERS_FOR_ALL:
        return []
    return [
        Sentence(
            words.ngettext(
                "All this speaks for this one rater.",
                "All this speaks for these %(number)s raters.",
                board.raters,
            ),
            words.gettext(
                "From %(number)s raters on, it can speak for raters in general.",
                number=FEWEST_RATERS_FOR_ALL,
            ),
        )
    ]


def _what_to_do(board: Leaderboard, words: Words) -> str:
    if not board.votes:
        return words.gettext(
            "The first votes will appear here within seconds. Invite a rater from the study's page."
        )
    return words.gettext(
        "More votes are needed; the matrix below shows between which configurations."
    )
