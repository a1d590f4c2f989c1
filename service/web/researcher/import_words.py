"""What pages say of a file: what its columns can mean, what it would bring, and what it brought."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.formats import columns, said
from service.formats.mapping import ANSWER_OF
from service.formats.shapes import known
from service.reporting.words import Words, msgid
from service.usecases.sighted.studies.previews import Preview
from service.web import languages

MOST_NAMES = 8

_GROUPS = (
    (
        msgid("About the prompt"),
        (
            ("prompt", msgid("Prompt")),
            ("messages", msgid("Prompt of several turns")),
            ("prompt_id", msgid("Prompt's id")),
            ("context", msgid("Context, shown to raters")),
            ("reference", msgid("Reference answer")),
            ("tags", msgid("Tags")),
            ("variable", msgid("Variable")),
        ),
    ),
    (
        msgid("About an answer"),
        (
            ("configuration", msgid("Configuration's name")),
            ("answer", msgid("Answer")),
            ("choices", msgid("Answers as MT-bench writes them")),
            ("sample", msgid("Sample's number")),
            ("latency_ms", msgid("Latency in milliseconds")),
            ("latency_s", msgid("Latency in seconds")),
            ("cost", msgid("Cost in US dollars")),
        ),
    ),
    (
        msgid("About a vote"),
        (
            ("left", msgid("Configuration on the left")),
            ("right", msgid("Configuration on the right")),
            ("winner", msgid("Winner")),
            ("one_winner", msgid("Holds 1 where the one it names won")),
            ("left_answer", msgid("Answer on the left")),
            ("right_answer", msgid("Answer on the right")),
            ("rater", msgid("Rater")),
            ("time", msgid("Time")),
            ("id", msgid("Vote's id")),
        ),
    ),
)


@dataclass(frozen=True)
class Choices:
    """A group of meanings with its heading, each as (value, text)."""

    title: str
    options: list[tuple[str, str]]


@dataclass(frozen=True)
class Doubt:
    """Something to know of a file, with the lines that it is about."""

    text: str
    lines: list[str]


@dataclass(frozen=True)
class Report:
    """What an import did: sentences, rows that could not be used, and a question."""

    says: list[str]
    refused: str
    lines: list[str]
    question: str


def choices(column: str, chosen: str, known: Sequence[str], words: Words) -> list[Choices]:
    """Return what a column can mean, in groups; configurations by name, its own name first."""
    own = column.strip()[: columns.MAX_NAME]
    named = chosen.removeprefix(ANSWER_OF) if chosen.startswith(ANSWER_OF) else ""
    names = [name for name in dict.fromkeys((own, named, *known)) if name]
    made = [
        Choices(words.gettext(title), [(value, words.gettext(text)) for value, text in options])
        for title, options in _GROUPS
    ]
    made.insert(
        1,
        Choices(
            words.gettext("Answers of the configuration called …"),
            [(ANSWER_OF + name, words.gettext("Answers of %(name)s", name=name)) for name in names],
        ),
    )
    return made


def of_prompts(words: Words) -> list[Choices]:
    """Return what a column of a file of prompts can mean."""
    title, options = _GROUPS[0]
    told = [(value, words.gettext(text)) for value, text in options]
    return [Choices(words.gettext(title), told)]


def shapes() -> list[tuple[str, str]]:
    """Return whose files are known by their structure, by name and in words, by alphabet."""
    told = [(each.name, languages.told(each.title)) for each in known.SHAPES.values()]
    return sorted(told, key=lambda one: one[1].casefold())


def brings(seen: Preview, words: Words) -> str:
    """Return in one sentence what a file would bring."""
    names = _listed(seen.names, words)
    prompts = words.ngettext("%(number)s prompt", "%(number)s prompts", seen.prompts)
    if seen.kind == "prompts":
        told = prompts
    elif seen.kind == "votes":
        told = words.gettext(
            "%(votes)s on %(prompts)s, between: %(names)s.",
            votes=_counted(seen.rows, "votes", words), prompts=prompts, names=names,
        )  # fmt: skip
    elif seen.kind == "battles":
        told = words.gettext(
            "%(votes)s with both answers, on %(prompts)s, between: %(names)s.",
            votes=_counted(seen.rows // 2, "votes", words), prompts=prompts, names=names,
        )  # fmt: skip
    else:
        told = words.gettext(
            "%(answers)s to %(prompts)s, by: %(names)s.",
            answers=_counted(seen.rows, "completions", words), prompts=prompts, names=names,
        )  # fmt: skip
    if seen.kind == "prompts" and seen.tags and set(seen.tags) != {""}:
        tags = _listed(seen.tags, words)
        told = words.gettext("%(prompts)s, with the tags: %(tags)s.", prompts=prompts, tags=tags)
    if seen.is_cut:
        cut = words.gettext("These are the first rows; the import takes all of them.")
        return f"{told} {cut}"
    return told


def _listed(counted: Mapping[str, int], words: Words) -> str:
    shown = [f"{name} ({words.count(number)})" for name, number in counted.items()]
    return ", ".join(shown[:MOST_NAMES]) + (" …" if len(shown) > MOST_NAMES else "")


def doubts(seen: Preview, words: Words) -> list[Doubt]:
    """Return what somebody should look at before a file is imported."""
    made = []
    if seen.bad_rows:
        told = words.ngettext(
            "%(number)s row cannot be used:", "%(number)s rows cannot be used:", seen.bad_rows
        )
        lines = [_line(error.line, error.message, words) for error in seen.bad]
        if seen.bad_rows > len(lines):
            lines.append(
                words.gettext("and %(number)s more", number=words.count(seen.bad_rows - len(lines)))
            )
        made.append(Doubt(told, lines))
    if seen.twice:
        told = words.gettext("These say again what stands further up, and add nothing:")
        made.append(Doubt(told, _pairs(seen.twice, words)))
    if seen.alike:
        told = words.gettext("These prompts read the same but for spaces, signs and capitals:")
        made.append(Doubt(told, _pairs(seen.alike, words)))
    if seen.asking_who:
        told = words.gettext(
            "These prompts ask who answers. Answers that say so are not blind; leave them out:"
        )
        lines = [words.gettext("line %(line)s", line=line) for line in seen.asking_who]
        made.append(Doubt(told, lines))
    if seen.further:
        told = words.ngettext(
            "%(number)s answer stands beside another one of the same configuration to the same "
            "prompt. It is taken as a further sample.",
            "%(number)s answers stand beside another one of the same configuration to the same "
            "prompt. They are taken as further samples.",
            seen.further,
        )
        made.append(Doubt(told, []))
    made += [Doubt(languages.told(note), []) for note in seen.notes]
    return made


def _pairs(pairs: Iterable[tuple[int, int]], words: Words) -> list[str]:
    return [
        words.gettext("line %(line)s, as line %(earlier)s", line=line, earlier=earlier)
        for line, earlier in pairs
    ]


def _line(number: int, message: str, words: Words) -> str:
    return words.gettext("line %(line)s: %(message)s", line=number, message=languages.told(message))


def report(done: Mapping[str, Any], words: Words) -> Report:
    """Return what an import did, from what was kept of it."""
    if "failed" in done:
        return Report([_note(done["failed"])], "", [], "")
    says = [
        words.gettext(
            "%(added)s added, %(unchanged)s were there already.",
            added=_counted(done["added"], done["kind"], words),
            unchanged=words.count(done["unchanged"]),
        )
    ]
    for number, text in (
        (done["filled"], msgid("%(number)s took the place of answers that were empty or failed.")),
        (done["replaced"], msgid("%(number)s replaced: raters get the new texts from now on.")),
        (done["new_prompts"], msgid("%(number)s prompts are new.")),
        (
            done["votes_on_replaced"],
            msgid("%(number)s votes were given on the replaced texts; they stay and still count."),
        ),
    ):
        if number:
            says.append(words.gettext(text, number=words.count(number)))
    if done["new_configurations"]:
        names = ", ".join(done["new_configurations"])
        says.append(words.gettext("New configurations: %(names)s.", names=names))
    if done.get("thin"):
        says.append(
            words.ngettext(
                "%(number)s of these prompts has fewer than two different answers: it is not "
                "dealt.",
                "%(number)s of these prompts have fewer than two different answers: they are "
                "not dealt.",
                done["thin"],
            )
        )
    says += [_note(note) for note in done["notes"]]
    refused = ""
    if done["refused"]:
        refused = words.ngettext(
            "%(number)s row was not used:", "%(number)s rows were not used:", done["refused"]
        )
    question = ""
    if done["differing"]:
        question = words.ngettext(
            "%(number)s answer has another text in the study. Which one is to hold?",
            "%(number)s answers have another text in the study. Which ones are to hold?",
            done["differing"],
        )
    lines = [_line(error["line"], said.from_stored(error), words) for error in done["errors"]]
    return Report(says, refused, lines, question)


def _note(note: str | Mapping[str, Any]) -> str:
    """Return a note in the language of the page; reports of an earlier version hold plain texts."""
    return note if isinstance(note, str) else languages.told(said.from_stored(note))


def _counted(number: int, kind: str, words: Words) -> str:
    if kind == "prompts":
        return words.ngettext("%(number)s prompt", "%(number)s prompts", number)
    if kind == "completions":
        return words.ngettext("%(number)s answer", "%(number)s answers", number)
    if kind == "votes":
        return words.ngettext("%(number)s vote", "%(number)s votes", number)
    return words.ngettext("%(number)s answer or vote", "%(number)s answers and votes", number)
