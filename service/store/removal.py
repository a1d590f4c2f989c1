"""Takes all rows of a study away: those that a pack holds, and those that stay behind with it."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from service.store import changes, packing, trials
from service.store.models import (
    ApiToken,
    Completion,
    KeptAnswer,
    Mark,
    Model,
    Study,
    Vote,
)
from service.store.packing import Part


def hold(session: Session, study_id: int) -> Study:
    """Return a study to which nobody may add anything before this transaction ends."""
    return session.scalars(
        select(Study)
        .where(Study.id == study_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def is_judged(session: Session, study: Study) -> bool:
    """Tell whether people said anything about answers of a study: votes or grades."""
    return any(
        session.scalar(select(exists().where(_condition(parts()[table.name], [study.id]))))
        for table in (Model.metadata.tables[kind.__tablename__] for kind in (Vote, Mark))
    )


def all_of(session: Session, study: Study) -> list[int]:
    """Return the ids of a study and of all hidden rows that hang on it: gold, judges, tries."""
    trial = trials.find(session, study)
    return [*packing.study_ids(session, study), *([] if trial is None else [trial.id])]


def in_state(session: Session, ids: Sequence[int], state: str) -> int:
    """Return how many completions of these studies are in a state."""
    found = select(func.count()).where(Completion.study_id.in_(ids), Completion.state == state)
    return session.scalar(found) or 0


def remove(session: Session, ids: Sequence[int]) -> None:
    """Take studies away with every row that hangs on them.

    A token for one of them alone goes too: without its study it would be for all.
    """
    tokens = select(ApiToken.id).where(ApiToken.study_id.in_(ids))
    changes.count(session, delete(KeptAnswer).where(KeptAnswer.token_id.in_(tokens)))
    changes.count(session, delete(ApiToken).where(ApiToken.study_id.in_(ids)))
    every = parts()
    for column, part in _loose(every):
        gone = select(part.table.c.id).where(_condition(part, ids))
        session.execute(update(column.table).where(column.in_(gone)).values({column: None}))
    for part in reversed(every.values()):
        session.execute(delete(part.table).where(_condition(part, ids)))
    session.expunge_all()


def parts() -> dict[str, Part]:
    """Return the tables of a study, what packs leave out among them, each behind what it needs."""
    found: dict[str, Part] = {}
    for table in Model.metadata.sorted_tables:
        owner = packing.owner_in(table, found)
        if table.name == Study.__tablename__ or owner is not None:
            found[table.name] = Part(table, owner)
    return found


def _loose(every: dict[str, Part]) -> Iterator[tuple[Column[int], Part]]:
    """Yield columns that may point to a row of a part and need not, with that part."""
    for table in Model.metadata.sorted_tables:
        for key in table.foreign_keys:
            above = every.get(key.column.table.name)
            if key.parent.nullable and above is not None and above.is_numbered:
                yield key.parent, above


def _condition(part: Part, ids: Sequence[int]) -> ColumnElement[bool]:
    every = parts()
    if part.owner is None:
        return part.table.c.id.in_(ids)
    (key,) = [one for one in part.owner.foreign_keys if one.column.table.name in every]
    above = every[key.column.table.name]
    if above.owner is None:
        return part.owner.in_(ids)
    return part.owner.in_(select(key.column).where(_condition(above, ids)))
