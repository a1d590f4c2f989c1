"""The words that raters read where they depend on numbers or on a choice, or modules say them."""

import math
from collections.abc import Sequence

from service.domain.sitting import AUTHOR_ANSWERS, BUILT_IN_PRACTICE, UNSURE
from service.domain.study import DEFAULT_INSTRUCTIONS, GRADE_INSTRUCTIONS
from service.domain.vote import FLAG_KINDS, OFFERED, REASON_KINDS
from service.usecases.blind.progress import Asked, Progress
from service.web.languages import gettext, msgid, ngettext

CHOICES = {choice.value: choice.label() for choice in OFFERED}
_REASONS = {
    "correct": msgid("What is right or wrong"),
    "complete": msgid("What is there or missing"),
    "clear": msgid("How clear it is"),
    "follows": msgid("Doing what was asked"),
    "tone": msgid("Tone"),
    "length": msgid("Length"),
    "layout": msgid("Layout"),
    "safe": msgid("Safety"),
}
REASONS = {kind: _REASONS[kind] for kind in REASON_KINDS}
_FLAGS = {
    "knows_source": msgid("I can tell who wrote this"),
    "broken": msgid("Something is shown wrongly"),
    "unsafe": msgid("Unsafe or private content"),
    "other": msgid("Something else"),
}
FLAGS = {kind: _FLAGS[kind] for kind in FLAG_KINDS}

_AUTHORS = {
    "same": msgid("The same author"),
    "different": msgid("Different authors"),
    UNSURE: msgid("I can’t tell"),
}
# What the page's modules say, by the names they know; they fill the places in themselves.
_FOR_MODULES = {
    "saved": msgid("saved ✓"),
    "saving": msgid("saving"),
    "kept": msgid("%(number)s kept here"),
    "count": msgid("%(done)s of %(total)s"),
    "minutes": msgid("about %(minutes)s min left"),
    "next": msgid("Comparison %(number)s of %(total)s"),
    "to_come": msgid("%(number)s to go."),
    "to_come_at_pace": msgid("%(number)s to go, about %(minutes)s min at your pace."),
    "pause": msgid("You have done %(done)s"),
    "look": msgid("Please look at %(side)s first."),
    "said": msgid("You said: %(choice)s"),
    "already": msgid("You had already said: %(choice)s"),
    "skipped": msgid("Skipped."),
    "left": msgid("Your vote stays as it was."),
    "flagged": msgid("Flagged, thank you. Please judge it all the same, or skip it."),
    "no_vote": msgid("Choose first; then you can say why."),
    "reasoned": msgid("Your reason goes with that vote, thank you."),
    "marked": msgid("Kept."),
    "undone": msgid("Undone. Choose again."),
    "nothing_undone": msgid("There is nothing to take back."),
    "offline": msgid("You are offline. Your votes are kept here and will be sent."),
    "coming": msgid("The next one is on its way."),
    "slow": msgid("The connection is slow or lost; trying again."),
    "back": msgid("You are online again, and everything is saved."),
    "locked": msgid(
        "Please open the link you were sent once more. Your votes are kept here until then."
    ),
    "copied": msgid("Copied. Keep it where you find it again."),
    "not_copied": msgid("That did not work here. Please select it and copy it yourself."),
    "keep_open": msgid("What you wrote stays in this page only: please keep it open."),
    "no_differences": msgid(
        "The differences need the network. They come when you are online again."
    ),
    "sending": msgid("Sending your last votes first."),
    "fold": msgid("Fold"),
    "unfold": msgid("Unfold"),
    "wide_table": msgid("Table: it goes on sideways"),
    "wide_code": msgid("Code: it goes on sideways"),
    "wide_formula": msgid("Formula: it goes on sideways"),
}
# What a page without JavaScript says after an act.
TOLD = {name: _FOR_MODULES[name] for name in ("skipped", "flagged", "reasoned", "nothing_undone")}


