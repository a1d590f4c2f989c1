"""Says in which other studies the same configurations stand, and what that is worth."""

from service.domain.leaderboard import Rating
from service.domain.there import There
from service.reporting.tables import Table
from service.reporting.words import NONE, Words


def says(words: Words) -> str:
    """Return why ratings of two studies are no comparison."""
    return words.gettext(
        "They have the same fingerprint: model, parameters, prompts and documents are the same. "
        "Other studies have other prompts, raters and rivals, so ratings of two studies are no "
        "comparison."
    )


def columns(words: Words) -> tuple[str, ...]:
    """Return what stands above the columns of `cells`."""
    return (
        words.gettext("Configuration"),
        words.gettext("Study"),
        words.gettext("Called there"),
        words.gettext("Rating there"),
        words.gettext("Votes"),
    )


def cells(found: There, words: Words) -> tuple[str, ...]:
    """Return a row: a sealed study tells neither rating nor votes."""
    if found.is_sealed:
        figures = (words.gettext("sealed"), NONE)
    else:
        figures = (rating(found.rating, words), words.count(found.votes))
    return (found.configuration, found.title, found.called, *figures)


def table(every: list[There], words: Words) -> Table:
    """Return all of them."""
    return Table(
        label=words.gettext("Table of other studies"),
        columns=columns(words),
        rows=tuple(cells(found, words) for found in every),
        says=says(words),
    )


def rating(found: Rating | None, words: Words) -> str:
    """Return a rating as the table of all figures has it."""
    if found is None:
        return NONE
    return f"{words.count(found.points)} [{words.count_between(found.low, found.high)}]"
