"""What a leaderboard says about itself: its verdict, its findings, what it left out."""

from service.domain.finding import Finding
from service.domain.leaderboard import NEWCOMER, RETIRED, Leaderboard, Part
from service.domain.vote import Outcome
from service.reporting import ending_words, headline
from service.reporting.headline import Kind
from service.reporting.words import Words, msgid

_FINDINGS = {
    "no_votes": msgid("There are no votes yet."),
    "only_ties": msgid("Every vote was a tie: nothing tells the configurations apart."),
    "disconnected": msgid(
        "The votes fall into groups that never met: compare within a group only."
    ),
    "unbounded_above": msgid(
        "These won every comparison with the rest: how far above they are is unknown."
    ),
    "unbounded_below": msgid(
        "These lost every comparison with the rest: how far below they are is unknown."
    ),
    "separated": msgid("They form levels, and no vote goes against the order of these."),
    "prior_used": msgid(
        "No vote limits how far these lie from the rest; a weak assumption holds their ratings."
    ),
    "not_converged": msgid("The fit did not converge; do not rely on these ratings."),
    "one_rater": msgid("All votes are one rater's."),
    "these_raters_only": msgid("With so few raters the intervals speak for these raters only."),
    "these_prompts_only": msgid("With so few prompts the intervals speak for these prompts only."),
    "dominant_rater": msgid(
        "One rater cast a large share of the votes; nobody counts for more than 1.5 times the mean."
    ),
    "dominant_prompt": msgid(
        "One prompt holds a large share of the votes, which makes the intervals wide."
    ),
    "drift": msgid("Early votes say something else of it than late ones: is it still the same?"),
    "copied_raters": msgid(
        "These raters voted the same wherever both voted: is this one person under several names?"
    ),
    "raters_unknown": msgid("Votes were taken as independent of the rater."),
    "prompts_unknown": msgid("Votes were taken as independent of the prompt."),
}


def rests_on(board: Leaderboard, words: Words) -> str:
    """Return how many votes by how many people on how many prompts there are."""
    votes = words.ngettext("%(number)s vote", "%(number)s votes", board.votes)
    by = words.ngettext(
        "%(votes)s by %(number)s person",
        "%(votes)s by %(number)s people",
        board.raters,
        votes=votes,
    )
    prompts = words.ngettext("%(number)s prompt", "%(number)s prompts", board.prompts)
    return f"{by} · {prompts}"


def is_known(code: str) -> bool:
    """Tell whether there are words for a finding of this code."""
    return code in _FINDINGS


def finding(found: Finding, words: Words) -> str:
    """Return one finding in plain words; a code without words is said as it is."""
    known = _FINDINGS.get(found.code)
    text = found.code.replace("_", " ") if known is None else words.gettext(known)
    return f"{words.names(found.items)}: {text}" if found.items else text


def verdicts(board: Leaderboard, words: Words) -> list[str]:
    """Return for each part whether its votes suffice: decided, equal, or what is short.

    Where the end that was declared is reached that is said as well, and how.
    """
    ended = ending_words.reached(board.end, words)
    told = [ended] if ended else []
    if len(board.parts) == 1:
        return [verdict(board.parts[0], words), *told]
    return [
        words.gettext(
            "%(names)s: %(said)s",
            names=words.names(part.configurations),
            said=verdict(part, words),
        )
        for part in board.parts
    ] + told


def verdict(part: Part, words: Words) -> str:
    """Return whether the votes on a part suffice, and for whom that is said."""
    found = part.verdict
    if headline.kind_of(part) is Kind.NO_SIGNAL:
        return words.gettext(
            "Enough votes? Not to tell who is better: none of them prefers an answer. "
            "Harder prompts or other raters would help most."
        )
    if headline.kind_of(part) is Kind.CIRCLE:
        return words.gettext(
            "Enough votes? Yes, to see that none of these is the best: preferences run in a circle."
        )
    if found.state == "decided":
        said = words.gettext(
            "%(best)s is ahead of every other. You may stop asking which is best.",
            best=words.name(found.winner or ""),
        )
    elif found.state == "practically_equal":
        said = _equal(part, words)
    else:
        return _short(part, words)
    when = headline.condition(part, words, holds=found.holds)
    if when:
        return words.gettext("Enough votes? Yes, %(when)s: %(said)s", when=when, said=said)
    return words.gettext("Enough votes? Yes: %(said)s", said=said)


