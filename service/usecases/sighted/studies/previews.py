"""What a file would bring into a study: its first rows as raters would see them, and its faults."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType
from typing import BinaryIO

from service.domain import submission
from service.domain.prompt import Prompt
from service.domain.study import LeakPolicy
from service.formats import battles, completions, prompts, readings, rows, sampling, votes
from service.formats.completions import CompletionRow
from service.formats.prompts import PromptRow
from service.formats.readings import Asked, Reading
from service.formats.rows import Note, Row, RowError
from service.formats.shapes import known
from service.formats.sniffing import Kind
from service.formats.votes import VoteRow
from service.usecases.sighted.generation import publishing, showing
from service.usecases.sighted.generation.publishing import Recorded
from service.usecases.sighted.studies.rows import prompt_html

LOOK_AT = 2000
LOOK_AT_HEADER = 100
MOST_SHOWN = 3
MOST_NAMED = 20
_SIDES = 2
_LOOK_FOR_WHO_IN = 2000


@dataclass(frozen=True)
class Shown:
    """A prompt with its context, and up to two answers to it: safe HTML as raters get it."""

    line: int
    turns: tuple[str, ...]
    context: str
    answers: tuple[tuple[str, ...], ...] = ()


@dataclass
class Preview:
    """What was seen in the first rows (`is_cut` where there are more of them).

    `twice` are (line, earlier line) of prompts or answers that are the same, `alike` of prompts
    that read the same; `asking_who` are lines of prompts that ask who answers. `further` counts
    answers beside another of their configuration.
    """

    kind: Kind
    rows: int = 0
    is_cut: bool = False
    prompts: int = 0
    names: Counter[str] = field(default_factory=Counter)
    tags: Counter[str] = field(default_factory=Counter)
    shown: list[Shown] = field(default_factory=list)
    votes: list[VoteRow] = field(default_factory=list)
    bad: list[RowError] = field(default_factory=list)
    bad_rows: int = 0
    twice: list[tuple[int, int]] = field(default_factory=list)
    alike: list[tuple[int, int]] = field(default_factory=list)
    asking_who: list[int] = field(default_factory=list)
    further: int = 0
    notes: list[str] = field(default_factory=list)


def first_rows(name: str, file: BinaryIO) -> list[Row]:
    """Return the first rows of a file that can be read.

    Raises
    ------
    FileUnreadable
    """
    found = islice(rows.read(file, name), LOOK_AT_HEADER)
    return [row for row in found if isinstance(row, Row)]


def first_fault(name: str, file: BinaryIO) -> str:
    """Return what is wrong with the first row of a file without a good one, "" where it has none.

    Raises
    ------
    FileUnreadable
    """
    for row in rows.read(file, name):
        if isinstance(row, RowError):
            return f"{row.line}: {row.message}"
    return ""


def reading(
    open_file: Callable[[], BinaryIO], name: str, asked: Asked, most: int | None
) -> Reading:
    """Return how a file is read: as a shape or by its columns, with fewer prompts where wanted.

    Raises
    ------
    FileUnreadable, MappingInvalid, ReadingInvalid
    """
    if asked.shape:
        found = readings.of_shape(known.by_name(asked.shape), names=asked.names)
    else:
        found = readings.of_meanings(asked.meanings or {}, names=asked.names)
    if most is None or found.kind not in {"prompts", "completions"}:
        return found
    with open_file() as stream:
        chosen = sampling.choose(found.prepare(rows.read(stream, name)), most)
    return replace(found, prepare=lambda held: sampling.only(found.prepare(held), chosen))


def look(
    name: str,
    file: BinaryIO,
    how: Reading,
    render_mode: str,
    *,
    shows_variables: bool,
    fields: Mapping[str, str] = MappingProxyType({}),
) -> Preview:
    """Return what the first rows of a file would bring.

    `fields` are those that configurations show of structured answers, by name.

    Raises
    ------
    FileUnreadable
    """
    kind = how.kind
    seen = Preview(kind, notes=list(how.said))
    read = islice(_read(name, file, kind, how.prepare), LOOK_AT + 1)
    found = list(showing.of_rows(read, fields))
    seen.is_cut = len(found) > LOOK_AT
    found = found[:LOOK_AT]
    good: list[PromptRow | CompletionRow | VoteRow] = []
    for one in found:
        if isinstance(one, RowError):
            seen.bad_rows += 1
            seen.bad += [one][: MOST_NAMED - len(seen.bad)]
        elif isinstance(one, Note):
            seen.notes.append(one.message)
        else:
            good.append(one)
    seen.rows = len(good)
    if kind == "votes":
        _look_at_votes(seen, good)
        return seen
    _look_at_prompts(seen, good)
    _look_at_answers(seen, [one for one in good if isinstance(one, CompletionRow)])
    seen.shown = [
        _shown(line, prompt, answers, render_mode, list(seen.names), shows_variables)
        for line, prompt, answers in _first(good)
    ]
    return seen


def _read(
    name: str, stream: BinaryIO, kind: Kind, prepare: rows.Prepare
) -> Iterator[PromptRow | CompletionRow | VoteRow | RowError | Note]:
    if kind == "prompts":
        return prompts.read(stream, name, prepare)
    if kind == "completions":
        return completions.read(stream, name, prepare)
    if kind == "votes":
        return votes.read(stream, name, prepare)
    return battles.read_completions(stream, name, prepare)


def _look_at_votes(seen: Preview, good: Sequence[object]) -> None:
    given = [one for one in good if isinstance(one, VoteRow)]
    seen.votes = given[:MOST_SHOWN]
    seen.prompts = len({one.prompt for one in given})
    for one in given:
        seen.names.update((one.left, one.right))


def asks_who(prompt: Prompt) -> bool:
    """Tell whether a prompt asks who answers, which no blind answer can say."""
    return submission.asks_who(*(turn[:_LOOK_FOR_WHO_IN] for turn in prompt.turns))


def _look_at_prompts(seen: Preview, good: Sequence[PromptRow | CompletionRow | VoteRow]) -> None:
    lines: dict[str, int] = {}
    by_sound: dict[str, int] = {}
    for one in good:
        about = _about(one)
        is_again = about in lines
        if is_again and isinstance(one, PromptRow):
            _name(seen.twice, (one.line, lines[about]))
        prompt = getattr(one, "prompt", None)
        if is_again or not isinstance(prompt, Prompt):
            lines.setdefault(about, one.line)
            continue
        lines[about] = one.line
        seen.tags.update(prompt.tags[:1])
        if asks_who(prompt) and len(seen.asking_who) < MOST_NAMED:
            seen.asking_who.append(one.line)
        sound = "".join(filter(str.isalnum, "".join(prompt.turns).casefold()))
        if sound and by_sound.setdefault(sound, one.line) != one.line:
            _name(seen.alike, (one.line, by_sound[sound]))
    seen.prompts = len(lines)


def _look_at_answers(seen: Preview, given: Sequence[CompletionRow]) -> None:
    first: dict[tuple[str, str, tuple[str, ...]], int] = {}
    cells: Counter[tuple[str, str]] = Counter()
    for one in given:
        seen.names[one.configuration] += 1
        where = (_about(one), one.configuration)
        if (*where, one.turns) in first:
            _name(seen.twice, (one.line, first[*where, one.turns]))
            continue
        first[*where, one.turns] = one.line
        cells[where] += 1
    seen.further = sum(number - 1 for number in cells.values())


def _name(pairs: list[tuple[int, int]], pair: tuple[int, int]) -> None:
    if len(pairs) < MOST_NAMED:
        pairs.append(pair)


def _about(one: PromptRow | CompletionRow | VoteRow) -> str:
    if isinstance(one, VoteRow):
        return one.prompt
    fingerprint = "" if one.prompt is None else one.prompt.fingerprint
    return fingerprint or getattr(one, "prompt_id", "")


def _first(
    good: Sequence[PromptRow | CompletionRow | VoteRow],
) -> list[tuple[int, Prompt | None, list[CompletionRow]]]:
    """Return the first prompts, each with answers by two configurations where there are."""
    found: dict[str, tuple[int, Prompt | None, list[CompletionRow]]] = {}
    for one in good:
        about = _about(one)
        if isinstance(one, VoteRow) or (about not in found and len(found) == MOST_SHOWN):
            continue
        line, prompt, answers = found.setdefault(about, (one.line, one.prompt, []))
        if isinstance(one, CompletionRow) and len(answers) < _SIDES:
            names = {answer.configuration for answer in answers}
            found[about] = (line, prompt, answers + [one] * (one.configuration not in names))
    return list(found.values())


def _shown(
    line: int,
    prompt: Prompt | None,
    answers: Sequence[CompletionRow],
    render_mode: str,
    names: Sequence[str],
    shows_variables: bool,  # noqa: FBT001 - the study's
) -> Shown:
    if prompt is None:
        prompt = Prompt(turns=(answers[0].prompt_id if answers else "",))
    html = prompt_html(prompt, render_mode, shows_variables=shows_variables)
    made = [
        publishing.prepare(
            Recorded(
                completion_id=0,
                prompt_id=0,
                turns=answer.turns,
                names=tuple(names),
                system_prompt="",
                prompt_text="\n\n".join(prompt.turns),
                render_mode=render_mode,
                leak_policy=LeakPolicy.REPORT,
            )
        )
        for answer in answers
    ]
    return Shown(line, tuple(html["turns"]), html["context"], tuple(one.html for one in made))
