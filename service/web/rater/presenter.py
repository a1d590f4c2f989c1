"""What templates of rater pages need decided: which sentence, which buttons, what is pressed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.marks import Wanted
from service.domain.submission import SubmissionState
from service.usecases.blind import marks
from service.usecases.blind.progress import Asked, Progress
from service.usecases.invites import InviteOpened
from service.web.languages import gettext, msgid, ngettext
from service.web.rater import mark_words, words

_SAVED = msgid("saved ✓")
_SUBMISSIONS = {
    SubmissionState.WAITING: msgid("waits to be looked at"),
    SubmissionState.ACCEPTED: msgid("taken"),
    SubmissionState.DECLINED: msgid("not taken"),
}


@dataclass(frozen=True)
class Choice:
    """A button of the bar: what it sends, says and is reached by, and whether it stands."""

    value: str
    label: str
    key: int
    is_pressed: bool


@dataclass(frozen=True)
class Option:
    """One answer to a line of marks."""

    value: str
    label: str
    key: int | None
    is_checked: bool


@dataclass(frozen=True)
class Line:
    """A criterion or a grade: its field, what it asks, and its answers."""

    name: str
    asks: str
    ends: str
    is_written: bool
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Marking:
    """The form of criteria and grades."""

    heading: str
    asks: str
    button: str
    replaces_vote: bool
    is_open: bool
    supersedes: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Key:
    """One line of the card of keys."""

    keys: tuple[str, ...]
    does: str
    joined_by: str = " "


@dataclass(frozen=True)
class Header:
    """How far a rater is, as the line at the top says it."""

    count: str
    left: str
    saved: str


@dataclass(frozen=True)
class Landing:
    """What the page of an invite says, and what its form asks for."""

    greeting: str
    asks: str
    button: str
    note: str
    asks_name: bool
    may_be_another: bool


def choices(stands: str | None = None) -> tuple[Choice, ...]:
    """Return the buttons of the bar; `stands` is the choice that a new one would replace."""
    return tuple(
        Choice(value, gettext(label), key, is_pressed=value == stands)
        for key, (value, label) in enumerate(words.CHOICES.items(), start=1)
    )


def header(standing: Progress, *, is_saved: bool = False) -> Header:
    """Return what the line at the top says."""
    minutes = words.minutes_left(standing.done, standing.total, standing.pace_seconds)
    return Header(
        count=words.told("count", done=standing.done, total=standing.total),
        left="" if minutes is None else words.told("minutes", minutes=minutes),
        saved=gettext(_SAVED) if is_saved else "",
    )


def status(
    asked: Wanted,
    *,
    is_marking: bool,
    said: str = "",
    told: str = "",
    stands: str | None = None,
    counts_now: bool = False,
) -> str:
    """Return the line under the texts: what is asked, what was done, or what stands."""
    if is_marking:
        return mark_words.asks(asked)
    if said in words.CHOICES:
        return words.told("said", choice=gettext(words.CHOICES[said]))
    if told in words.TOLD:
        return gettext(words.TOLD[told])
    if stands is not None:
        choice = gettext(words.CHOICES[stands])
        return gettext("You said: %(choice)s. Choose again to change it.") % {"choice": choice}
    question = gettext("Which answer would you rather have received?")
    return gettext("Now it counts.") + " " + question if counts_now else question


def practice_status(asked: Wanted, *, is_marking: bool) -> str:
    """Return the line under the texts of the practice."""
    if is_marking:
        return mark_words.asks(asked, is_practice=True)
    return gettext("Try it here: read both, then choose by click or key. This one is not kept.")


def marking(
    asked: Wanted, given: marks.OwnMarks | None, *, is_open: bool, is_practice: bool = False
) -> Marking | None:
    """Return the form of criteria and grades, filled with what was given; None for no form."""
    if not asked.is_anything:
        return None
    return Marking(
        heading=mark_words.heading(asked),
        asks=mark_words.asks(asked, is_practice=is_practice),
        button=gettext(mark_words.GO_ON if is_practice else mark_words.KEEP),
        replaces_vote=asked.replaces_vote,
        is_open=is_open,
        supersedes=given.revision if given else 0,
        lines=(*_criteria(asked, given), *_grades(asked, given)),
    )


def _criteria(asked: Wanted, given: marks.OwnMarks | None) -> Iterator[Line]:
    for place, name in enumerate(asked.criteria):
        yield Line(
            name=f"criterion-{place}",
            asks=name,
            ends="",
            is_written=True,
            options=tuple(
                Option(value, gettext(label), key, bool(given and given.criteria[place] == value))
                for key, (value, label) in enumerate(mark_words.LEADS.items(), start=1)
            ),
        )


def _grades(asked: Wanted, given: marks.OwnMarks | None) -> Iterator[Line]:
    if not asked.wants_grades:
        return
    stand = (given.grades if given else None) or (None, None)
    for (name, label), stands in zip(mark_words.GRADE_LINES.items(), stand, strict=True):
        yield Line(
            name=name,
            asks=gettext(label),
            ends=gettext(mark_words.SCALE_ENDS),
            is_written=False,
            options=tuple(
                Option(str(value), str(value), None, value == stands)
                for value in mark_words.SCALE_VALUES
            ),
        )


def keys(asked: Wanted, *, is_practice: bool = False) -> list[Key]:
    """Return what the card of keys lists, in the order of the page."""
    found: list[Key] = []
    if not asked.replaces_vote:
        found += [Key((str(choice.key),), choice.label) for choice in choices()]
    if asked.criteria:
        found.append(Key(("1", "2", "3"), gettext("In the lines after a vote: A, equal, B")))
    if asked.wants_grades:
        found.append(Key(("1", "5"), gettext("A grade, first of A, then of B"), " … "))
    if asked.is_anything:
        found.append(Key((gettext("Enter"),), gettext(mark_words.KEEP)))
        found.append(Key(("Z",), gettext("One line back, while they wait")))
    if is_practice:
        found.append(Key(("S",), gettext("Start without practice")))
    else:
        found.append(Key(("S",), gettext("Skip this one, if you cannot tell")))
        found.append(Key(("F",), gettext("Flag a problem")))
        if not asked.replaces_vote:
            found.append(Key(("R",), gettext("Say why, about the last vote")))
        found.append(Key(("Z",), gettext("Undo your last vote, or your last skip")))
        found.append(Key(("D",), gettext("Show where the texts differ")))
    return [*found, Key(("?",), gettext("This card"))]


def landing(invite: InviteOpened, standing: Progress | None, asked: Asked | None) -> Landing:
    """Return what an invite's page says to a newcomer, or to somebody who comes back."""
    is_shared = invite.kind == "shared"
    is_finished = standing is not None and standing.is_finished
    if standing is None:
        greeting = ""
    elif standing.is_finished:
        greeting = gettext("Good to see you again. You have finished, and your votes are kept.")
    elif standing.is_enough:
        greeting = gettext(
            "Good to see you again. You have done all %(quota)s that we asked for: thank you! "
            "You can go on if you like."
        ) % {"quota": standing.quota}
    else:
        greeting = gettext(
            "Good to see you again. You have done %(done)s of %(total)s, and all of it is kept."
        ) % {"done": standing.done, "total": standing.total}
    if is_finished:
        note = ""
    elif is_shared and standing is None:
        note = gettext(
            "No account needed. Stop whenever you like: "
            "you get a link that goes on where you left off."
        )
    else:
        note = gettext(
            "No account needed. Stop whenever you like: this link goes on where you left off."
        )
    return Landing(
        greeting=greeting,
        asks=words.asked(asked) if asked is not None and standing is None else "",
        button=_door(standing),
        note=note,
        asks_name=is_shared and standing is None,
        may_be_another=is_shared and standing is not None,
    )


