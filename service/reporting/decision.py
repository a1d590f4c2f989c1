"""What a leaderboard decides in plain sentences: who is preferred, what is open, the cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.claims import Claim
from service.domain.leaderboard import Difference, Leaderboard, Part, Share
from service.reporting import behind, charts, headline, price
from service.reporting.behind import Behind, Tied
from service.reporting.headline import Kind
from service.reporting.words import Words

# Beyond this many rivals the card sums up and leaves the pairs to the matrix.
MOST_SENTENCES = 5
# Percentage points: an interval that reaches further says as good as nothing.
FAR = 30


@dataclass(frozen=True)
class Sentence:
    """One line of the decision card: what it says, its figures, and the votes behind it."""

    text: str
    figure: str = ""
    behind: Behind | Tied | None = None


def decide(board: Leaderboard, words: Words) -> list[Sentence]:
    """Return the decision card, the most important sentence first; never a bare rank."""
    found: list[Sentence] = []
    if not board.parts:
        text = words.gettext("There is not enough data to compare yet.")
        found.append(Sentence(text, _what_to_do(board, words)))
    if len(board.parts) > 1:
        found.append(Sentence(headline.not_comparable(board, words)))
    for part in board.parts:
        found += _of_part(board, part, words)
    return [*found, *_of_waiting(board, words)]


def lines(board: Leaderboard, words: Words) -> list[str]:
    """Return the decision card as lines of plain text."""
    told = []
    for sentence in decide(board, words):
        about = [sentence.figure] if sentence.figure else []
        if sentence.behind is not None:
            about.append(behind.counted(board, sentence.behind, words))
        told.append(" · ".join([sentence.text, *about]))
    return told


def _of_part(board: Leaderboard, part: Part, words: Words) -> Iterator[Sentence]:
    """Yield what is said of one part, its first sentence first."""
    kind = headline.kind_of(part)
    pairs = list(_pairs(board, part, words))
    first = headline.of_part(part, words)
    if kind is not Kind.NO_SIGNAL and len(part.claims.rivals) == 1:
        (only,) = pairs
        yield Sentence(first, only.figure, only.behind)
    else:
        yield Sentence(first, _of_first(part, kind, words))
        if kind in {Kind.WINNER, Kind.SEVERAL}:
            yield from pairs
    yield from _of_difference(board, part, words)
    yield from _of_order(part, words)
    yield from _of_ties(board, part, words)
    for line in price.cheaper(board, part, words):
        yield Sentence(line.text, line.figure)
    yield from _of_reach(part, words)


def _of_first(part: Part, kind: Kind, words: Words) -> str:
    """Return what stands beside a first sentence that is not about a single pair."""
    if kind is Kind.NO_SIGNAL and part.both_bad.value == 1:
        return words.gettext("None of these is good enough to be chosen by its cost.")
    if kind is Kind.NO_SIGNAL:
        return words.gettext("More votes of this kind will not tell them apart.")
    if kind is Kind.CIRCLE:
        return words.gettext("More votes will not make one of them the best.")
    if part.verdict.state == "practically_equal":
        return words.gettext(
            "Each of the others would win between %(low)s and %(high)s against %(best)s",
            low=words.share(0.5 - part.verdict.margin / 100),
            high=words.share(0.5 + part.verdict.margin / 100),
            best=words.name(part.claims.leader),
        )
    return ""


def _nearest(part: Part, rivals: Sequence[str], words: Words) -> str:
    """Name the nearest rivals; brackets only where the plot draws one from each to the leader."""
    best, names = part.claims.leader, words.names(rivals)
    drawn = part.groups if any(charts.brackets(part.configurations, part.groups).values()) else ()
    if not all(any({best, one} <= set(group) for group in drawn) for one in rivals):
        return words.gettext("The nearest are %(names)s.", names=names)
    return words.gettext(
        "The nearest are %(names)s; brackets beside the plot join them with %(best)s.",
        names=names,
        best=words.name(best),
    )


def _pairs(board: Leaderboard, part: Part, words: Words) -> Iterator[Sentence]:
    """Yield one sentence for each rival of the leader, or sum them up where they are many."""
    ahead, open_ = part.claims.ahead_of, part.claims.not_ahead_of
    if len(ahead) <= MOST_SENTENCES:
        for claim in ahead:
            yield _preferred(board, part, claim, words)
    else:
        yield _many_preferred(board, part, words)
    if len(open_) <= MOST_SENTENCES:
        for claim in open_:
            yield _undecided(board, part, claim, words)
    else:
        yield Sentence(
            words.gettext(
                "%(number)s others cannot be told from %(best)s.",
                number=len(open_),
                best=words.name(part.claims.leader),
            ),
            _nearest(part, [claim.rival for claim in open_[:3]], words),
        )
        yield from _of_strictness(board, part, words)


def _of_strictness(board: Leaderboard, part: Part, words: Words) -> Iterator[Sentence]:
    """Say what the standard costs where no end was declared: whom a single look would tell apart.

    Of pairs asked one by one, at 95 %: more than are said here, and some of them by luck.
    """
    best = part.claims.leader
    found = [board.difference(best, one.rival) for one in part.claims.not_ahead_of]
    alone = sum(one is not None and not one.spans_even for one in found)
    if alone and board.end is None:
        yield Sentence(
            words.ngettext(
                "Asked alone, and once, %(number)s of them would be told from %(best)s.",
                "Asked alone, and once, %(number)s of them would be told from %(best)s.",
                alone,
                best=words.name(best),
            ),
            words.gettext(
                "No end was declared, so what is said above holds for all pairs together and "
                "however often one looks: that takes more votes. An end declared before opening "
                "takes fewer."
            ),
        )


def _preferred(board: Leaderboard, part: Part, claim: Claim, words: Words) -> Sentence:
    said = words.gettext(
        "%(best)s is preferred to %(other)s.",
        best=words.name(claim.leader),
        other=words.name(claim.rival),
    )
    found = board.difference(claim.leader, claim.rival)
    return Sentence(
        headline.qualified(said, part, words, holds=claim.holds),
        "" if found is None else figure(found, words),
        behind.on(board, claim.leader, claim.rival),
    )


def _many_preferred(board: Leaderboard, part: Part, words: Words) -> Sentence:
    """Sum up whom the leader is ahead of, with the closest of them."""
    best, ahead = part.claims.leader, part.claims.ahead_of
    known = [board.difference(best, claim.rival) for claim in ahead]
    least = min((one for one in known if one is not None), key=lambda one: one.share)
    said = words.gettext(
        "%(best)s is preferred to %(number)s of the others.",
        best=words.name(best),
        number=len(ahead),
    )
    at_end = any(claim.holds == "at_end" for claim in ahead)
    return Sentence(
        headline.qualified(said, part, words, holds="at_end" if at_end else None),
        words.gettext(
            "The closest of them is %(name)s: %(figure)s",
            name=words.name(least.second),
            figure=figure(least, words),
        ),
        behind.on(board, best, least.second),
    )


def _undecided(board: Leaderboard, part: Part, claim: Claim, words: Words) -> Sentence:
    values = {"other": words.name(claim.rival), "best": words.name(claim.leader)}
    if claim.state == "equal":
        said = words.gettext("%(other)s is practically equal to %(best)s.", **values)
    else:
        said = words.gettext("%(other)s cannot be told from %(best)s.", **values)
    found = board.difference(claim.rival, claim.leader)
    return Sentence(
        headline.qualified(said, part, words, holds=claim.holds),
        "" if found is None else _close(found, words),
        behind.on(board, claim.rival, claim.leader),
    )


def figure(found: Difference, words: Words) -> str:
    """Return a difference's expected share with its interval, ready to stand beside a sentence.

    Who is ahead is asked of the votes between two, how far of the ratings: where nearly all votes
    go one way, the first is plain and the second is not.
    """
    if found.spans_even:
        return words.gettext(
            "Expected: %(share)s of votes between the two (ties count half); how far ahead it is "
            "cannot be said yet",
            share=words.share(found.share),
        )
    return words.gettext(
        "Expected: %(share)s of votes between the two (ties count half), "
        "%(level)s interval %(interval)s",
        share=words.share(found.share),
        level=words.share(0.95),
        interval=words.interval(found.low, found.high),
    )


def _close(found: Difference, words: Words) -> str:
    """Return the expected share of one that cannot be told from the best, and how far it may be."""
    said = words.gettext(
        "Expected for %(name)s: %(share)s [%(interval)s]",
        name=words.name(found.first),
        share=words.share(found.share),
        interval=words.interval(found.low, found.high),
    )
    if not found.spans_even:
        return words.gettext(
            "%(said)s; not settled yet, since one may look at any time and at every pair", said=said
        )
    if found.reach >= FAR:
        return words.gettext("%(said)s; so far the votes say little about the two", said=said)
    return words.gettext(
        "%(said)s; more than %(points)s percentage points from an even share is unlikely",
        said=said,
        points=found.reach,
    )


def _of_difference(board: Leaderboard, part: Part, words: Words) -> Iterator[Sentence]:
    """Say where one is preferred who lost most direct votes: the model and these differ."""
    for claim in part.claims.ahead_of:
        cell = board.cell(claim.leader, claim.rival)
        if cell is not None and cell.votes and cell.first_wins < cell.second_wins:
            yield Sentence(
                words.gettext(
                    "The direct votes differ: against %(other)s, %(best)s won %(wins)s and lost "
                    "%(losses)s.",
                    other=words.name(claim.rival),
                    best=words.name(claim.leader),
                    wins=words.count(cell.first_wins),
                    losses=words.count(cell.second_wins),
                ),
                words.gettext(
                    "What is expected also rests on votes against others; read both before you "
                    "choose between these two."
                ),
                Behind(claim.leader, claim.rival, cell.votes),
            )


def _of_order(part: Part, words: Words) -> Iterator[Sentence]:
    """Name circles, and say where no one order describes the votes."""
    for cycle in part.order.cycles:
        one, two, three = map(words.name, cycle.configurations)
        yield Sentence(
            words.gettext(
                "Preferences run in a circle: %(one)s over %(two)s, %(two)s over %(three)s, "
                "%(three)s over %(one)s.",
                one=one,
                two=two,
                three=three,
            ),
            words.gettext(
                "Counted: %(shares)s, in this order (ties count half)",
                shares=words.listed(words.share(share) for share in cycle.shares),
            ),
        )
    if part.order.is_doubtful and not part.order.cycles:
        yield Sentence(
            words.gettext("One order does not describe these votes well."),
            words.gettext(
                "Some matchups ended otherwise than the ratings expect, by more than luck; the "
                "table of wins shows which."
            ),
        )


def _of_ties(board: Leaderboard, part: Part, words: Words) -> Iterator[Sentence]:
    """Say how often neither was preferred, how often both were bad, and what that changes."""
    if headline.finds_most_bad(part) and part.decisive:
        yield Sentence(
            words.gettext("Most votes find both answers bad."),
            words.gettext("None of these is good enough to be chosen by its cost."),
        )
    at = board.parts.index(part)
    tied, bad = part.votes - part.decisive, round(part.both_bad.value * part.votes)
    if tied:
        yield Sentence(
            words.gettext("Neither was preferred"),
            _share_of_votes(part.tied, words),
            Tied(at, "tied", tied),
        )
    if bad:
        yield Sentence(
            words.gettext("Both were bad"),
            _share_of_votes(part.both_bad, words),
            Tied(at, "both_bad", bad),
        )
    yield from _of_sensitivity(part, words)


def _share_of_votes(share: Share, words: Words) -> str:
    return words.gettext(
        "%(share)s of votes [%(interval)s]",
        share=words.share(share.value),
        interval=words.interval(share.low, share.high),
    )


def _of_sensitivity(part: Part, words: Words) -> Iterator[Sentence]:
    found = part.without_both_bad
    if found is None or not part.decisive:
        return
    text = words.ngettext(
        "With the %(number)s vote “both bad” left out",
        "With the %(number)s votes “both bad” left out",
        found.votes,
    )
    if not found.top:
        said = words.gettext("too little is left to compare all")
    elif found.top == part.top:
        said = words.gettext("the top stays the same")
    else:
        said = words.gettext("the top would be: %(names)s", names=words.names(found.top))
    yield Sentence(text, said)


def _of_reach(part: Part, words: Words) -> Iterator[Sentence]:
    """Say for whom alone all this speaks, and from where on it could speak for more."""
    whom = headline.population(part, words)
    if whom:
        yield Sentence(
            words.gettext("All this speaks %(whom)s.", whom=whom),
            words.gettext(
                "From %(number)s raters and %(number)s prompts on, it can speak for more.",
                number=headline.ENOUGH,
            ),
        )


def _of_waiting(board: Leaderboard, words: Words) -> Iterator[Sentence]:
    """Name those in service that do not compete yet; they change nothing of what is said."""
    if not board.parts:
        return
    none = [row.configuration for row in board.waiting if not row.is_newcomer]
    few = [row for row in board.waiting if row.is_newcomer]
    if none:
        yield Sentence(words.gettext("No votes yet: %(names)s.", names=words.names(none)))
    if few:
        names = words.listed(
            f"{words.name(row.configuration)} ({words.count(row.votes)})" for row in few
        )
        yield Sentence(
            words.gettext("Too few votes to compare yet: %(names)s.", names=names),
            words.gettext("Nothing above counts these votes."),
        )


def _what_to_do(board: Leaderboard, words: Words) -> str:
    if not any(row.votes for row in board.ratings):
        return words.gettext(
            "The first votes will appear here within seconds. Invite a rater from the study's page."
        )
    return words.gettext("More votes are needed between configurations in service.")
