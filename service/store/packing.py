"""All rows of one study out of a database and into another, under numbers of their own.

Which tables belong to a study is told by their foreign keys: a table joins by being one. Ids are
told as numbers that count from 1 within the table, in the order of the ids, so the same study
gives the same rows whatever database it stands in.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    String,
    Table,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from service.store import pack_translations
from service.store.models import (
    Assignment,
    Completion,
    Dirty,
    Judge,
    Leaderboard,
    Mark,
    Model,
    Study,
    UtcDateTime,
    Vote,
)

ROWS_AT_ONCE = 500
# They belong to a study and do not go with it.
LEFT_OUT = {
    "api_token": "access to this installation",
    "export": "files that were made here and can be made anew",
    **dict.fromkeys(("upload", "upload_piece"), "files that wait to be imported"),
    "webhook": "addresses that this installation tells",
    "judge_report": "computed anew where its study arrives",
    "share": "links to reports of this installation",
    **dict.fromkeys(
        ("dirty", "tallied", "tally", "prompt_tally", "kept_count"),
        "votes are counted anew where they arrive",
    ),
}
# What retrieval reads: known by their contents, so several studies may have them.
_SHARED = ("document", "collection", "collection_member")
_STUDY = Study.__tablename__
_BOARD = Leaderboard.__tablename__


class RowInvalid(ValueError):
    """A row that cannot be stored; the message says why."""


@dataclass(frozen=True)
class Part:
    """A table with rows of a study, and the column by which these are found."""

    table: Table
    owner: Column[Any] | None

    @property
    def name(self) -> str:
        """What the table is called."""
        return str(self.table.name)

    @property
    def is_numbered(self) -> bool:
        """Whether its rows have ids of their own."""
        return [column.name for column in self.table.primary_key] == ["id"]

    def references(self) -> dict[str, str]:
        """Return the columns that hold ids of parts, each with the part's name."""
        return {
            key.parent.name: key.column.table.name
            for key in self.table.foreign_keys
            if key.column.name == "id" and key.column.table.name in _named()
        }


@cache
def parts() -> tuple[Part, ...]:
    """Return the tables of a study, each behind those that it needs."""
    found: dict[str, Part] = {}
    for table in Model.metadata.sorted_tables:
        if table.name == _STUDY:
            found[table.name] = Part(table, None)
        elif table.name not in LEFT_OUT:
            owner = owner_in(table, found)
            if owner is not None:
                found[table.name] = Part(table, owner)
    # Leaderboards name raters and prompts in their JSON; these must stand before them.
    last = {_BOARD}
    for part in found.values():
        if any(key.column.table.name in last for key in part.table.foreign_keys):
            last.add(part.name)
    return tuple(sorted(found.values(), key=lambda part: part.name in last))


@cache
def _named() -> frozenset[str]:
    return frozenset(part.name for part in parts())


def owner_in(table: Table, known: Mapping[str, Part]) -> Column[Any] | None:
    """Return the column that says whose a row is: the study's own, else one of a part."""
    keys = {
        key.column.table.name: key.parent
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name, reverse=True)
        if not key.parent.nullable and key.column.table.name in known
    }
    return keys.get(_STUDY, next(iter(keys.values()), None))


def names() -> tuple[str, ...]:
    """Return the names of all tables that go with a study, in the order in which they are read."""
    return (*_SHARED, *(part.name for part in parts()))


@dataclass
class Numbers:
    """What stands for ids: of each table its ids in order, the first of them is number 1."""

    ids: dict[str, "array[int]"] = field(default_factory=dict)

    def number(self, table: str, identity: Any) -> int | None:
        """Return the number of an id, None where it is of another study."""
        if identity is None:
            return None
        held = self.ids.get(table, ())
        place = bisect_left(held, identity)
        return place + 1 if place < len(held) and held[place] == identity else None

    def identity(self, table: str, number: Any) -> int | None:
        """Return the id of a number, None where there is none."""
        held = self.ids.get(table, ())
        is_one = isinstance(number, int) and not isinstance(number, bool)
        return held[number - 1] if is_one and 1 <= number <= len(held) else None


