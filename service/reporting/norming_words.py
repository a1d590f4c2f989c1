"""Says what came of norming: how people split on the panel, and what criteria might part it."""

from service.domain.normed import Norming, Split, Stage
from service.reporting.grounds import CHIPS
from service.reporting.words import Words, msgid

_BEFORE = {
    Stage.NOT_ASKED: msgid("This study has no norming: no panel comes first."),
    Stage.DRAFT: msgid("The panel is drawn once the study is open and its answers are finished."),
    Stage.WAITS: msgid(
        "The panel is not drawn yet: it comes from all finished answers, and nothing is dealt "
        "before it."
    ),
    Stage.NEVER: msgid("The study closed before a panel was drawn: none came first."),
    Stage.TOO_FEW: msgid(
        "There were too few matchups for a panel, which takes half of them at most: no panel "
        "came first."
    ),
}


def says(found: Norming, words: Words) -> str:
    """Return what came of norming in a sentence or two, in whatever state it is."""
    if found.stage in _BEFORE:
        return words.gettext(_BEFORE[found.stage])
    said = _came(found, words)
    more = _next(found, words)
    return f"{said} {more}" if more else said


def _came(found: Norming, words: Words) -> str:
    if found.stage is Stage.NO_VOTES:
        return _not_judged(found, words)
    if found.stage is Stage.ONE_RATER:
        return words.gettext("One person has judged so far: whether people agree takes two.")
    people = words.ngettext("%(number)s person", "%(number)s people", found.raters)
    if found.stage is Stage.ALONE:
        return words.gettext(
            "%(people)s judged, but no matchup was judged by two of them yet: whether people agree "
            "takes two.",
            people=people,
        )
    if found.stage is Stage.TIES:
        return words.gettext(
            "%(people)s judged, and nobody preferred either text anywhere: either the answers are "
            "alike, or it is not clear by what to judge.",
            people=people,
        )
    if found.stage is Stage.AGREED:
        return words.gettext(
            "%(people)s judged, and no matchup divides them: nothing here tells that they judge by "
            "different things.",
            people=people,
        )
    return words.ngettext(
        "%(people)s judged, and %(dividing)s of %(number)s matchup divides them: a criterion may "
        "mean different things to them.",
        "%(people)s judged, and %(dividing)s of %(number)s matchups divide them: a criterion may "
        "mean different things to them.",
        len(found.splits),
        people=people,
        dividing=found.dividing,
    )


def _not_judged(found: Norming, words: Words) -> str:
    size = len(found.splits)
    if found.left_out:
        return words.ngettext(
            "Every rater gets the same %(number)s matchup first, and no judgement on it counts.",
            "Every rater gets the same %(number)s matchups first, and no judgement on them counts.",
            size,
        )
    return words.ngettext(
        "Every rater gets the same %(number)s matchup first, and nobody has judged it yet.",
        "Every rater gets the same %(number)s matchups first, and nobody has judged one yet.",
        size,
    )


def _next(found: Norming, words: Words) -> str:
    if not found.holds:
        return ""
    if found.stage in {Stage.NO_VOTES, Stage.ONE_RATER, Stage.ALONE}:
        return words.gettext("Nothing more is dealt until you let the study go on.")
    if found.stage is Stage.AGREED:
        return words.gettext("Nothing more is dealt: let the study go on.")
    return words.gettext(
        "Nothing more is dealt: sharpen the instructions or split the criterion in a new study, or "
        "let this one go on."
    )


def agreement(found: Norming, words: Words) -> str:
    """Return how far people agree beyond chance, "" where several have judged nothing."""
    told = found.agreement
    if found.raters < 2 or not told.units:  # noqa: PLR2004 - agreement takes two
        return ""
    if told.value is None or told.low is None or told.high is None:
        return words.gettext("Agreement beyond chance cannot be told, for nothing varies.")
    return words.ngettext(
        "On %(number)s matchup that several judged, agreement is %(value)s of 100 points beyond "
        "chance [%(interval)s] (Krippendorff’s alpha).",
        "On %(number)s matchups that several judged, agreement is %(value)s of 100 points beyond "
        "chance [%(interval)s] (Krippendorff’s alpha).",
        told.units,
        value=words.points(told.value),
        interval=words.points_between(told.low, told.high),
    )


def progress(found: Norming, words: Words) -> str:
    """Return how many have judged all of the panel, and what of it is left out."""
    said = (
        words.ngettext(
            "%(number)s person has judged all of the panel.",
            "%(number)s people have judged all of the panel.",
            found.done,
        )
        if found.raters
        else ""
    )
    if not found.left_out:
        return said
    more = words.ngettext(
        "%(number)s judgement is left out: late, taken out, or of somebody who has seen results.",
        "%(number)s judgements are left out: late, taken out, or of somebody who has seen results.",
        found.left_out,
    )
    return f"{said} {more}".strip()


def split(one: Split, words: Words, *, is_sealed: bool) -> str:
    """Return how people split on a matchup, of a sealed study without telling for which text."""
    if not one.judged:
        return words.gettext("nobody yet")
    numbers = {"one": one.one, "other": one.other}
    said = (
        words.gettext("%(one)s against %(other)s", **numbers)
        if is_sealed
        else words.gettext("%(one)s for the first, %(other)s for the second", **numbers)
    )
    if not one.neither:
        return said
    more = words.gettext("%(number)s for neither", number=one.neither)
    return f"{said}, {more}"


def reasons(one: Split, words: Words, *, is_sealed: bool) -> list[str]:
    """Return the reasons given on a matchup with how often, by what people preferred."""
    told = []
    for given in one.reasons:
        name = words.gettext(CHIPS.get(given.kind, given.kind))
        if is_sealed:
            told.append(f"{name}: {given.number}")
            continue
        by = (
            words.gettext("%(number)s with the first", number=given.one) if given.one else "",
            words.gettext("%(number)s with the second", number=given.other) if given.other else "",
            words.gettext("%(number)s with neither", number=given.neither) if given.neither else "",
        )
        told.append(f"{name}: {', '.join(filter(None, by))}")
    return told


def proposal(found: Norming, words: Words) -> str:
    """Return why a criterion may be split, "" where nothing divides people."""
    if found.stage not in {Stage.DIVIDED, Stage.TIES}:
        return ""
    if not found.proposed and found.stage is Stage.TIES:
        return words.gettext("Read the texts, and name what people may weigh differently.")
    if not found.proposed:
        return words.gettext(
            "Nobody gave a reason where people divide. Read the texts, and name what people may "
            "weigh differently."
        )
    return words.gettext(
        "Where people divide they gave these reasons. Asked one by one, they show what people "
        "agree on and what they weigh differently."
    )


def criteria(found: Norming, words: Words) -> list[str]:
    """Return the criteria that a new study might ask for, to be edited."""
    named = [words.gettext(CHIPS.get(kind, kind)) for kind in found.proposed]
    had = {one.casefold() for one in found.criteria}
    return [*found.criteria, *(one for one in named if one.casefold() not in had)]
