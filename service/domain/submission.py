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
_MODELS: Final = (
    r"(chat ?gpt|gpt|claude|gemini|llama|mistral|mixtral|qwen|deep ?seek|grok|copilot|gemma|openai"
    r"|anthropic|an? (ai|llm|bot|(large )?language model))"
)
_MAKES: Final = r"(made|built|trained|created|developed|designed|programmed|released)"
_MAKER: Final = r"(maker|creator|developer|provider|vendor)"
_ASKS_WHO: Final = re.compile(
    rf"\b(who (are|r) (you|u)\b|introduce yourself|identify yourself"
    rf"|(who|what|which)( \w+)? ({_MAKES}|owns|runs|operates) you\b"
    rf"|(who(?:'s| is| was| are)|what(?:'s| is)|name|state|tell me|say) (the name of )?"
    rf"your {_MAKER}"
    rf"|(were|are) you {_MAKES} by"
    r"|what(?:'s| is) your (own |real |full |true |model )?name"
    r"|(tell (me|us)|state|say|reveal|disclose|give (me|us)|(sign|begin|start|end)"
    r"( your (answer|reply|text))? with) your (own |real |full |true )?(model(?:'s)? )?name"
    r"|which(ever)? (of|one)[^.?!]{0,60} (you are|are you|is your name|is yours)"
    r"|your (knowledge|training)( data)? cut-?off|your model (name|version)"
    r"|(what|which)( \w+){0,2} (model|llm|ai|assistant|bot|chatbot) (are you|am i talking to)"
    r"|(what|which) (ai|llm|large language|language)( model)? (are you|is this)"
    rf"|are you (really |actually )?{_MODELS}\b"
    rf"|(if|when|unless|whether) you(?: are|'re) (really |actually )?{_MODELS}\b"
    r"|wer (bist du|sind sie|hat dich|ist dein (hersteller|entwickler|anbieter)|steckt hinter dir)"
    r"|von wem (wurdest|bist) du|(welche|was fuer eine|was für eine) (ki|sprach-?ki) bist du"
    r"|(welche firma|welches unternehmen) hat dich|wie hei(ß|ss)t du|wie lautet dein name"
    r"|(nenne?|verrate?|sage?)( mir| uns)? deinen (\w+ )?(namen|hersteller|entwickler|anbieter)"
    r"|stell dich vor|welches (sprach|ki-)?modell bist"
    rf"|(wenn|falls|ob) du (wirklich )?{_MODELS} bist)\b",
    re.IGNORECASE,
)
_ASKS_FOR_ORDERS: Final = re.compile(
    r"\b(your|deine?n?|ihre?n?) (own )?((system|hidden|secret|initial|original)[ -]?"
    r"(prompt|instruction|anweisung)(s|en)?)\b"
    r"|\b(repeat|print|reveal|show|output|tell|wiederhole?|zeige?|nenne?|gib)\b[^.?!]{0,40}"
    r"\b(system[ -]?(prompt|message|instruction|anweisung)(s|en)?"
    r"|(instructions|words|text|everything) above)\b"
    r"|\b(what (are|were|is)|repeat|print|reveal|show( me)?|output|list|tell me) your "
    r"(own )?(exact )?instructions\b(?! (for|on|about)\b)"
    r"|\bwhat (were|have) you( been)? (told|instructed|asked) (before|to|above)\b"
    r"|\b(was sind|wiederhole?|nenne?|zeige?( mir)?|wie lauten) deine anweisungen\b",
    re.IGNORECASE,
)
_SIGNS: Final = re.compile(r"[+=<>±×÷%$€£]|(?<=\w)#|(?<=\d)[-*/^](?=\d)")
_VARIES: Final = re.compile("[\ufe00-\ufe0f]")  # how an emoji is drawn
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
    """Return a hash that texts share which read the same, whatever their case, marks and spaces.

    Vowel signs and what makes another question of one (C, C#, C++; 2 + 3, 2 - 3) are no such marks.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    said = "".join(sign for at, sign in enumerate(folded) if _is_said(folded, at, sign)) or folded
    return hashlib.sha256(said.encode()).hexdigest()


def _is_said(text: str, at: int, sign: str) -> bool:
    is_vowel = unicodedata.category(sign) in {"Mn", "Mc"} and not _VARIES.match(sign)
    return sign.isalnum() or is_vowel or _SIGNS.match(text, at) is not None


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
