"""Takes out of structured answers what raters are shown; the whole answer is kept beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from service.blinding import reasoning
from service.domain import shown_field
from service.domain.completion import CompletionAnswer, CompletionState
from service.domain.shown_field import FieldMissing
from service.formats.completions import CompletionRow
from service.formats.rows import RowError
from service.formats.said import said
from service.store import calls, completions, models

_Row = TypeVar("_Row")


def picked(turns: Sequence[str], shows: str, prompt_text: str = "") -> tuple[str, ...]:
    """Return the field that is shown of each turn; a turn without any text stays as it is.

    Raises
    ------
    FieldMissing
    """
    return tuple(
        shown_field.shown(reasoning.without(turn, prompt_text), shows) if turn.strip() else turn
        for turn in turns
    )


def of_rows(given: Iterable[_Row], fields: Mapping[str, str]) -> Iterator[_Row | RowError]:
    """Yield rows of a file, each answer with the field that its configuration shows.

    `fields` are by configuration. A row whose answer lacks the field becomes a `RowError`.
    """
    for row in given:
        field = fields.get(row.configuration) if isinstance(row, CompletionRow) else None
        if field is None or not isinstance(row, CompletionRow):
            yield row
            continue
        try:
            shown = replace(row, turns=picked(row.turns, field), whole=row.turns)
        except FieldMissing as error:
            yield RowError(row.line, said(error.text, **error.values))
        else:
            yield cast("_Row", shown)


def of_answer(answer: CompletionAnswer, shows: str) -> CompletionAnswer:
    """Return an answer with what is shown of it as its texts, the whole ones in its details.

    Its calls keep what came back, so that others may reuse them and show another field.

    Raises
    ------
    FieldMissing
    """
    if not shows:
        return answer
    details = {**answer.details, calls.WHOLE: list(answer.turns)}
    return replace(answer, turns=picked(answer.turns, shows), details=details)


def whole(turns: Sequence[str], details: dict[str, Any]) -> list[str]:
    """Return the turns of a stored completion as they were answered."""
    return list(details.get(calls.WHOLE, turns))


def show_anew(session: Session, configuration: models.Configuration, now: datetime) -> None:
    """Take another field out of the answers that a draft's configuration has already.

    They wait to be made fit to show again.

    Raises
    ------
    FieldMissing
        Names the first prompt whose answer lacks the field; nothing is changed.
    """
    for row, key in completions.answered(session, configuration.id):
        before = whole(row.turns, row.details)
        details = {name: value for name, value in row.details.items() if name != calls.WHOLE}
        turns = tuple(before)
        if configuration.shows:
            try:
                turns = picked(before, configuration.shows)
            except FieldMissing as error:
                raise FieldMissing(
                    "The answer to the prompt %(prompt)s cannot be shown so. %(why)s",
                    prompt=key,
                    why=error.message,
                ) from None
            details[calls.WHOLE] = before
        row.turns, row.details, row.html = list(turns), details, []
        row.state, row.recorded_at = CompletionState.RECORDED, now
