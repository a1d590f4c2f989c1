"""Says what is known of a judge: each figure of the trust report in a plain sentence."""

from service.domain.judge_report import Agreement, Figure, Graded, JudgeReport, Leaning, Worth
from service.domain.trust import CAUTION, NOT_CHECKED, NOTE, OK
from service.reporting.trust import Line
from service.reporting.words import Words, msgid

LEAST_MATCHUPS = 30
_STATES = {
    OK: msgid("ok"),
    CAUTION: msgid("caution"),
    NOT_CHECKED: msgid("not checked"),
    NOTE: msgid("measured"),
}


def pools(words: Words) -> str:
    """Return the one sentence on why there are two pools."""
    return words.gettext(
        "Calibration matchups are chosen, may be shown to the judge and teach it; audit matchups "
        "are drawn at random, are never shown to it and measure it: never the same."
    )


def headline(report: JudgeReport, words: Words) -> str:
    """Return whether this version may replace the next votes, and why, in one sentence or two."""
    found = report.replacing
    if found.state == "not_enough":
        said = words.gettext("Not enough evidence that it may replace votes.")
        return f"{said} {_needed(found.needed, words)}"
    may = words.gettext(_REPLACES[found.state])
    because = words.gettext(_BECAUSE[found.state, found.rule])
    return f"{may} {because}"


_REPLACES = {
    "may": msgid("It may stand in for further votes of this kind."),
    "may_not": msgid("It may not replace votes."),
}
_BECAUSE = {
    ("may", "beside_people"): msgid(
        "It agrees with people hardly less than people agree with each other: surely by no more "
        "than 5 points."
    ),
    ("may", "threshold"): msgid("It surely agrees with more than four of five votes."),
    ("may_not", "beside_people"): msgid(
        "It agrees with people less than people agree with each other: surely by more than 5 "
        "points."
    ),
    ("may_not", "threshold"): msgid("It surely agrees with fewer than four of five votes."),
}


def _needed(number: int | None, words: Words) -> str:
    if number is None:
        return words.gettext("It is so close that no number of votes can be named.")
    return words.ngettext(
        "About %(number)s audit matchup in all would be needed.",
        "About %(number)s audit matchups in all would be needed.",
        number,
    )


def who(report: JudgeReport, words: Words) -> str:
    """Return which version of the judge ran, on which model, by which criterion."""
    return words.gettext(
        "%(judge)s, version %(version)s, run by %(model)s. Criterion: %(criterion)s.",
        judge=report.judge,
        version=report.judge_version,
        model=report.model,
        criterion=report.criterion.rstrip("."),
    )


def lines(report: JudgeReport, words: Words) -> list[Line]:
    """Return every check of a judge in a fixed order, also where it could not be made."""
    found = [
        ("Seen before", *_seen(report, words)),
        ("Five grades", *_graded(report.graded, words)),
        ("Agrees with people", *_agreement(report.agreement, words)),
        ("Beside people", *_beside(report.agreement, words)),
        ("Both orders", *_flips(report, words)),
        *((_LEANINGS[one.name], *_leaning(one, words)) for one in report.leanings),
        ("Same family", *_family(report, words)),
        ("Carries over", *_carried(report, words)),
        ("By tag", *_tags(report, words)),
        ("Answers", *_answers(report, words)),
        ("Worth in votes", *_worth(report.worth, words)),
    ]
    return [
        Line(words.gettext(_NAMES[name]), state, words.gettext(_STATES[state]), said)
        for name, state, said in found
    ]


_NAMES = {
    "Seen before": msgid("It is not scored on what it has seen"),
    "Five grades": msgid("Chosen grades"),
    "Agrees with people": msgid("It agrees with people"),
    "Beside people": msgid("As people agree with each other"),
    "Both orders": msgid("The order does not decide"),
    "position": msgid("No side is favoured"),
    "length": msgid("No length is favoured"),
    "leniency": msgid("Grades as people do"),
    "own_family": msgid("Its own family is not favoured"),
    "Same family": msgid("It judges no relatives"),
    "Carries over": msgid("It is as right about each configuration"),
    "By tag": msgid("It is as right on each tag"),
    "Answers": msgid("It answers"),
    "Worth in votes": msgid("What it is worth in votes"),
}
_LEANINGS = {name: name for name in ("position", "length", "leniency", "own_family")}
_Said = tuple[str, tuple[str, ...]]


def _seen(report: JudgeReport, words: Words) -> _Said:
    if report.shown:
        return CAUTION, (
            words.ngettext(
                "%(number)s audit matchup stands among its examples and is left out.",
                "%(number)s audit matchups stand among its examples and are left out.",
                report.shown,
            ),
        )
    return OK, (pools(words),)


