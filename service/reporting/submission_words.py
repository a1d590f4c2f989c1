"""Says where prompts that raters suggest stand, and what to look at before one is taken."""

from service.domain.submission import SubmissionState
from service.reporting import draft_words
from service.reporting.words import Words, msgid

_STATES = {
    SubmissionState.WAITING: msgid("waiting"),
    SubmissionState.ACCEPTED: msgid("taken"),
    SubmissionState.DECLINED: msgid("declined"),
}


def state(one: SubmissionState, words: Words) -> str:
    """Return the word for a state."""
    return words.gettext(_STATES[one])


def doubt(told: str, words: Words) -> str:
    """Return what somebody should look at in a suggested prompt."""
    if told == "known":
        return words.gettext("The study has this prompt already: taking it makes no other.")
    return draft_words.doubt(told, words)


def summary(waiting: int, accepted: int, declined: int, words: Words) -> str:
    """Return how many there are."""
    return words.gettext(
        "%(waiting)s waiting, %(accepted)s taken, %(declined)s declined.",
        waiting=words.count(waiting),
        accepted=words.count(accepted),
        declined=words.count(declined),
    )


def accepted(prompts: int, settled: int, words: Words) -> str:
    """Return what taking some did."""
    if not settled:
        return words.gettext("Nothing has changed: all of that was taken before.")
    if not prompts:
        return words.ngettext(
            "No new prompt: %(number)s suggestion says the same as a prompt that is there.",
            "No new prompt: %(number)s suggestions say the same as prompts that are there.",
            settled,
        )
    made = words.ngettext(
        "%(number)s new prompt: its answers are generated next, as far as the cap has room.",
        "%(number)s new prompts: their answers are generated next, as far as the cap has room.",
        prompts,
    )
    if settled <= prompts:
        return made
    return f"{made} " + words.ngettext(
        "%(number)s more suggestion said the same as a prompt that is there.",
        "%(number)s more suggestions said the same as prompts that are there.",
        settled - prompts,
    )


def declined(number: int, words: Words) -> str:
    """Return what declining some did."""
    return words.ngettext(
        "%(number)s suggestion is declined.", "%(number)s suggestions are declined.", number
    )
