"""Measures texts: how long they are, what markdown they show, which of a study's phrases."""

from collections.abc import Sequence

from service.stats import covariates

# Of each text; what comes after is not measured.
MOST_CHARACTERS = 20_000
NAMES = ("length", "headings", "lists", "bold", "code")


def measure(text: str, probes: Sequence[str]) -> tuple[float, ...]:
    """Return the amounts of `NAMES`, then how often each phrase occurs, whatever its case."""
    looked = text[:MOST_CHARACTERS]
    style = covariates.measure_style(looked)
    folded = " ".join(looked.casefold().split())
    return (
        style.length,
        style.headings,
        style.list_items,
        style.bold,
        style.code,
        *(folded.count(" ".join(probe.casefold().split())) for probe in probes),
    )
