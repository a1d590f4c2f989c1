"""Says what a draft lacks before it can be opened, each with the step where it is mended."""

from dataclasses import dataclass

from service.domain.study import Lacks
from service.reporting.words import Words


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: a sentence, and the page where somebody mends it."""

    text: str
    endpoint: str


def missing(found: Lacks, cap: str, words: Words) -> tuple[Missing, ...]:
    """Return what stands in the way of opening; `cap` says which cap is missing, or is empty."""
    said = []
    if found.configurations:
        text = words.ngettext(
            "Needs two configurations: %(number)s more.",
            "Needs two configurations: %(number)s more.",
            found.configurations,
        )
        said.append(Missing(text, "studio.list_configurations"))
    if found.prompt:
        said.append(Missing(words.gettext("Needs a prompt."), "studio.list_prompts"))
    if cap:
        said.append(Missing(cap, "studio.show_settings"))
    return tuple(said)


def silent(found: Lacks, words: Words) -> str:
    """Return who would have nothing to show in an open study, "" where all have."""
    if not found.silent:
        return ""
    return words.gettext(
        "%(names)s: name a model, or upload the answers; else there is nothing to judge.",
        names=words.names(found.silent),
    )
