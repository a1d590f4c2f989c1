"""How long people take to read, roughly: what somebody is told before they begin."""

import math
import re
from collections.abc import Sequence
from typing import Final

WORDS_PER_MINUTE: Final = 230  # silent reading of prose: Brysbaert 2019, 238 in English
SIGNS_PER_WORD: Final = 2  # of scripts that put no space between words
SECONDS_TO_CHOOSE: Final = 8
_TAG: Final = re.compile(r"<[^>]*>")
_SIGN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def count_words(text: str) -> float:
    """Return how many words a text has, two signs of Chinese or Japanese being one."""
    signs = len(_SIGN.findall(text))
    return len(_SIGN.sub(" ", text).split()) + signs / SIGNS_PER_WORD


def minutes_for(number: int, prompts: Sequence[str], answers: Sequence[str]) -> int | None:
    """Return whole minutes that so many matchups of such texts may take; None without texts.

    Answers are safe HTML, of which people read the words.
    """
    if not prompts or not answers:
        return None
    read = sum(map(count_words, prompts)) / len(prompts)
    read += 2 * sum(count_words(_TAG.sub(" ", answer)) for answer in answers) / len(answers)
    seconds = number * (read * 60 / WORDS_PER_MINUTE + SECONDS_TO_CHOOSE)
    return max(1, math.ceil(seconds / 60))
