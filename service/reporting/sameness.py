"""Words for texts that look the same, where there is nothing to judge."""

from collections.abc import Sequence

from service.reporting.words import Words


def notes(alike: int, alone: Sequence[str], words: Words) -> list[str]:
    """Return what is to be said of matchups shown alike and of prompts with nothing to compare."""
    said: list[str] = []
    if alike:
        said.append(
            words.ngettext(
                "%(number)s matchup is not dealt: its two texts are shown alike.",
                "%(number)s matchups are not dealt: their two texts are shown alike.",
                alike,
            )
        )
    if alone:
        said.append(
            words.ngettext(
                "%(number)s prompt has fewer than two different answers: %(names)s.",
                "%(number)s prompts have fewer than two different answers: %(names)s.",
                len(alone),
                names=words.listed(alone),
            )
        )
    return said
