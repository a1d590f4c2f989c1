"""What quality costs, in sentences: cheaper and as good, beaten outright, a genuine trade-off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.leaderboard import Leaderboard, Part
from service.domain.priced import COST, LATENCY, MEASURES, Gap, Standing
from service.reporting import headline, scatter, scatter_words
from service.reporting.headline import Kind
from service.reporting.words import Words, msgid

# Beyond this many the card sums up, and leaves single ones to the table.
MOST_LINES = 5
# With fewer prompts in common nothing is claimed of a difference.
ENOUGH = 5


@dataclass(frozen=True)
class Line:
    """A sentence and the figures beside it."""

    text: str
    figure: str = ""


_LESS = {
    COST: msgid("%(name)s costs less than %(best)s and cannot be told from it."),
    LATENCY: msgid("%(name)s answers sooner than %(best)s and cannot be told from it."),
}
_LESS_AND_EQUAL = {
    COST: msgid("%(name)s costs less than %(best)s and is practically equal to it."),
    LATENCY: msgid("%(name)s answers sooner than %(best)s and is practically equal to it."),
}
_NONE_LESS = {
    COST: msgid("Nobody who cannot be told from %(best)s surely costs less."),
    LATENCY: msgid("Nobody who cannot be told from %(best)s surely answers sooner."),
}
_TOO_FEW = {
    COST: msgid(
        "Too few prompts have costs of %(best)s and of %(names)s: which costs less is not claimed."
    ),
    LATENCY: msgid(
        "Too few prompts have latencies of %(best)s and of %(names)s: which answers sooner is not "
        "claimed."
    ),
}
_MEASURED = {COST: msgid("cost"), LATENCY: msgid("latency")}
_NOT_RECORDED = {
    COST: msgid("Cost is not known of %(names)s, and nothing is said of it."),
    LATENCY: msgid("Latency is not known of %(names)s, and nothing is said of it."),
}


def cheaper(board: Leaderboard, part: Part, words: Words) -> Iterator[Line]:
    """Say who of those at the top takes less than the leader, which one would otherwise ship.

    Nothing is said where quality is no reason: most votes find both answers bad, say nothing, or
    run in a circle.
    """
    if headline.finds_most_bad(part) or headline.kind_of(part) in {Kind.NO_SIGNAL, Kind.CIRCLE}:
        return
    if len(part.top) == 1:
        own = board.prices.of(part.claims.leader).cost
        if own is not None and own.value:
            yield Line(
                words.gettext("What %(name)s costs", name=words.name(part.claims.leader)),
                words.gettext(
                    "%(cost)s per 1,000 requests",
                    cost=scatter_words.with_interval(COST, own, words),
                ),
            )
        return
    for measure in MEASURES:
        yield from _less(board, part, measure, words)


def _less(board: Leaderboard, part: Part, measure: str, words: Words) -> Iterator[Line]:
    best = part.claims.leader
    others = [name for name in part.top if name != best]
    gaps = [(name, board.prices.gap(measure, name, best)) for name in others]
    less = sorted((gap for _, gap in gaps if gap and gap.is_less), key=lambda gap: gap.value)
    equal = {claim.rival for claim in part.claims.rivals if claim.state == "equal"}
    for gap in less[:MOST_LINES]:
        said = (_LESS_AND_EQUAL if gap.first in equal else _LESS)[measure]
        yield Line(
            words.gettext(said, name=words.name(gap.first), best=words.name(best)),
            difference(gap, words),
        )
    few = [
        name
        for name, gap in gaps
        if (gap is None or gap.low is None) and _is_known(board, measure, name, best)
    ]
    if few:
        names = words.names(few)
        yield Line(words.gettext(_TOO_FEW[measure], best=words.name(best), names=names))
    known = [gap for _, gap in gaps if gap is not None and gap.low is not None]
    if known and not less and not all(gap.is_same for gap in known):
        yield Line(words.gettext(_NONE_LESS[measure], best=words.name(best)))


def _is_known(board: Leaderboard, measure: str, *names: str) -> bool:
    """Tell whether a measure is on record of any of these: where of none, none asks."""
    return any(board.prices.of(name).mean(measure) for name in names)


def difference(gap: Gap, words: Words) -> str:
    """Return how much less or more the first takes, with its interval and the part it is."""
    low, high = gap.low or 0.0, gap.high or 0.0
    is_less = gap.value < 0
    values = {
        "much": scatter.taken(gap.measure, abs(gap.value), words),
        "part": words.share(gap.part),
        "prompts": words.ngettext("%(number)s prompt", "%(number)s prompts", gap.prompts),
    }
    if gap.measure == COST:
        said = (
            words.gettext("%(much)s less per 1,000 requests", **values)
            if is_less
            else words.gettext("%(much)s more per 1,000 requests", **values)
        )
    else:
        said = (
            words.gettext("%(much)s sooner", **values)
            if is_less
            else words.gettext("%(much)s later", **values)
        )
    if low != high:
        said = f"{said} [{_ends(gap.measure, low, high, words)}]"
    if gap.second_mean:
        said += ", " + (
            words.gettext("%(part)s less", **values)
            if is_less
            else words.gettext("%(part)s more", **values)
        )
    return words.gettext("%(said)s, on %(prompts)s", said=said, prompts=values["prompts"])


def _ends(measure: str, low: float, high: float, words: Words) -> str:
    """Return the ends of a difference's interval; of one that may go either way with both ways."""
    if low * high >= 0:
        least, most = sorted((abs(low), abs(high)))
        return scatter_words.between(measure, least, most, words)
    less, more = (scatter.taken(measure, abs(end), words) for end in (low, high))
    if measure == COST:
        return words.gettext("%(less)s less to %(more)s more", less=less, more=more)
    return words.gettext("%(less)s sooner to %(more)s later", less=less, more=more)