def read(session: Session, study: Study) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every row of a study with the name of its table, a batch in memory.

    The caller holds a snapshot: all rows are of one moment.
    """
    of_study = study_ids(session, study)
    numbers = Numbers()
    for part in parts():
        if part.is_numbered:
            own = part.table.c.id
            found = select(own).where(_belongs(part, of_study)).order_by(own)
            numbers.ids[part.name] = array("q", session.scalars(found))
    yield from _shared_rows(session, of_study)
    translation = pack_translations.Translation(numbers.number)
    for part in parts():
        references = part.references()
        keys = part.table.primary_key
        query = select(part.table).where(_belongs(part, of_study)).order_by(*keys)
        rows = session.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
        for row in rows.mappings():
            told = {
                column.name: _told(row[column]) for column in part.table.c if column.name != "id"
            }
            number = numbers.number(part.name, row["id"]) if part.is_numbered else None
            for name, target in references.items():
                told[name] = numbers.number(target, told[name])
            yield part.name, translation.of(part.name, number, told)


def snapshot(session: Session) -> None:
    """Have all that the session reads be of one moment; to be called first."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def study_ids(session: Session, study: Study) -> list[int]:
    """Return the ids of a study and of the rows that its gold and its judges' calls hang on."""
    from service.store import gold  # noqa: PLC0415 - gold knows studies

    shelf = gold.shelf(session, study)
    judging = session.scalars(select(Judge.shelf_id).where(Judge.study_id == study.id))
    return [study.id, *([] if shelf is None else [shelf.id]), *sorted(judging)]


def _belongs(part: Part, of_study: Sequence[int]) -> ColumnElement[bool]:
    if part.owner is None:
        return part.table.c.id.in_(of_study)
    (key,) = [key for key in part.owner.foreign_keys if key.column.table.name in _named()]
    above = next(each for each in parts() if each.name == key.column.table.name)
    if above.owner is None:
        return part.owner.in_(of_study)
    return part.owner.in_(select(key.column).where(_belongs(above, of_study)))


def _shared_rows(session: Session, of_study: Sequence[int]) -> Iterator[tuple[str, dict[str, Any]]]:
    tables = Model.metadata.tables
    asked = select(tables["configuration"].c.retrieval).where(
        tables["configuration"].c.study_id.in_(of_study)
    )
    digests = sorted({told["collection"] for told in session.scalars(asked) if told})
    member = tables["collection_member"]
    documents = select(member.c.document_digest).where(member.c.collection_digest.in_(digests))
    chosen = {
        "document": tables["document"].c.digest.in_(documents),
        "collection": tables["collection"].c.digest.in_(digests),
        "collection_member": member.c.collection_digest.in_(digests),
    }
    for name in _SHARED:
        query = select(tables[name]).where(chosen[name]).order_by(*tables[name].primary_key)
        for row in session.execute(query.execution_options(yield_per=100)).mappings():
            yield name, {column.name: _told(row[column]) for column in tables[name].c}


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