# What the rating page loads ahead of need: all that its own module imports.
MODULES = (
    *(
        "html.js",
        "words.js",
        "kept.js",
        "keys.js",
        "dialogs.js",
        "counter.js",
        "status.js",
        "matchup.js",
    ),
    *("marks.js", "outbox.js", "sitting.js", "upcoming.js", "views.js", "wide.js"),
)


def told(name: str, **values: object) -> str:
    """Return what a module would say, in the language of this answer, its places filled in."""
    return gettext(_FOR_MODULES[name]) % values


def for_modules() -> dict[str, str]:
    """Return what the page's modules say, in the language of this answer."""
    return {name: gettext(text) for name, text in _FOR_MODULES.items()}


def instructions(text: str) -> str:
    """Return a study's instructions; the built-in ones in the language of this answer."""
    return gettext(text) if text in {DEFAULT_INSTRUCTIONS, GRADE_INSTRUCTIONS} else text


def practice() -> tuple[str, ...]:
    """Return the built-in practice matchup in the language of this answer."""
    return tuple(gettext(text) for text in BUILT_IN_PRACTICE)


def answers(labels: Sequence[str]) -> list[tuple[str, str]]:
    """Return values and words of the answers to a question, labels as the researcher wrote them."""
    if labels:
        return [*((label, label) for label in labels), (UNSURE, gettext(_AUTHORS[UNSURE]))]
    return [(answer, gettext(_AUTHORS[answer])) for answer in AUTHOR_ANSWERS]


def minutes_left(done: int, total: int, pace_seconds: float | None) -> int | None:
    """Return whole minutes that remain at this rater's own pace, None before there is one."""
    if pace_seconds is None or done >= total:
        return None
    return max(1, math.ceil((total - done) * pace_seconds / 60))


def to_come(standing: Progress) -> str:
    """Return how much is to come, and how long that may take: for the pause."""
    number = standing.total - standing.done
    minutes = minutes_left(standing.done, standing.total, standing.pace_seconds)
    if number <= 0:
        return ""
    told = _FOR_MODULES["to_come" if minutes is None else "to_come_at_pace"]
    return gettext(told) % {"number": number, "minutes": minutes}


def asked(study: Asked) -> str:
    """Return how many a newcomer is asked for and how long that takes, before they begin."""
    number = ngettext("%(number)s comparison", "%(number)s comparisons", study.number)
    number %= {"number": study.number}
    if study.minutes is None:
        return gettext("We ask you for %(number)s.") % {"number": number}
    minutes = ngettext("%(number)s minute", "%(number)s minutes", study.minutes)
    minutes %= {"number": study.minutes}
    return gettext("We ask you for %(number)s. That takes about %(minutes)s.") % {
        "number": number,
        "minutes": minutes,
    }


def duration(seconds: float) -> str:
    """Return how long one vote took, in words: "40 seconds", "2 minutes"."""
    if seconds < 90:  # noqa: PLR2004 - above it, minutes read better
        number = max(1, round(seconds))
        said = ngettext("%(number)s second", "%(number)s seconds", number)
    else:
        number = round(seconds / 60)
        said = ngettext("%(number)s minute", "%(number)s minutes", number)
    return said % {"number": number}


def consistency(repeated: int, agreed: int) -> str:
    """Return what a rater's swapped repeats say about them, kindly."""
    came = ngettext(
        "One comparison came twice, with A and B exchanged.",
        "%(number)s comparisons came twice, with A and B exchanged.",
        repeated,
    ) % {"number": repeated}
    if repeated == 1 and agreed:
        chose = gettext("You chose the same both times.")
    elif repeated == 1:
        chose = gettext("You chose differently, which is quite usual where two texts are close.")
    elif agreed == repeated:
        chose = gettext("You chose the same each time.")
    else:
        chose = ngettext(
            "You chose the same for %(number)s of them, "
            "which is quite usual where two texts are close.",
            "You chose the same for %(number)s of them, "
            "which is quite usual where two texts are close.",
            agreed,
        ) % {"number": agreed}
    return f"{came} {chose}"
