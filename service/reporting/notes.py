"""What a leaderboard says about itself: its verdict, its findings, what it left out."""

from service.domain.finding import Finding
from service.domain.leaderboard import Leaderboard, Verdict
from service.domain.vote import Outcome
from service.reporting.words import Words, msgid

_FINDINGS = {
    "no_votes": msgid("There are no votes yet."),
    "item_without_votes": msgid("Some have no votes yet; their strengths are unknown."),
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
    "separated": msgid("They fall into levels, and no vote goes against their order."),
    "prior_used": msgid("The exact maximum is not finite for these; a weak prior holds them."),
    "not_converged": msgid("The fit did not converge; do not rely on these ratings."),
    "one_rater": msgid("All votes are one rater's."),
    "these_raters_only": msgid("With so few raters the intervals speak for these raters only."),
    "these_prompts_only": msgid("With so few prompts the intervals speak for these prompts only."),
    "dominant_rater": msgid(
        "One rater cast a large share of the votes, which makes the intervals wide."
    ),
    "dominant_prompt": msgid(
        "One prompt holds a large share of the votes, which makes the intervals wide."
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


def findings(board: Leaderboard, words: Words) -> list[str]:
    """Return the findings in plain words, those on some configurations with names, each once."""
    return list(dict.fromkeys(finding(found, words) for found in board.findings))


def finding(found: Finding, words: Words) -> str:
    """Return one finding in plain words; a code without words is said as it is."""
    known = _FINDINGS.get(found.code)
    text = found.code.replace("_", " ") if known is None else words.gettext(known)
    return f"{words.listed(found.items)}: {text}" if found.items else text


def verdict(found: Verdict, words: Words) -> list[str]:
    """Return whether the votes suffice: decided, equal, or what is short."""
    if found.state == "no_votes":
        return []
    if found.state == "decided":
        return [_decided(found, words)]
    if found.state == "practically_equal":
        return [_equal(found, words)]
    return [_short(found, words)]


def _decided(found: Verdict, words: Words) -> str:
    best = found.winner or ""
    if found.for_these_raters:
        return words.gettext(
            "Enough votes? Yes for these raters: %(best)s is ahead of every other. "
            "You may stop asking which is best.",
            best=best,
        )
    return words.gettext(
        "Enough votes? Yes: %(best)s is ahead of every other. You may stop asking which is best.",
        best=best,
    )


def _equal(found: Verdict, words: Words) -> str:
    if found.for_these_raters:
        return words.gettext(
            "Enough votes? Yes for these raters: all are within %(points)s points of each other. "
            "Choose by cost.",
            points=found.margin,
        )
    return words.gettext(
        "Enough votes? Yes: all are within %(points)s points of each other. Choose by cost.",
        points=found.margin,
    )


def _short(found: Verdict, words: Words) -> str:
    if found.more is None:
        return words.gettext(
            "Enough votes? Not yet, and more votes alone will hardly settle it. "
            "Different prompts or more people would help most."
        )
    number = words.count(found.more)
    if found.short_of == "prompts":
        return words.gettext(
            "Enough votes? Not yet: about %(number)s more prompts to tell the best from the next. "
            "More prompts would help most.",
            number=number,
        )
    if found.short_of == "raters":
        return words.gettext(
            "Enough votes? Not yet: about %(number)s more people to tell the best from the next. "
            "More people would help most.",
            number=number,
        )
    return words.gettext(
        "Enough votes? Not yet: about %(number)s more votes to tell the best from the next.",
        number=number,
    )


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
    return words.gettext(label, first=first, second=second)
