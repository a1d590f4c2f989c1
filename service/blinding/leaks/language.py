"""What a language's file says: the type, without any language."""

from dataclasses import dataclass
from typing import Final

NAME: Final = "<NAME>"  # in a phrase: where a maker's name stands


@dataclass(frozen=True, slots=True)
class Language:
    """All that is known of one language; patterns are for folded text unless told otherwise.

    Attributes
    ----------
    own
        Phrases that tie the first person, or the text itself, to a name (`NAME`).
    unknown
        The same with makers that nobody knows; for the text as it stands.
    appeals
        Phrases that speak to who compares.
    closings
        Words above a signature.
    speakers
        Words before a name that stands as a speaker before the text.
    kinds
        Words after a name that say it is a model's ("… Assistant"), as they are written.
    somebody_else
        In a prompt: kinds of text and of play in which "I" is a figure.
    about_models
        In a prompt: it is itself about language models.
    about_raters
        In a prompt: it is itself about raters or votes.
    lettered
        In a prompt as it stands: it offers options with letters.
    label_words
        Words of which a label of a study may be made without meaning anything.
    names
        Models and makers in the script of this language, in lower case.
    people
        Those of `names` that people bear, too.
    letters_before, letters_after
        Ranges of letters, as in a class of a pattern: next to one of them a name is part of a
        word. Where particles follow a word without a space, none stands after.
    """

    own: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    appeals: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    somebody_else: str = ""
    about_models: str = ""
    about_raters: str = ""
    lettered: str = ""
    label_words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    letters_before: str = ""
    letters_after: str = ""