def graded(found: Graded, words: Words) -> str:
    """Return what a handful of grades shows: "5 of 5 agree; it could be as low as 48 %"."""
    return words.gettext(
        "%(alike)s of %(number)s agree; it could be as low as %(low)s.",
        alike=words.count(found.alike),
        number=words.count(found.scored),
        low=words.share(found.low),
    )


def _graded(found: Graded, words: Words) -> _Said:
    if not found.scored:
        told = words.gettext("No grade that it had not been shown: five show a first impression.")
        return NOT_CHECKED, (told,)
    raw, mapped = (
        words.decimals(error or 0.0, 2) for error in (found.raw_error, found.mapped_error)
    )
    if found.is_map_applied:
        moved = words.gettext(
            "Its grades are moved onto people’s scale: on grades left out it is then %(mapped)s "
            "off instead of %(raw)s.",
            mapped=mapped,
            raw=raw,
        )
    else:
        moved = words.gettext(
            "Its grades are taken as they are, %(raw)s off: moving them would not help on grades "
            "left out (%(mapped)s).",
            mapped=mapped,
            raw=raw,
        )
    return NOTE, (graded(found, words), moved)


def _between(figure: Figure, words: Words) -> dict[str, str]:
    return {
        "share": words.share(figure.value),
        "interval": words.interval(figure.low, figure.high),
    }


def _agreement(found: Agreement, words: Words) -> _Said:
    if found.with_people is None:
        return NOT_CHECKED, (
            words.gettext("No audit matchup has been judged by people and by it yet."),
        )
    said = [
        words.ngettext(
            "In %(share)s (%(interval)s) of %(number)s audit matchup it says what most people say.",
            "In %(share)s (%(interval)s) of %(number)s audit matchups it says what most people "
            "say.",
            found.matchups,
            **_between(found.with_people, words),
        )
    ]
    if found.kappa is not None:
        said.append(
            words.gettext(
                "Beyond chance: kappa %(kappa)s (%(low)s to %(high)s).",
                kappa=words.decimals(found.kappa.value, 2),
                low=words.decimals(found.kappa.low, 2),
                high=words.decimals(found.kappa.high, 2),
            )
        )
        if found.kappa.high <= 0:
            said.append(words.gettext("It says the opposite of people more often than by chance."))
            return CAUTION, tuple(said)
    few = found.matchups < LEAST_MATCHUPS or found.kappa is None or found.kappa.low <= 0
    return (CAUTION if few else NOTE), tuple(said)


def _beside(found: Agreement, words: Words) -> _Said:
    if found.people is None or found.judge is None:
        return NOT_CHECKED, (words.gettext("No audit matchup was judged by two people."),)
    said = words.gettext(
        "On the same matchups people agree with each other in %(people)s, the judge with people in "
        "%(judge)s.",
        people=words.share(found.people.value),
        judge=words.share(found.judge.value),
    )
    if found.gap is None:
        return NOTE, (said,)
    apart = words.gettext(
        "Points more or less: %(between)s.",
        between=words.points_between(found.gap.low, found.gap.high),
    )
    return (CAUTION if found.gap.high < 0 else OK), (said, apart)


_MANY_FLIPS = 0.25


def _flips(report: JudgeReport, words: Words) -> _Said:
    if report.flips is None:
        return NOT_CHECKED, (words.gettext("It has answered no matchup in both orders yet."),)
    said = words.ngettext(
        "With the texts exchanged it says something else in %(share)s (%(interval)s): %(number)s "
        "matchup is unsettled.",
        "With the texts exchanged it says something else in %(share)s (%(interval)s): %(number)s "
        "matchups are unsettled.",
        report.heard.unsettled,
        **_between(report.flips, words),
    )
    if report.flips.low <= _MANY_FLIPS:
        return NOTE, (said,)
    more = words.gettext(
        "More matchups will not change that: another judge or clearer instructions may."
    )
    return CAUTION, (said, more)


def _leaning(found: Leaning, words: Words) -> _Said:
    if found.figure is None:
        return NOT_CHECKED, (words.gettext(_UNMEASURED[found.name]),)
    value, low, high = found.figure.value, found.figure.low, found.figure.high
    if found.name == "leniency":
        between = words.gettext(
            "%(low)s to %(high)s", low=_signed(low, words), high=_signed(high, words)
        )
        told = words.gettext(
            "It grades %(value)s higher than people (%(between)s; below nought is lower).",
            value=_signed(value, words),
            between=between,
        )
    else:
        told = words.gettext(
            _MEASURED[found.name],
            value=words.points(value),
            between=words.points_between(low, high),
        )
    found_words = (
        words.gettext("That is surely a leaning.")
        if found.is_found
        else words.gettext("That may be chance.")
    )
    return (CAUTION if found.is_found else OK), (f"{told} {found_words}",)


