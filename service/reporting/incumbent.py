"""What is said of each configuration against the one that is live today, and where it falls back.

One question is asked of each difference, as for the leader; this panel says what came of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.domain.claims import Against
from service.domain.leaderboard import Difference, Leaderboard, Part, Row
from service.reporting import behind, headline
from service.reporting.behind import Behind
from service.reporting.charts import Interval
from service.reporting.headline import Kind
from service.reporting.words import Words

# An interval at 95 % lies wholly below the truth so often: what a false regression takes.
BY_LUCK = 0.025
MOST_DRAWN = 12


@dataclass(frozen=True)
class Standing:
    """One configuration against the incumbent: what may be said, its figure, the votes behind it.

    `state` is `better`, `worse`, `equal` or `open`, and "" where nothing can be said; `share` to
    `high` are None there.
    """

    name: str
    state: str
    sentence: str
    figure: str = ""
    share: float | None = None
    low: float | None = None
    high: float | None = None
    behind: Behind | None = None


@dataclass(frozen=True)
class Regression:
    """A tag where a configuration that is ahead of the incumbent is worse, in one sentence."""

    name: str
    tag: str
    sentence: str
    behind: Behind | None


@dataclass(frozen=True)
class Panel:
    """All that is said against the incumbent; `says` stands above, `notes` below regressions."""

    incumbent: str
    says: str
    standings: tuple[Standing, ...] = ()
    regressions: tuple[Regression, ...] = ()
    notes: tuple[str, ...] = ()


def panel(board: Leaderboard, words: Words) -> Panel | None:
    """Return what is said against the incumbent; None where the study names none."""
    if board.incumbent is None:
        return None
    live = next((row for row in board.ratings if row.configuration == board.incumbent), None)
    part = _part_of(board, board.incumbent)
    if live is None or part is None:
        return Panel(board.incumbent, _nothing(board.incumbent, live, words))
    return Panel(
        board.incumbent,
        words.gettext(
            "%(name)s is live today. Shares are expected of votes between each other and it, ties "
            "counted half, with %(level)s intervals.",
            name=words.name(board.incumbent),
            level=words.share(0.95),
        ),
        tuple(_standings(board, part, words)),
        tuple(_regressions(board, part, words)),
        tuple(_notes(board, part, words)),
    )


def drawn(found: Panel, colour: Mapping[str, int]) -> list[Interval]:
    """Return the differences as rows of an interval plot, so many of the best at most."""
    return [
        Interval(one.name, "", colour.get(one.name, 0), one.share, one.low, one.high, ())
        for one in found.standings
        if one.share is not None and one.low is not None and one.high is not None
    ][:MOST_DRAWN]


def place(board: Leaderboard) -> int:
    """Return which of the parts the incumbent stands in; the first where it stands in none."""
    part = _part_of(board, board.incumbent or "")
    return 0 if part is None else board.parts.index(part)


def lines(board: Leaderboard, words: Words) -> list[str]:
    """Return the panel as lines of plain text; none where the study names no incumbent."""
    found = panel(board, words)
    if found is None:
        return []
    told = [(one.sentence, one.figure, one.behind) for one in found.standings]
    told += [(one.sentence, "", one.behind) for one in found.regressions]
    every = [
        " · ".join(
            [
                sentence,
                *([figure] if figure else []),
                *([] if votes is None else [said_behind(board, votes, words)]),
            ]
        )
        for sentence, figure, votes in told
    ]
    return [found.says, *every, *found.notes]


def said_behind(board: Leaderboard, found: Behind, words: Words) -> str:
    """Return how the votes behind a line are counted: with their share, or on a tag alone."""
    if not found.tag:
        return behind.counted(board, found, words)
    return words.ngettext("%(number)s direct vote", "%(number)s direct votes", found.votes)


def odds(share: float, words: Words) -> str:
    """Return an expected share as one says it aloud: "about 6 of 10"; never none, even or all.

    Of a hundred, where tenths would say so.
    """
    of = 10 if 0 < round(10 * share) < 10 and round(10 * share) != 5 else 100  # noqa: PLR2004 - even
    return words.gettext(
        "about %(wins)s of %(of)s", wins=min(of - 1, max(1, round(share * of))), of=of
    )


def _part_of(board: Leaderboard, name: str) -> Part | None:
    return next((part for part in board.parts if name in part.configurations), None)


def _nothing(name: str, live: Row | None, words: Words) -> str:
    """Return why nothing can be compared with the incumbent."""
    label = words.name(name)
    if live is not None and live.is_retired:
        return words.gettext(
            "%(name)s is live today, and retired in this study: nothing is compared with it.",
            name=label,
        )
    if live is not None and live.votes:
        return words.gettext(
            "%(name)s is live today, and has too few votes here to compare with it yet.", name=label
        )
    return words.gettext(
        "%(name)s is live today, and has no votes here yet: nothing can be compared with it.",
        name=label,
    )


def _standings(board: Leaderboard, part: Part, words: Words) -> Iterator[Standing]:
    """Yield a line for every other configuration in service, best first."""
    claimed = {one.configuration: one for one in part.against}
    for row in board.ratings:
        name = row.configuration
        if name == board.incumbent or row.is_retired:
            continue
        found = board.difference(name, board.incumbent or "")
        if name in claimed and found is not None:
            yield _standing(board, part, claimed[name], found, words)
        else:
            yield Standing(name, "", _not_compared(board, row, words))


def _standing(
    board: Leaderboard, part: Part, one: Against, found: Difference, words: Words
) -> Standing:
    is_silent = headline.kind_of(part) is Kind.NO_SIGNAL
    state = "open" if is_silent else one.state
    said = _sentence(part, state, found, words, is_silent=is_silent)
    return Standing(
        name=one.configuration,
        state=state,
        sentence=headline.qualified(
            said, part, words, holds=None if state == "open" else one.holds
        ),
        figure="" if is_silent else _figure(state, found, words),
        share=found.share,
        low=found.low,
        high=found.high,
        behind=behind.on(board, found.first, found.second),
    )


def _sentence(part: Part, state: str, found: Difference, words: Words, *, is_silent: bool) -> str:
    values = {"name": words.name(found.first), "live": words.name(found.second)}
    wins = odds(found.share, words)
    if is_silent:
        return words.gettext("No vote prefers %(name)s or %(live)s to another.", **values)
    if state == "better":
        return words.gettext(
            "%(name)s is better than %(live)s: it wins %(odds)s against what is live.",
            odds=wins,
            **values,
        )
    if state == "worse":
        return words.gettext(
            "%(name)s is worse than %(live)s: it wins %(odds)s against what is live.",
            odds=wins,
            **values,
        )
    if state == "equal":
        return words.gettext(
            "%(name)s is as good as %(live)s: within %(margin)s percentage points of even.",
            margin=part.verdict.margin,
            **values,
        )
    return words.gettext("%(name)s cannot be told from %(live)s yet.", **values)


def _figure(state: str, found: Difference, words: Words) -> str:
    """Return the expected share with its interval, and how far it may be where it is open.

    Who is better is asked of the votes between two, how far of the ratings: where nearly all
    votes go one way, the first is plain and the second is not.
    """
    if state in {"better", "worse"} and found.spans_even:
        return words.gettext(
            "expected: %(share)s; how far from even cannot be said yet",
            share=words.share(found.share),
        )
    said = words.gettext(
        "expected: %(share)s [%(interval)s]",
        share=words.share(found.share),
        interval=words.interval(found.low, found.high),
    )
    if state == "open" and not found.spans_even:
        return words.gettext(
            "%(said)s; not settled yet, since one may look at any time and at every pair", said=said
        )
    return said


def _not_compared(board: Leaderboard, row: Row, words: Words) -> str:
    values = {"name": words.name(row.configuration), "live": words.name(board.incumbent or "")}
    if row.rating is not None:
        return words.gettext(
            "%(name)s never met %(live)s, nor anything that did: nothing is said of the two.",
            **values,
        )
    if row.votes:
        return words.gettext("%(name)s has too few votes to compare with %(live)s yet.", **values)
    return words.gettext("%(name)s has no votes yet.", name=values["name"])


@dataclass(frozen=True)
class _Looked:
    """A configuration ahead of the incumbent on one tag: how it stands there, and overall."""

    claim: Against
    overall: Difference
    tag: str
    here: Difference | None
    met: int


def _looked_at(board: Leaderboard, part: Part) -> Iterator[_Looked]:
    """Yield what is looked at for regressions: those ahead of the incumbent, on every tag."""
    if headline.kind_of(part) is Kind.NO_SIGNAL:
        return
    for claim in part.against:
        overall = board.difference(claim.configuration, board.incumbent or "")
        if overall is None or claim.state == "worse" or overall.share <= 0.5:  # noqa: PLR2004 - even
            continue
        for one in part.slices.slices:
            for row in one.rows:
                if row.configuration == claim.configuration:
                    here = None
                    if row.against is not None:
                        here = Difference(
                            overall.first,
                            overall.second,
                            row.against.share,
                            row.against.low,
                            row.against.high,
                            told_apart=False,
                            p_beats=0.5,
                        )
                    yield _Looked(claim, overall, one.tag, here, row.met)


def _regressions(board: Leaderboard, part: Part, words: Words) -> Iterator[Regression]:
    for one in _looked_at(board, part):
        if one.here is None or one.here.high >= 0.5:  # noqa: PLR2004 - even
            continue
        values = {
            "name": words.name(one.overall.first),
            "live": words.name(one.overall.second),
            "tag": one.tag,
            "here": words.share(one.here.share),
            "interval": words.interval(one.here.low, one.here.high),
            "overall": words.share(one.overall.share),
        }
        if one.claim.state == "better":
            said = words.gettext(
                "%(name)s is better than %(live)s overall, and worse on “%(tag)s”: expected "
                "%(here)s [%(interval)s] there, %(overall)s overall.",
                **values,
            )
        else:
            said = words.gettext(
                "%(name)s is not told from %(live)s overall, and worse on “%(tag)s”: expected "
                "%(here)s [%(interval)s] there, %(overall)s overall.",
                **values,
            )
        found = Behind(one.overall.first, one.overall.second, one.met, one.tag) if one.met else None
        yield Regression(one.overall.first, one.tag, said, found)


def _notes(board: Leaderboard, part: Part, words: Words) -> Iterator[str]:
    """Yield what was looked at by tag, how often luck alone would find something, what is short."""
    if not part.slices.slices:
        return
    every = list(_looked_at(board, part))
    known = [one for one in every if one.here is not None]
    if not every:
        yield words.gettext("Nothing is ahead of it, so no tag is searched for regressions.")
        return
    if known:
        number = len(known)
        chance = 1 - (1 - BY_LUCK) ** number
        yield words.ngettext(
            "Regressions: %(number)s difference by tag was looked at, at %(level)s. Were no "
            "configuration worse anywhere, about %(chance)s of such lists would name one by luck.",
            "Regressions: %(number)s differences by tag were looked at, each at %(level)s. Were no "
            "configuration worse anywhere, up to %(chance)s of such lists would name one by luck.",
            number,
            level=words.share(0.95),
            chance=words.share(chance),
        )
        if not any(one.here is not None and one.here.high < 0.5 for one in known):  # noqa: PLR2004 - even
            yield words.gettext("None was found.")
    short = list(dict.fromkeys(one.tag for one in every if one.here is None))
    if short:
        yield words.gettext(
            "Not enough votes or prompts to look at: %(tags)s.",
            tags=words.listed(f"“{tag}”" for tag in short),
        )