def weighed(board: Leaderboard, words: Words) -> list[Line]:
    """Return who is beaten outright, who is a genuine trade-off, and what was not recorded."""
    found: list[Line] = []
    for part in board.parts:
        found += _of_part(board, part, words)
    return [*found, *_not_recorded(board, words)]


def _of_part(board: Leaderboard, part: Part, words: Words) -> Iterator[Line]:
    beaten = [
        one for name in part.configurations if (one := board.prices.of(name)).beaten is not None
    ]
    for one in beaten[:MOST_LINES]:
        yield _beaten(one, words)
    if len(beaten) > MOST_LINES:
        names = words.names(one.configuration for one in beaten[MOST_LINES:])
        yield Line(words.gettext("Also beaten outright: %(names)s.", names=names))
    traded = list(_trades(board, part, words))
    yield from traded[:MOST_LINES]
    if len(traded) > MOST_LINES:
        yield Line(
            words.ngettext(
                "%(number)s more is a genuine trade-off against %(best)s.",
                "%(number)s more are genuine trade-offs against %(best)s.",
                len(traded) - MOST_LINES,
                best=words.name(part.claims.leader),
            )
        )


def _beaten(one: Standing, words: Words) -> Line:
    assert one.beaten is not None  # noqa: S101 - for types: only those are asked
    measures = [words.gettext(_MEASURED[measure]) for measure in one.beaten.measures]
    figure = words.gettext(
        "The other is preferred, and takes no more of what both have on record: %(measures)s.",
        measures=words.listed(measures),
    )
    missing = [
        words.gettext(_MEASURED[measure])
        for measure in MEASURES
        if measure not in one.beaten.measures
    ]
    if missing:
        figure += " " + words.gettext(
            "Not on record of both: %(measures)s.", measures=words.listed(missing)
        )
    return Line(
        words.gettext(
            "%(name)s is beaten outright by %(other)s and can be dropped.",
            name=words.name(one.configuration),
            other=words.name(one.beaten.by),
        ),
        figure,
    )


def _trades(board: Leaderboard, part: Part, words: Words) -> Iterator[Line]:
    """Yield those that are surely behind the leader and surely take less of something."""
    best = part.claims.leader
    for claim in part.claims.ahead_of:
        name = claim.rival
        apart = board.difference(name, best)
        gaps = [board.prices.gap(measure, name, best) for measure in MEASURES]
        less = [gap for gap in gaps if gap is not None and gap.is_less]
        if apart is None or not less or board.prices.of(name).beaten is not None:
            continue
        yield Line(
            words.gettext(
                "%(name)s against %(best)s is a genuine trade-off.",
                name=words.name(name),
                best=words.name(best),
            ),
            " · ".join(
                [
                    words.gettext(
                        "expected: %(share)s of votes [%(interval)s]",
                        share=words.share(apart.share),
                        interval=words.interval(apart.low, apart.high),
                    ),
                    *(difference(gap, words) for gap in less),
                ]
            ),
        )


def _not_recorded(board: Leaderboard, words: Words) -> Iterator[Line]:
    names = [name for part in board.parts for name in part.configurations]
    for measure in MEASURES:
        missing = [name for name in names if board.prices.of(name).mean(measure) is None]
        if missing:
            yield Line(words.gettext(_NOT_RECORDED[measure], names=words.names(missing)))
        few = _few(board, names, measure)
        if few:
            yield Line(
                words.gettext(
                    "On fewer than %(least)s prompts measured, so that nothing is claimed: "
                    "%(measure)s of %(names)s.",
                    least=ENOUGH,
                    measure=words.gettext(_MEASURED[measure]),
                    names=words.names(few),
                )
            )


def _few(board: Leaderboard, names: Sequence[str], measure: str) -> list[str]:
    known = ((name, board.prices.of(name).mean(measure)) for name in names)
    return [name for name, mean in known if mean is not None and mean.prompts < ENOUGH]