def _door(standing: Progress | None) -> str:
    if standing is None:
        return gettext("Start")
    return gettext("See your summary") if standing.is_finished else gettext("Go on")


def ending(standing: Progress, *, is_withdrawn: bool) -> str:
    """Return why a sitting is over."""
    if is_withdrawn:
        return gettext(
            "Your link was withdrawn, so your sitting ends here. All that you sent is kept."
        )
    if standing.is_finished:
        return gettext("You have finished. Your judgement counts.")
    return gettext("This study is closed. All that you sent is kept.")


def pace(standing: Progress) -> str:
    """Return how long one took on average, "" where that is not known."""
    if not standing.pace_seconds:
        return ""
    return gettext("%(duration)s each") % {"duration": words.duration(standing.pace_seconds)}


def own_votes(standing: Progress, number: int, number_of_marks: int) -> str:
    """Return what the list of a rater's own votes says above them."""
    if number and (standing.is_finished or standing.is_over):
        told = ngettext(
            "%(num)s vote. It stands as it is.", "%(num)s votes. They stand as they are.", number
        )
    elif number:
        told = ngettext(
            "%(num)s vote. You can change it until you finish.",
            "%(num)s votes. You can change each of them until you finish.",
            number,
        )
    else:
        told = "" if number_of_marks else gettext("There are none yet.")
    return told % {"num": number} if number else told


def own_marks(asked: Wanted, given: Sequence[marks.OwnMarks]) -> list[tuple[marks.OwnMarks, str]]:
    """Return a rater's own marks, each with its answers on one line."""
    return [(one, mark_words.told(asked.criteria, one.criteria, one.grades)) for one in given]


def nothing_now(standing: Progress) -> tuple[str, list[str]]:
    """Return heading and paragraphs of the page that stands where none waits at the moment."""
    if not standing.done:
        return gettext("Nothing to judge yet"), [
            gettext(
                "There is no text for you to read just now. This page looks again by itself. "
                "If it stays like this, tell the person who invited you."
            )
        ]
    number = standing.done - standing.skipped
    judged = ngettext(
        "You have judged %(num)s comparison, and there is none waiting for you at the moment. "
        "Thank you!",
        "You have judged %(num)s comparisons, and there is none waiting for you at the moment. "
        "Thank you!",
        number,
    ) % {"num": number}
    return gettext("That is all for now"), [
        judged,
        gettext(
            "More may come while the study is open. Come back by the same link, or finish for good."
        ),
    ]


def warning(standing: Progress) -> str:
    """Return what finishing means, before it is done."""
    return gettext(
        "You have done %(done)s of %(total)s. After finishing, your votes can no longer be "
        "changed and your link deals nothing more."
    ) % {"done": standing.done, "total": standing.total}


def closing_question(labels: Sequence[str]) -> str:
    """Return what is asked after finishing."""
    if labels:
        return gettext("Who do you think wrote this?")
    return gettext("Were these two written by the same author?")


def place_of_question(number: int, total: int) -> str:
    """Return which of the closing questions this is."""
    return gettext("Question %(number)s of %(total)s") % {"number": number, "total": total}


def submission(state: str) -> str:
    """Return where a prompt stands that the rater suggested."""
    return gettext(_SUBMISSIONS[SubmissionState(state)])