class Writer:
    """Puts the rows of a pack into a database, in the order in which they were read."""

    def __init__(self, session: Session) -> None:
        """Begin with nothing."""
        self._session = session
        self._numbers = Numbers()
        self._translation = pack_translations.Translation(self._numbers.identity)
        self._later: list[tuple[str, str, int, int]] = []
        self._parts = {part.name: part for part in parts()}

    @property
    def study_id(self) -> int:
        """The id that the study got."""
        return self._numbers.ids[_STUDY][0]

    def write(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store some rows of a table.

        Raises
        ------
        RowInvalid
        """
        if name in _SHARED:
            self._write_shared(name, rows)
            return
        part = self._parts[name]
        made = [self._made(part, row) for row in rows]
        ids = self._numbers.ids.setdefault(name, array("q"))
        if part.is_numbered:
            new = self._fresh_ids(part.table, len(made))
            for values, identity in zip(made, new, strict=True):
                values["id"] = identity
            ids.extend(new)
        first = len(ids) - len(made) + 1
        done = []
        for place, values in enumerate(made):
            self._point(part, values, first + place)
            done.append(self._translation.of(name, values.get("id"), values))
        keys = {column.name: column.key for column in part.table.c}
        rows_by_key = [{keys[each]: value for each, value in row.items()} for row in done]
        self._session.connection().execute(insert(part.table), rows_by_key)

    def finish(self) -> None:
        """Write what points forward, and have all votes counted."""
        for name, column, number, target in self._later:
            table = self._parts[name].table
            aim = self._parts[name].references()[column]
            values = {column: self._numbers.identity(aim, target)}
            own = self._numbers.identity(name, number)
            self._session.execute(update(table).where(table.c.id == own).values(values))
        judged = exists().where(Vote.assignment_id == Assignment.id) | exists().where(
            Mark.assignment_id == Assignment.id
        )
        found = select(Assignment.study_id, Assignment.id).where(
            Assignment.study_id == self.study_id, judged
        )
        self._session.execute(insert(Dirty).from_select(["study_id", "assignment_id"], found))

    def _made(self, part: Part, row: Mapping[str, Any]) -> dict[str, Any]:
        known = {column.name: column for column in part.table.c if column.name != "id"}
        unknown = sorted(row.keys() - known.keys())
        if unknown:
            raise RowInvalid(f"has {unknown[0]!r}, which this version does not know")
        values = {}
        for name, column in known.items():
            if name in row:
                values[name] = _value(column, row[name])
            elif column.nullable:
                values[name] = None
            elif column.server_default is None:
                raise RowInvalid(f"has no {name!r}")
        return values

    def _point(self, part: Part, values: dict[str, Any], own: int) -> None:
        """Put ids in the place of numbers; what is yet to come is noted for later."""
        for column, aim in part.references().items():
            number = values.get(column)
            if number is None:
                continue
            found = self._numbers.identity(aim, number)
            if found is None and part.table.c[column].nullable and number >= 1:
                self._later.append((part.name, column, own, number))
            elif found is None:
                raise RowInvalid(f"points to {aim} {number}, which is not there")
            values[column] = found

    def _fresh_ids(self, table: Table, count: int) -> list[int]:
        """Return ids that nobody has and nobody gets, in rising order."""
        if self._session.get_bind().dialect.name == "postgresql":
            sequence = func.pg_get_serial_sequence(table.name, "id")
            fresh = select(func.nextval(sequence)).select_from(
                func.generate_series(1, count).alias("n")
            )
            return sorted(self._session.scalars(fresh))
        # Whoever writes to SQLite has it alone until the end of the transaction.
        highest = self._session.scalar(select(func.max(table.c.id))) or 0
        return list(range(highest + 1, highest + 1 + count))

    def _write_shared(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        table = Model.metadata.tables[name]
        for row in rows:
            values = {column.name: _value(column, row.get(column.name)) for column in table.c}
            same = [column == values[column.name] for column in table.primary_key]
            if self._session.scalar(select(func.count()).select_from(table).where(*same)):
                continue
            self._session.execute(insert(table), [values])


def open_work(session: Session, study_id: int, states: Sequence[str]) -> int:
    """Return how many answers of a study, its judges' included, are in one of these states."""
    judging = select(Judge.shelf_id).where(Judge.study_id == study_id)
    found = select(func.count()).where(
        (Completion.study_id == study_id) | Completion.study_id.in_(judging),
        Completion.state.in_(states),
    )
    return session.scalar(found) or 0


_PLAIN: tuple[tuple[type, tuple[type, ...]], ...] = (
    (Boolean, (bool,)),
    (Integer, (int,)),
    (Double, (int, float)),
    (Float, (int, float)),
    (String, (str,)),
)
_PARSED: tuple[tuple[type, Callable[[str], Any]], ...] = (
    (UtcDateTime, datetime.fromisoformat),
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
)


def _value(column: Column[Any], told: Any) -> Any:
    """Return a value as the column takes it."""
    if told is None:
        if not column.nullable:
            raise RowInvalid(f"has no {column.name!r}")
        return None
    if isinstance(column.type, JSON):
        return told
    for kind, parse in _PARSED:
        if isinstance(column.type, kind):
            return _parsed(column, told, parse)
    for kind, wanted in _PLAIN:
        if isinstance(column.type, kind):
            is_one = isinstance(told, wanted) and (bool in wanted or not isinstance(told, bool))
            if not is_one:
                break
            if wanted == (int,) and abs(told) >= 2**63:
                break
            return told
    raise RowInvalid(f"has {str(told)[:40]!r} for {column.name!r}")


def _parsed(column: Column[Any], told: Any, parse: Callable[[str], Any]) -> Any:
    try:
        found = parse(told)
    except (TypeError, ValueError):
        found = None
    if found is None or (isinstance(found, datetime) and found.tzinfo is None):
        raise RowInvalid(f"has {str(told)[:40]!r} for {column.name!r}, which is no time")
    return found