def _signed(value: float, words: Words) -> str:
    return words.decimals(value, 1).replace("-", "−")


_MEASURED = {
    "position": msgid(
        "The text shown first gets %(value)s points of a hundred beyond an even half (%(between)s)."
    ),
    "length": msgid(
        "The longer text gets %(value)s points of a hundred more than people give it (%(between)s)."
    ),
    "own_family": msgid(
        "A text of its own family gets %(value)s points of a hundred more than people give it "
        "(%(between)s)."
    ),
}
_UNMEASURED = {
    "position": msgid("It has answered no matchup in both orders yet."),
    "length": msgid("No audit matchup holds texts of different lengths."),
    "leniency": msgid("No grade that it had not been shown."),
    "own_family": msgid("No audit matchup sets its own family against another."),
}


def _family(report: JudgeReport, words: Words) -> _Said:
    if not report.family:
        return NOT_CHECKED, (words.gettext("The family of its model is not known."),)
    if not report.same_family:
        return OK, (words.gettext("No configuration is of its family, by the names of models."),)
    return CAUTION, (
        words.ngettext(
            "%(names)s is of the same family as the judge (%(family)s).",
            "%(names)s are of the same family as the judge (%(family)s).",
            len(report.same_family),
            names=words.names(report.same_family),
            family=report.family,
        ),
    )


def _carried(report: JudgeReport, words: Words) -> _Said:
    by_state: dict[str, list[str]] = {}
    for one in report.carried:
        by_state.setdefault(one.state, []).append(one.configuration)
    said = tuple(
        words.gettext(_CARRIED[state], names=words.names(by_state[state]))
        for state in _CARRIED
        if state in by_state
    )
    if by_state.keys() & {"failed", "borrowed"}:
        return CAUTION, said
    return (OK if by_state else NOT_CHECKED), said


_CARRIED = {
    "failed": msgid(
        "%(names)s: the judge surely gives more or less than people do; the corrected board takes "
        "people’s votes alone."
    ),
    "borrowed": msgid(
        "%(names)s: borrowed from the others, until there are 20 audit matchups of its own; the "
        "corrected board takes people’s votes alone."
    ),
    "unclear": msgid("%(names)s: no difference from people is shown, nor that there is none."),
    "passed": msgid("%(names)s: within 10 points of people."),
}


def _tags(report: JudgeReport, words: Words) -> _Said:
    if not report.tags:
        return NOT_CHECKED, (words.gettext("No tag has 20 audit matchups yet."),)
    told = tuple(
        words.gettext(
            "%(tag)s: %(share)s (%(interval)s) of %(number)s.",
            tag=one.tag,
            number=words.count(one.matchups),
            **_between(one.with_people, words),
        )
        for one in report.tags
    )
    return NOTE, told


def _answers(report: JudgeReport, words: Words) -> _Said:
    heard = report.heard
    if not heard.answered and not heard.refused and not heard.malformed:
        return NOT_CHECKED, (words.gettext("It has answered no matchup in both orders yet."),)
    said = words.gettext(
        "Settled %(settled)s, unsettled %(unsettled)s, refused %(refused)s, unreadable "
        "%(malformed)s, still waiting %(waiting)s.",
        settled=words.count(heard.settled),
        unsettled=words.count(heard.unsettled),
        refused=words.count(heard.refused),
        malformed=words.count(heard.malformed),
        waiting=words.count(heard.waiting),
    )
    return (CAUTION if heard.refused + heard.malformed else OK), (said,)


def _worth(found: Worth, words: Words) -> _Said:
    if found.correlation is None:
        return NOT_CHECKED, (
            words.ngettext(
                "Too few audit matchups to say: about %(number)s more.",
                "Too few audit matchups to say: about %(number)s more.",
                found.needed or 0,
            ),
        )
    return NOTE, (worth(found, words),)


def worth(found: Worth, words: Words) -> str:
    """Return "1,000 judgements are worth 19 votes on top of your 30", as a cautious promise."""
    if not found.judgements:
        return words.gettext("Nothing is judged yet beyond what people judged.")
    if not found.extra:
        return words.gettext(
            "It is not shown that judgements are worth any vote: %(judgements)s of them may be "
            "worth none on top of your %(votes)s.",
            judgements=words.count(found.judgements),
            votes=words.count(found.votes),
        )
    return words.ngettext(
        "%(judgements)s judgements are worth at least %(number)s vote on top of your %(votes)s "
        "(likely %(likely)s).",
        "%(judgements)s judgements are worth at least %(number)s votes on top of your %(votes)s "
        "(likely %(likely)s).",
        found.extra,
        judgements=words.count(found.judgements),
        votes=words.count(found.votes),
        likely=words.count(found.extra_likely),
    )
