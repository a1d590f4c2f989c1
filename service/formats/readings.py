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

    `words` say what columns mean, `shape` whose file it is, `names` which configuration
    answered where rows do not say so: one for answers, two (left and right) for pairs.
    """

    kind: Kind | None = None
    words: Sequence[str] = ()
    shape: str = ""
    names: Sequence[str] = ()


def of_file(open_file: Callable[[], BinaryIO], name: str, asked: Asked) -> Reading:
    """Return how a file is read, by what somebody says and by its first rows.

    Raises
    ------
    FileUnreadable, KindUnknown, MappingInvalid, UnknownShape, ReadingInvalid
    """
    _check(asked)
    with open_file() as stream:
        first, _ = sniffing.look(stream, name)
    if asked.words:
        meanings = mapping.said(asked.words, mapping.header(first))
        if asked.names and "configuration" not in meanings.values():
            meanings |= {"configuration": "configuration"}
        kind = asked.kind or mapping.kind_of(meanings)
        mapped = partial(mapping.mapped, meanings=meanings, kind=kind)
        fill = known.named(asked.names)
        return Reading(kind, lambda found: mapped(fill(found)))
    shape = known.by_name(asked.shape) if asked.shape else known.recognise(first)
    if shape is not None and (asked.shape or _may_be(shape, asked.kind)):
        return of_shape(shape, asked.kind, asked.names)
    prepare = known.named(asked.names) if asked.names else rows.unchanged
    if asked.kind is not None:
        return Reading(asked.kind, prepare)
    with open_file() as stream:
        return Reading(sniffing.sniff_file(stream, name, prepare), prepare)


def of_shape(shape: Shape, kind: Kind | None = None, names: Sequence[str] = ()) -> Reading:
    """Return how a file of a shape is read; of any shape, prompts alone may be wanted."""
    if not _may_be(shape, kind):
        raise ReadingInvalid(
            "%(title)s hold %(holds)s, and prompts. Leave --kind out.",
            title=shape.title,
            holds=shape.holds,
        )
    said = known.note(shape).message
    return Reading(kind or shape.holds, known.prepared(shape, names), (said,))


def _may_be(shape: Shape, kind: Kind | None) -> bool:
    return kind in {None, shape.holds, "prompts"}


def _check(asked: Asked) -> None:
    if asked.words and asked.shape:
        raise ReadingInvalid("Say either --shape or --map: one of them tells what columns mean.")
    if len(asked.names) > _MOST_NAMES:
        raise ReadingInvalid(
            "Say --configuration once for answers, or twice for pairs: left first, then right."
        )
    if not all(name.strip() for name in asked.names):
        raise ReadingInvalid("The name after --configuration is empty.")
