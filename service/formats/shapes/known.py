"""THE table of shapes: whose files are known by their structure, and what is made of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from service.errors import Invalid
from service.formats import columns
from service.formats.columns import BadValue
from service.formats.rows import Found, Prepare, Row, RowError
from service.formats.said import said
from service.formats.shapes import (
    alpaca_eval,
    arenas,
    argilla,
    inspect_logs,
    label_studio,
    lm_eval,
    mt_bench,
    own,
    pairs,
    promptfoo,
    tracing,
    ultrafeedback,
)
from service.formats.shapes.shape import Shape

_LOOK_AT_ROWS = 500

# In the order in which they are tried: what is told by more columns stands first.
SHAPES: Mapping[str, Shape] = {
    each.name: each
    for each in (
        own.CANONICAL,
        own.TABLE,
        promptfoo.RESULTS,
        inspect_logs.SAMPLES,
        lm_eval.SAMPLES,
        label_studio.TASKS,
        argilla.RECORDS,
        ultrafeedback.RECORDS,
        mt_bench.OF_A_MODEL,
        mt_bench.ANSWERS,
        mt_bench.QUESTIONS,
        arenas.BATTLES,
        mt_bench.JUDGEMENTS,
        alpaca_eval.ANNOTATIONS,
        pairs.NAMED,
        pairs.NAMELESS,
        tracing.LANGFUSE_GENERATIONS,
        tracing.LANGFUSE_ITEMS,
        tracing.MLFLOW_RECORDS,
        tracing.MLFLOW_TRACES,
        tracing.MLFLOW_TABLES,
        tracing.LANGSMITH_RUNS,
        tracing.LANGSMITH_EXAMPLES,
        alpaca_eval.OUTPUTS,
    )
}


class UnknownShape(Invalid):
    """There is no shape of that name."""


def by_name(name: str) -> Shape:
    """Return the shape of a name.

    Raises
    ------
    UnknownShape
    """
    if name not in SHAPES:
        raise UnknownShape(
            "There is no shape %(name)s. There are: %(known)s.",
            name=repr(name),
            known=", ".join(SHAPES),
        )
    return SHAPES[name]


def recognise(first: Sequence[Row]) -> Shape | None:
    """Return the shape that a file's first rows have; None where it is nobody's in particular."""
    if not first:
        return None
    plain = columns.by_plain_name(first[0].values)
    return next((each for each in SHAPES.values() if _fits(each, plain)), None)


def _fits(shape: Shape, plain: Mapping[str, Any]) -> bool:
    try:
        return shape.fits(plain)
    except BadValue:
        return False


def prepared(shape: Shape, names: Sequence[str] = ()) -> Prepare:
    """Return what makes rows that our readers know out of those of a shape.

    `names` are of configurations, where rows do not say them: one for answers, two for pairs.
    """
    return lambda found: _read(shape, found, names)


def named(names: Sequence[str]) -> Prepare:
    """Return what writes configurations' names into rows that do not say them."""
    return lambda found: (
        row if isinstance(row, RowError) else Row(row.line, _with_names(row.values, names))
        for row in found
    )


def notes(shape: Shape) -> tuple[str, ...]:
    """Return what somebody is told of how a file was read."""
    return (said("Read as %(title)s.", title=shape.title), *[shape.note][: bool(shape.note)])


def _read(shape: Shape, found: Found, names: Sequence[str]) -> Iterator[Row | RowError]:
    first = list(islice(found, _LOOK_AT_ROWS))
    rows = shape.reader(
        [columns.by_plain_name(row.values) for row in first if isinstance(row, Row)]
    )
    for row in chain(first, found):
        if isinstance(row, RowError):
            yield row
            continue
        try:
            values = columns.by_plain_name(_with_names(row.values, names))
            yield from [Row(row.line, made) for made in rows(values)]
        except (BadValue, KeyError, TypeError, AttributeError) as error:
            yield RowError(row.line, _why(error, shape))


def _why(error: Exception, shape: Shape) -> str:
    if isinstance(error, BadValue):
        return error.message
    if isinstance(error, KeyError):
        return said(
            "%(column)s is missing; %(title)s have it", column=error.args[0], title=shape.title
        )
    return said("the row is not built as %(title)s are", title=shape.title)


def _with_names(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    if not names:
        return dict(values)
    if len(names) == 1:
        known = {columns.plain(name) for name in values if values[name] not in (None, "")}
        is_said = not known.isdisjoint(columns.CONFIGURATION)
        return dict(values) if is_said else {**values, "configuration": names[0]}
    return {**values, **dict(zip(("model_a", "model_b"), names, strict=True))}