def _equal(part: Part, words: Words) -> str:
    said = words.gettext(
        "each of the others would win %(low)s to %(high)s of votes against "
        "%(best)s, which is as good as even.",
        low=words.share(0.5 - part.verdict.margin / 100),
        high=words.share(0.5 + part.verdict.margin / 100),
        best=words.name(part.claims.leader),
    )
    if headline.finds_most_bad(part):
        return said
    return said + " " + words.gettext("Choose by cost.")


def _short(part: Part, words: Words) -> str:
    """Return what is short, as a range where one is known; a single number would not be true."""
    found = part.verdict
    if found.short_of is None:
        return words.gettext(
            "Enough votes? Not yet: %(names)s cannot be told from %(best)s.",
            names=words.names(claim.rival for claim in part.claims.not_ahead_of),
            best=words.name(part.claims.leader),
        )
    helps = {
        "prompts": words.gettext("More prompts would help most."),
        "raters": words.gettext("More people would help most."),
    }.get(found.short_of, words.gettext("More votes would help most."))
    told = [words.gettext("Enough votes? Not yet."), helps]
    if found.more_low is not None and found.more_high is not None:
        low, high = words.count(found.more_low), words.count(found.more_high)
        told.append(
            {
                "prompts": words.gettext(
                    "Probably %(low)s to %(high)s more prompts.", low=low, high=high
                ),
                "raters": words.gettext(
                    "Probably %(low)s to %(high)s more people.", low=low, high=high
                ),
            }.get(
                found.short_of,
                words.gettext("Probably %(low)s to %(high)s more votes.", low=low, high=high),
            )
        )
    return " ".join(told)


def not_counted(board: Leaderboard, words: Words) -> list[str]:
    """Return one line on the votes that are kept and not counted; none where all are."""
    told = left_out(board, words)
    if not told:
        return []
    return [words.gettext("Not counted, but kept: %(votes)s.", votes=words.listed_in_full(told))]


def left_out(board: Leaderboard, words: Words) -> list[str]:
    """Return what was not counted and why, one phrase for each reason."""
    return [
        _left_out(reason, number, words)
        for reason, number in sorted(board.excluded.items())
        if number
    ]


def _left_out(reason: str, number: int, words: Words) -> str:
    said = {
        "sighted": words.ngettext(
            "%(number)s vote by people who had seen the results",
            "%(number)s votes by people who had seen the results",
            number,
        ),
        "late": words.ngettext(
            "%(number)s vote cast after the study closed or the rater finished",
            "%(number)s votes cast after the study closed or the rater finished",
            number,
        ),
        "excluded": words.ngettext(
            "%(number)s vote taken out by hand", "%(number)s votes taken out by hand", number
        ),
        "model": words.ngettext(
            "%(number)s verdict of a model, imported from a file",
            "%(number)s verdicts of models, imported from files",
            number,
        ),
        "repeat": words.ngettext(
            "%(number)s vote on repeats, which measure consistency",
            "%(number)s votes on repeats, which measure consistency",
            number,
        ),
        "gold": words.ngettext(
            "%(number)s vote on gold matchups, which measure attention",
            "%(number)s votes on gold matchups, which measure attention",
            number,
        ),
        "norming": words.ngettext(
            "%(number)s vote on the panel that every rater gets first",
            "%(number)s votes on the panel that every rater gets first",
            number,
        ),
        RETIRED: words.ngettext(
            "%(number)s vote on a configuration that is retired",
            "%(number)s votes on configurations that are retired",
            number,
        ),
        NEWCOMER: words.ngettext(
            "%(number)s vote on a configuration with too few votes to compare yet",
            "%(number)s votes on configurations with too few votes to compare yet",
            number,
        ),
        "practice": words.ngettext(
            "%(number)s vote for practice", "%(number)s votes for practice", number
        ),
    }
    other = words.ngettext("%(number)s vote not counted", "%(number)s votes not counted", number)
    return said.get(reason, other)


def outcome(kind: str, first: str, second: str, words: Words) -> str:
    """Return a vote's outcome in words, with the names of its two configurations."""
    # The table of choices has the words; catalogues hold them with these places.
    label = Outcome(kind).choice.label("%(first)s", "%(second)s")
    return words.gettext(label, first=words.name(first), second=words.name(second))
