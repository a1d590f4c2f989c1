"""Says what a draft lacks before it can be opened, each with the step where it is mended."""

from dataclasses import dataclass

from service.domain.study import Lacks
from service.reporting.words import Words


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: a sentence, and the page where somebody mends it."""

    text: str
    endpoint: str


def missing(found: Lacks, words: Words) -> tuple[Missing, ...]:
    """Return what stands in the way of opening."""
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
    if found.other_cap == "tokens":
        text = words.gettext("Needs a cap on tokens as well: one on calls alone holds no cost.")
        said.append(Missing(text, "studio.show_settings"))
    elif found.other_cap == "calls":
        text = words.gettext("Needs a cap on calls as well: one on tokens alone is not enough.")
        said.append(Missing(text, "studio.show_settings"))
    elif found.unpriced:
        text = words.gettext(
            "Needs a price of %(names)s, or a cap on calls and tokens.",
            names=found.unpriced,
        )
        said.append(Missing(text, "studio.show_settings"))
    elif found.cap:
        text = words.gettext("Needs a cap: in US dollars, or on calls and tokens.")
        said.append(Missing(text, "studio.show_settings"))
    return tuple(said)


def silent(found: Lacks, words: Words) -> str:
    """Return who would have nothing to show in an open study, "" where all have."""
    if not found.silent:
        return ""
    return words.gettext(
        "%(names)s: name a model, or upload the answers; else there is nothing to judge.",
        names=words.names(found.silent),
    )
