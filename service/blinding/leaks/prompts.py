"""What a prompt asks for, as far as it decides whether a name in the answer is a leak."""

import re
from typing import Final

from service.blinding.leaks import languages

_SOMEBODY_ELSE: Final = re.compile(languages.joined("somebody_else"))
_ABOUT_MODELS: Final = re.compile(languages.joined("about_models"))
_ABOUT_RATERS: Final = re.compile(languages.joined("about_raters"))
_LETTERED: Final = re.compile(languages.joined("lettered"))
_QUOTED: Final = re.compile(
    r"“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|「[^」\n]{1,400}」|『[^』\n]{1,400}』|\"[^\"\n]{1,400}\""
)
_MOST_OF: Final = 0.8


def is_for_somebody_else(prompt: str) -> bool:
    """Say whether the folded prompt asks for another's words, so that "I" is not the model."""
    return _SOMEBODY_ELSE.search(prompt) is not None


def is_about_models(prompt: str) -> bool:
    """Say whether the folded prompt is itself about language models."""
    return _ABOUT_MODELS.search(prompt) is not None


def speaks_of_raters(prompt: str) -> bool:
    """Say whether the prompt is itself about raters, about votes, or about options with letters."""
    return _ABOUT_RATERS.search(prompt.lower()) is not None or _LETTERED.search(prompt) is not None


def quoted_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Give the spans of the text that stand between quotation marks, unless that is nearly all."""
    spans = tuple(found.span() for found in _QUOTED.finditer(text))
    return () if any(end - start > _MOST_OF * len(text) for start, end in spans) else spans
