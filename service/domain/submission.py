"""A submission: a prompt that a rater suggests, what is refused at once, and where it stands."""

import hashlib
import re
import unicodedata
from enum import StrEnum
from typing import Final

from service.errors import Conflict, Invalid, NotFound

# Characters; a prompt of a file may be far longer.
LONGEST: Final = 4000
# How many of one rater may wait at a time, where a study just says that it takes some.
USUAL_WAITING: Final = 5
# What nobody who means well meets: of one rater within a day and ever, of all that wait.
MOST_A_DAY: Final = 20
MOST_OF_RATER: Final = 100
MOST_OF_STUDY: Final = 1000

# Whoever answers that truthfully says who they are, or what they were told.
_ASKS_WHO: Final = re.compile(
    r"\b(who (are you|(made|built|trained|created) you)|what(?:'s| is) your name|introduce yourself"
    r"|(what|which) (ai |language |llm )?model are you|are you (chatgpt|gpt|claude|gemini|llama)"
    r"|wer (bist du|sind sie|hat dich)|wie hei(ß|ss)t du|stell dich vor"
    r"|welches (sprach|ki-)?modell bist)\b",
    re.IGNORECASE,
)
_ASKS_FOR_ORDERS: Final = re.compile(
    r"\b(your|deine?n?|ihre?n?) (own )?((system|hidden|secret|initial|original)[ -]?"
    r"(prompt|instruction|anweisung)(s|en)?)\b"
    r"|\b(repeat|print|reveal|show|output|tell|wiederhole?|zeige?|nenne?|gib)\b[^.?!]{0,40}"
    r"\b(system[ -]?(prompt|message|instruction|anweisung)(s|en)?"
    r"|(instructions|words|text|everything) above)\b",
    re.IGNORECASE,
)
_APOSTROPHES: Final = str.maketrans("’‘ʼ`´", "'''''")


class SubmissionState(StrEnum):
    """Where a submission stands; what became of its answers is told to nobody by it."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class NoSubmissions(NotFound):
    """The study takes no prompts from raters."""


class SubmissionsOver(Conflict):
    """The rater has finished, or the study is not open."""


class SubmissionInvalid(Invalid):
    """The text is none that a study could take."""


class AsksWho(Invalid):
    """The text asks who answers."""


class TooManySubmissions(Conflict):
    """As many as may wait are waiting."""


def asks_who(*texts: str) -> bool:
    """Tell whether texts ask who answers, which no blind answer can say."""
    return any(_ASKS_WHO.search(_plain(text)) for text in texts)


def asks_for_orders(text: str) -> bool:
    """Tell whether a text asks for what a model was told beforehand."""
    return _ASKS_FOR_ORDERS.search(_plain(text)) is not None


def _plain(text: str) -> str:
    """Return a text without what hides words from an expression: wide letters, breaks, marks."""
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    return " ".join(re.sub(r"[*_~]+", "", folded).split())


def sound_of(text: str) -> str:
    """Return a hash that texts share which read the same, whatever their case, marks and spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    said = "".join(filter(str.isalnum, folded)) or folded
    return hashlib.sha256(said.encode()).hexdigest()


def check(text: str) -> None:
    """Raise unless a text, freed of what nobody sees, may be submitted.

    Raises
    ------
    SubmissionInvalid, AsksWho
    """
    if not text.strip():
        raise SubmissionInvalid("Please write what you would like to have answered.")
    if len(text) > LONGEST:
        raise SubmissionInvalid(
            "Please make it shorter: up to %(most)s characters can be kept, and yours has "
            "%(number)s.",
            most=LONGEST,
            number=len(text),
        )
    if asks_who(text) or asks_for_orders(text):
        raise AsksWho(
            "Please ask for something else. Whoever answers must stay unknown, so nobody can be "
            "asked who they are or what they were told before."
        )
