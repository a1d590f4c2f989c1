"""How a file is to be read: what it holds, and what is made of its rows before that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from service.errors import Invalid
from service.formats import mapping, rows, sniffing
from service.formats.rows import Prepare
from service.formats.shapes import known
from service.formats.shapes.shape import Shape
from service.formats.sniffing import Kind

_MOST_NAMES = 2
# What names mean that rows do not say, by their number, and the columns they are written into.
_OF_NAMES = {0: (), 1: ("configuration",), 2: ("left", "right")}
_COLUMNS = {"configuration": "configuration", "left": "model_a", "right": "model_b"}


class ReadingInvalid(Invalid):
    """What somebody says of a file does not go together."""


@dataclass(frozen=True)
class Reading:
    """What a file holds, what becomes of its rows, and what somebody is told of that."""

    kind: Kind
    prepare: Prepare = rows.unchanged
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What somebody says of a file; what they leave open is found out.

    `words` say what columns mean, or `meanings` by column; `shape` whose file it is, `names` which
    configuration answered where rows do not say so: one for answers, two (left and right) for
    pairs.
    """

    kind: Kind | None = None
    words: Sequence[str] = ()
    shape: str = ""
    names: Sequence[str] = ()
    meanings: mapping.Meanings | None = None


def of_file(open_file: Callable[[], BinaryIO], name: str, asked: Asked) -> Reading:
    """Return how a file is read, by what somebody says and by its first rows.

    Raises
    ------
    FileUnreadable, KindUnknown, MappingInvalid, UnknownShape, ReadingInvalid
    """
    check(asked)
    with open_file() as stream:
        first, _ = sniffing.look(stream, name)
    if asked.words or asked.meanings is not None:
        meanings = asked.meanings or mapping.by_words(asked.words, mapping.header(first))
        return of_meanings(meanings, asked.kind, asked.names)
    shape = known.by_name(asked.shape) if asked.shape else known.recognise(first)
    if shape is not None and (asked.shape or _may_be(shape, asked.kind)):
        return of_shape(shape, asked.kind, asked.names)
    prepare = known.named(asked.names) if asked.names else rows.unchanged
    if asked.kind is not None:
        return Reading(asked.kind, prepare)
    with open_file() as stream:
        return Reading(sniffing.sniff_file(stream, name, prepare), prepare)


def of_meanings(
    meanings: mapping.Meanings, kind: Kind | None = None, names: Sequence[str] = ()
) -> Reading:
    """Return how a file is read whose columns mean this.

    Raises
    ------
    MappingInvalid
    """
    mapping.check(meanings)
    meanings = dict(meanings)
    is_named = any(meaning.startswith(mapping.ANSWER_OF) for meaning in meanings.values())
    for meaning in _OF_NAMES[0 if is_named else len(names)]:
        if meaning not in meanings.values():
            meanings[_COLUMNS[meaning]] = meaning
    kind = kind or mapping.kind_of(meanings)
    mapped = partial(mapping.mapped, meanings=meanings, kind=kind)
    fill = known.named(names)
    return Reading(kind, lambda found: mapped(fill(found)))


def of_shape(shape: Shape, kind: Kind | None = None, names: Sequence[str] = ()) -> Reading:
    """Return how a file of a shape is read; of any shape, prompts alone may be wanted."""
    if not _may_be(shape, kind):
        raise ReadingInvalid(
            "%(title)s hold %(holds)s, and prompts. Leave --kind out.",
            title=shape.title,
            holds=shape.holds,
        )
    return Reading(kind or shape.holds, known.prepared(shape, names), known.notes(shape))


def _may_be(shape: Shape, kind: Kind | None) -> bool:
    return kind in {None, shape.holds, "prompts"}


def check(asked: Asked) -> None:
    """Raise `ReadingInvalid` where what somebody says of a file does not go together."""
    if (asked.words or asked.meanings is not None) and asked.shape:
        raise ReadingInvalid("Say either --shape or --map: one of them tells what columns mean.")
    if len(asked.names) > _MOST_NAMES:
        raise ReadingInvalid(
            "Say --configuration once for answers, or twice for pairs: left first, then right."
        )
    if not all(name.strip() for name in asked.names):
        raise ReadingInvalid("The name after --configuration is empty.")
