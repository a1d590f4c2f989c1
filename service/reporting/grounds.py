"""Says why votes fell as they did: reasons, what is measured in texts, what prompts tell."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.grounds import (
    ALIKE,
    CONTRARY,
    DIVIDING,
    HARD,
    Example,
    Measured,
    PromptRow,
    Prompts,
    ReasonGroup,
    Reasons,
    Trait,
)
from service.reporting.tables import Table
from service.reporting.words import NONE, Words, msgid

CHIPS = {
    "correct": msgid("Correct"),
    "complete": msgid("Complete"),
    "clear": msgid("Clear"),
    "follows": msgid("Follows the prompt"),
    "tone": msgid("Tone"),
    "length": msgid("Length"),
    "layout": msgid("Layout"),
    "safe": msgid("Safe"),
}
_TRAITS = {
    "length": msgid("Words"),
    "headings": msgid("Headings"),
    "lists": msgid("List items"),
    "bold": msgid("Bold passages"),
    "code": msgid("Blocks of code"),
}
_KINDS = {
    HARD: msgid("hard: both bad"),
    ALIKE: msgid("tells nothing: neither preferred"),
    DIVIDING: msgid("divides people"),
    CONTRARY: msgid("against the order of the rest"),
}
_UNMEASURED = {
    "no_texts": msgid("There are no completions to look at."),
    "no_votes": msgid("There are no votes yet."),
    "not_looked": msgid("No worker has looked yet."),
    "too_many_votes": msgid("There are more votes than are looked at one by one."),
    "too_many_texts": msgid("There are more texts than are measured."),
}


@dataclass(frozen=True)
class Group:
    """One group of reasons in words, with examples that can be opened."""

    name: str
    said: str
    examples: tuple[Example, ...]


def of_reasons(found: Reasons, words: Words) -> str:
    """Return how many votes have a reason."""
    if not found.with_reason:
        return words.gettext("Nobody has given a reason yet.")
    said = words.ngettext(
        "%(part)s of %(number)s vote has a reason.",
        "%(part)s of %(number)s votes have a reason.",
        found.votes,
        part=words.count(found.with_reason),
    )
    how = words.gettext(
        "Chips come first; then words that reasons of at least three votes share. A reason counts "
        "for what its vote preferred, and against the other."
    )
    if not found.ungrouped:
        return f"{said} {how}"
    rest = words.ngettext(
        "%(number)s written reason shares no word with enough others.",
        "%(number)s written reasons share no word with enough others.",
        found.ungrouped,
    )
    return f"{said} {how} {rest}"


def groups(found: Reasons, words: Words) -> list[Group]:
    """Return the groups in their order."""
    return [_group(one, words) for one in found.groups]


def _group(found: ReasonGroup, words: Words) -> Group:
    if found.kind == "chip":
        name = words.gettext(CHIPS.get(found.name, found.name))
    else:
        name = words.gettext("“%(word)s”", word=found.name)
    told = [
        words.gettext(
            "%(name)s: %(ahead)s for, %(behind)s against",
            name=words.name(side.configuration),
            ahead=words.count(side.number),
            behind=words.count(side.against),
        )
        for side in found.sides
    ]
    if found.neither:
        told.append(words.gettext("%(number)s for neither", number=words.count(found.neither)))
    return Group(name, "; ".join(told), found.examples)


def reason_table(found: Reasons, words: Words) -> Table:
    """Return the groups as a table, for where nothing can be opened."""
    return Table(
        label=words.gettext("Table of reasons"),
        texts=(2,),
        columns=(
            words.gettext("Reason"), words.gettext("Votes"), words.gettext("For and against")
        ),
        rows=tuple(
            (each.name, words.count(one.votes), each.said)
            for one, each in zip(found.groups, groups(found, words), strict=True)
        ),
        says=of_reasons(found, words),
    )  # fmt: skip


def of_measured(found: Measured, words: Words) -> str:
    """Return what the tables of measures show, or why there are none."""
    if found.why:
        return words.gettext(_UNMEASURED[found.why])
    return words.gettext(
        "What can be counted in %(texts)s texts: how often the text with more of it was preferred "
        "among votes that preferred one. That two things go together does not say that one is the "
        "cause.",
        texts=words.count(found.texts),
    )


def traits(found: Measured, words: Words) -> Table | None:
    """Return how often more of something was preferred."""
    if not found.traits:
        return None
    return Table(
        label=words.gettext("Table of what is measured in texts"),
        columns=(
            words.gettext("Measured"),
            words.gettext("More was preferred"),
            words.gettext("Votes"),
        ),
        rows=tuple(
            (
                _called(one, words),
                f"{words.share(one.share)} [{words.interval(one.low, one.high)}]"
                if one.votes
                else NONE,
                words.count(one.votes),
            )
            for one in found.traits
        ),
        says=words.gettext("Intervals allow for raters who differ, and take prompts as given."),
    )


def means(found: Measured, words: Words) -> Table | None:
    """Return how much of everything a text of each configuration has on average."""
    if not found.traits:
        return None
    names = [name for name, _ in found.traits[0].means]
    by_name = [dict(one.means) for one in found.traits]
    return Table(
        label=words.gettext("Table of means of a text"),
        columns=(words.gettext("Mean of a text"), *(_called(one, words) for one in found.traits)),
        rows=tuple(
            (words.name(name), *(words.decimals(each[name]) for each in by_name)) for name in names
        ),
    )


def _called(found: Trait, words: Words) -> str:
    if found.is_probe:
        return words.gettext("“%(word)s”", word=found.name)
    return words.gettext(_TRAITS[found.name])


def adjusted(found: Measured, words: Words) -> Table | None:
    """Return expected shares with all measures alike, beside those as they are; never instead."""
    if not found.adjusted:
        return None
    return Table(
        label=words.gettext("Table of adjusted shares"),
        columns=(
            words.gettext("Configuration"),
            words.gettext("Expected share"),
            words.gettext("With all of it alike"),
        ),
        rows=tuple(
            (
                words.name(one.configuration),
                words.share(one.share),
                f"{words.share(one.adjusted)} [{words.interval(one.low, one.high)}]",
            )
            for one in found.adjusted
        ),
        says=words.gettext(
            "Expected shares as they are, and as they would be if the two texts had as much of all "
            "that is measured. The first stays the result."
        ),
    )


def of_prompts(found: Prompts, words: Words) -> str:
    """Return how many prompts were looked at, and how many deserve a look."""
    if not found.enough:
        return words.ngettext(
            "Not enough votes to say anything of a prompt: it takes %(number)s.",
            "Not enough votes to say anything of a prompt: it takes %(number)s.",
            found.least,
        )
    told = [
        words.ngettext(
            "%(part)s of %(number)s prompt has votes enough to be looked at.",
            "%(part)s of %(number)s prompts have votes enough to be looked at.",
            found.prompts,
            part=words.count(found.enough),
        ),
        words.gettext(
            "Shares are drawn towards those of all prompts, the more so the fewer votes."
        ),
    ]
    if not found.is_split_known:
        told.append(
            words.gettext("Whether they divide people is not known: there are too many votes.")
        )
    if not found.rows:
        told.append(words.gettext("None is hard, tells nothing, divides or contradicts the rest."))
    elif len(found.rows) < found.found:
        cut = words.gettext("The first %(number)s are shown.", number=words.count(len(found.rows)))
        told.append(cut)
    return " ".join(told)


def prompt_names(words: Words) -> tuple[str, ...]:
    """Return what stands above the columns of `prompt_cells`, after the prompt itself."""
    return (
        words.gettext("What it is"),
        words.gettext("Votes"),
        words.gettext("Both bad"),
        words.gettext("Neither preferred"),
        words.gettext("People differ"),
        words.gettext("Along the order"),
    )


def prompt_cells(row: PromptRow, words: Words) -> tuple[str, ...]:
    """Return the figures of one prompt."""
    return (
        "; ".join(words.gettext(_KINDS[kind]) for kind in row.kinds),
        words.count(row.votes),
        words.share(row.bad_share),
        words.share(row.even_share),
        words.share(row.split_share) if row.pairs else NONE,
        _part(row.along, row.decisive, words),
    )


def prompt_table(found: Prompts, words: Words) -> Table | None:
    """Return the prompts that deserve a look."""
    if not found.rows:
        return None
    return Table(
        label=words.gettext("Table of prompts"),
        texts=(1,),
        columns=(words.gettext("Prompt"), *prompt_names(words)),
        rows=tuple((row.prompt, *prompt_cells(row, words)) for row in found.rows),
    )


def _part(number: int, of: int, words: Words) -> str:
    if not of:
        return NONE
    return words.gettext("%(part)s of %(whole)s", part=words.count(number), whole=words.count(of))


def texts(found: Measured, words: Words) -> Iterator[Table]:
    """Yield the tables of what is measured in texts."""
    for table in (traits(found, words), means(found, words), adjusted(found, words)):
        if table is not None:
            yield table
