"""The first sentence about a leaderboard: of which kind it is, and for whom it speaks."""

from enum import StrEnum

from service.domain.leaderboard import Leaderboard, Part
from service.reporting.words import Words

# From so many on, what was found can be said of raters and prompts in general.
ENOUGH = 5
MOST = 0.5


class Kind(StrEnum):
    """What the votes of a part allow to say first."""

    WINNER = "winner"
    SEVERAL = "several"
    CIRCLE = "circle"
    NO_SIGNAL = "no_signal"


def kind_of(part: Part) -> Kind:
    """Return of which kind the first sentence about a part is."""
    if not part.decisive:
        return Kind.NO_SIGNAL
    if part.verdict.state == "decided":
        return Kind.WINNER
    if any(set(cycle.configurations) <= set(part.top) for cycle in part.order.cycles):
        return Kind.CIRCLE
    return Kind.SEVERAL


def finds_most_bad(part: Part) -> bool:
    """Tell whether surely most votes find both answers bad: then nothing is worth choosing."""
    return part.both_bad.low > MOST


def of_part(part: Part, words: Words) -> str:
    """Return the first sentence about a part, with for whom it speaks and when it holds."""
    return qualified(_say(part, words), part, words, holds=part.verdict.holds)


def not_comparable(board: Leaderboard, words: Words) -> str:
    """Return that parts never met, which stands above what is said of each."""
    return words.gettext(
        "Not comparable: %(groups)s never met. Each group is judged by itself.",
        groups=words.listed(
            " + ".join(map(words.name, part.configurations)) for part in board.parts
        ),
    )


def qualified(said: str, part: Part, words: Words, *, holds: str | None) -> str:
    """Return a sentence that begins with its condition, where it has one."""
    when = condition(part, words, holds=holds)
    # Names of configurations stay as they are; a sentence may begin with a small letter.
    return f"{when[0].upper()}{when[1:]}: {said}" if when else said


def condition(part: Part, words: Words, *, holds: str | None) -> str:
    """Return when a claim holds and for whom: "" for at every look and for everybody.

    What holds at the end that a study declared, and not at every look, says so.
    """
    whom = population(part, words)
    if holds != "at_end":
        return whom
    if whom:
        return words.gettext("at the declared end, %(whom)s", whom=whom)
    return words.gettext("at the declared end")


def population(part: Part, words: Words) -> str:
    """Return for whom alone a part speaks: few raters, few prompts, or both; "" for everybody."""
    raters = words.ngettext("for this one rater", "for these %(number)s raters", part.raters)
    prompts = words.ngettext("for this one prompt", "for these %(number)s prompts", part.prompts)
    if part.claims.for_these_raters and part.claims.for_these_prompts:
        return words.gettext("%(raters)s and %(prompts)s", raters=raters, prompts=prompts)
    if part.claims.for_these_raters:
        return raters
    return prompts if part.claims.for_these_prompts else ""


def _say(part: Part, words: Words) -> str:
    kind = kind_of(part)
    if kind is Kind.NO_SIGNAL:
        return _without_signal(part, words)
    if kind is Kind.CIRCLE:
        return words.gettext("There is no best: preferences run in a circle.")
    return _winner(part, words) if kind is Kind.WINNER else _several(part, words)


def _winner(part: Part, words: Words) -> str:
    best, rivals = words.name(part.claims.leader), part.claims.rivals
    if len(rivals) == 1:
        return words.gettext(
            "%(best)s is preferred to %(other)s.", best=best, other=words.name(rivals[0].rival)
        )
    return words.gettext(
        "%(best)s is ahead of every other: %(names)s.",
        best=best,
        names=words.names(claim.rival for claim in rivals),
    )


def _several(part: Part, words: Words) -> str:
    """Say who cannot be told apart at the top, and who is worse."""
    top = words.names(part.top)
    if part.verdict.state == "practically_equal":
        return words.gettext("%(names)s are practically equal.", names=top)
    if len(part.top) == len(part.configurations) > 2:  # noqa: PLR2004 - of two it is said shorter
        return words.gettext("Nobody is ahead yet; %(names)s cannot be told apart.", names=top)
    behind = [claim.rival for claim in part.claims.ahead_of]
    if not behind:
        return words.gettext("%(names)s cannot be told apart.", names=top)
    return words.ngettext(
        "%(names)s cannot be told apart; %(worse)s is behind %(best)s.",
        "%(names)s cannot be told apart; %(worse)s are behind %(best)s.",
        len(behind),
        names=top,
        worse=words.names(behind),
        best=words.name(part.claims.leader),
    )


def _without_signal(part: Part, words: Words) -> str:
    if part.both_bad.value == 1:
        return words.ngettext(
            "No signal: the only vote finds both answers bad.",
            "No signal: all %(number)s votes find both answers bad.",
            part.votes,
        )
    return words.ngettext(
        "No signal: the only vote prefers neither answer.",
        "No signal: all %(number)s votes prefer neither answer.",
        part.votes,
    )
