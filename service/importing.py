"""Brings a file into a study in short transactions; parsing and rendering stand between them."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from service import uploaded
from service.database import Database, DatabaseAway, Session, now
from service.domain.intake import IntakeLost
from service.domain.pace import Pace
from service.domain.prompt import Prompt
from service.errors import ServiceError
from service.formats import battles, completions, mapping, prompts, sniffing, votes
from service.formats.completions import CompletionRow
from service.formats.prompts import PromptRow
from service.formats.rows import Note, Prepare, RowError, unchanged
from service.formats.said import of_error, said
from service.formats.votes import VoteRow
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.studies import (
    applying,
    imports,
    intakes,
    previews,
    rows,
    uploads,
    vote_imports,
)
from service.usecases.sighted.studies.import_names import Html, Target
from service.usecases.sighted.studies.imported import Imported

if TYPE_CHECKING:
    from service.formats.study_file import StudyFile

log = logging.getLogger("evenhand.importing")

# What one transaction writes at most; fewer where that takes longer than others should wait.
ROWS_AT_ONCE = 500
VOTES_AT_ONCE = 2000
PROMPTS_AT_ONCE = 200
CHARACTERS_AT_ONCE = 4 * 1024 * 1024
GIVE_WAY_SECONDS = 0.12
# So often those who wait for a worker see how far it is.
TOLD_SECONDS = 1.0
MODELS_NAMED = 5

Row = PromptRow | CompletionRow | VoteRow | RowError | Note
Read = Callable[[BinaryIO, str, Prepare], Iterator[Row]]
# A batch made ready: what is done to it in one transaction.
Step = Callable[[Session], Imported]
Told = Callable[[Imported], None]


@dataclass(frozen=True)
class Source:
    """A file to be imported: what it is called, and how to open it, which may happen twice.

    `prepare` is what becomes of its rows before they are read, such as a mapping of its columns;
    `said` is what somebody is told of that.
    """

    name: str
    open: Callable[[], BinaryIO]
    prepare: Prepare = unchanged
    said: tuple[str, ...] = ()


def apply_file(database: Database, file: "StudyFile") -> applying.Applied:
    """Bring a study to what its file says, its new prompts rendered beforehand.

    Raises
    ------
    StudyChangeRefused, TemplateInvalid
    """
    html = rendered(database, file)
    with database.transaction() as session:
        return applying.apply(session, file, now(session), html)


def rendered(database: Database, file: "StudyFile") -> Html:
    """Return how a study's new prompts are shown, by fingerprint; takes a while, holds nothing."""
    with database.reading() as session:
        unknown = imports.new_to(session, file.name, file.prompts)
    shows = file.sitting.shows_variables
    return {
        prompt.fingerprint: rows.prompt_html(prompt, file.render, shows_variables=shows)
        for prompt in unknown
    }


def import_file(
    database: Database,
    study: str,
    source: Source,
    kind: sniffing.Kind,
    *,
    replaces: bool = False,
    tell: Told = lambda _: None,
) -> Imported:
    """Bring a file into a study in batches, each of them a short transaction.

    Parsing and rendering happen between them, with no connection held. Interrupted, what is in is
    in, and the same call goes on where it stopped. `tell` gets what was done after each batch.

    Raises
    ------
    UnknownStudy, StudyNotOpen, FileUnreadable
        The last perhaps after batches that are in.
    """
    with database.reading() as session:
        to = imports.target(session, study)
    done = Imported(notes=list(source.said))
    work = _Import(database, to, done, tell)
    if kind == "prompts":
        work.run(prompts.read, source, work.prompts, ROWS_AT_ONCE)
    elif kind in {"completions", "battles"}:
        read = completions.read if kind == "completions" else battles.read_completions
        work.run(read, source, partial(work.completions, replaces=replaces), ROWS_AT_ONCE)
    if kind in {"votes", "battles"}:
        work.votes(votes.read if kind == "votes" else work.good_votes, source)
    work.finish()
    return done


def import_due(database: Database) -> None:
    """Import the uploaded files that wait, one after another.

    Raises
    ------
    DatabaseAway
        What was begun goes on with whoever comes next.
    """
    while True:
        with database.transaction() as session:
            one = intakes.claim(session, now(session))
        if one is None:
            return
        try:
            import_upload(database, one.study, one.token, replaces=one.replaces, one=one)
            with database.transaction() as session:
                intakes.finish(session, one)
        except DatabaseAway:
            raise
        except (IntakeLost, uploads.UnknownUpload):
            log.info("an import into %s was given up: its file is removed", one.study)
        except ServiceError as error:
            with database.transaction() as session:
                intakes.fail(session, one, of_error(error))


def import_upload(
    database: Database,
    study: str,
    token: str,
    *,
    replaces: bool,
    one: intakes.Claimed | None = None,
) -> None:
    """Import an uploaded file as its page says, and leave a report beside it.

    `one` is the claim of a worker that does it, who tells how far it is.

    Raises
    ------
    UnknownStudy, StudyNotOpen, UnknownUpload, FileUnreadable, MappingInvalid, IntakeLost
    """
    with database.reading() as session:
        file = uploads.find(session, study, token)
    open_file = partial(uploaded.opened, database, file)
    how = previews.reading(open_file, file.name, file.asked, file.most)
    source = Source(file.name, open_file, how.prepare, how.said)
    tell = (lambda _: None) if one is None else _Teller(database, one).tell
    done = import_file(database, study, source, how.kind, replaces=replaces, tell=tell)
    thin = thin_prompts(database, done)
    header = mapping.header(previews.first_rows(file.name, open_file()))
    with database.transaction() as session:
        uploads.note(session, study, token, header, how.kind, done, thin, now(session))


class _Teller:
    """Notes how far an import is, now and then; that also keeps its lease."""

    def __init__(self, database: Database, one: intakes.Claimed) -> None:
        self._database = database
        self._one = one
        self._told_at = 0.0

    def tell(self, done: Imported) -> None:
        if time.monotonic() - self._told_at < TOLD_SECONDS:
            return
        with self._database.transaction() as session:
            intakes.note(session, self._one, done.used + done.refused, now(session))
        self._told_at = time.monotonic()


def thin_prompts(database: Database, done: Imported) -> int:
    """Return how many prompts that an import was about have fewer than two different answers.

    To be asked once what came was made fit to show.
    """
    with database.reading() as session:
        return sum(imports.thin(session, some) for some in _pieces(sorted(done.touched)))


def _pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + PROMPTS_AT_ONCE] for start in range(0, len(ids), PROMPTS_AT_ONCE))


class _Import:
    """One import as it goes on, batch by batch."""

    def __init__(self, database: Database, to: Target, done: Imported, tell: Told) -> None:
        self._database = database
        self._to = to
        self._done = done
        self._tell = tell
        self._is_sqlite = database.engine.dialect.name == "sqlite"
        self._let_go_at = 0.0
        self._bad_lines: set[int] = set()

    def run(
        self, read: Read, source: Source, ready: Callable[[list[Row]], Step], most: int
    ) -> None:
        """Read a file and bring it in, so many rows at a time."""
        pace = Pace(most)
        with source.open() as stream:
            for batch in _batches(read(stream, source.name, source.prepare), pace):
                self._bad_lines.update(row.line for row in batch if isinstance(row, RowError))
                step = ready(batch)
                pace.took(len(batch), self._take(step))

    def prompts(self, batch: list[Row]) -> Step:
        """Return the transaction that brings a batch of prompts in."""
        html = self._html(row.prompt for row in batch if isinstance(row, PromptRow))
        return lambda session: imports.import_prompts(session, self._to, batch, now(session), html)

    def completions(self, batch: list[Row], *, replaces: bool) -> Step:
        """Return the transaction that brings a batch of completions in."""
        html = self._html(
            row.prompt for row in batch if isinstance(row, CompletionRow) and row.prompt is not None
        )
        return lambda session: imports.import_completions(
            session, self._to, batch, now(session), html, replaces=replaces
        )

    def good_votes(self, stream: BinaryIO, name: str, prepare: Prepare) -> Iterator[Row]:
        """Yield the votes of battles; bad rows were told when their texts were read."""
        for row in battles.read_votes(stream, name, prepare):
            if not isinstance(row, RowError) or row.line not in self._bad_lines:
                yield row

    def _votes(self, knows: vote_imports.Ballot, batch: list[Row]) -> Step:
        """Return the transaction that brings a batch of votes in."""
        with self._database.reading() as session:
            ready = vote_imports.prepare(session, knows, batch, now(session))
        return lambda session: vote_imports.import_votes(session, knows, ready, now(session))

    def votes(self, read: Read, source: Source) -> None:
        """Bring votes in: looked through once for those that nothing tells apart, then read."""
        with source.open() as stream:
            found = vote_imports.digests(read(stream, source.name, source.prepare))
        with self._database.reading() as session:
            knows = vote_imports.ballot(session, self._to, found)
        self.run(read, source, partial(self._votes, knows), VOTES_AT_ONCE)
        if self._done.by_models:
            self._done.notes.append(
                said(
                    "%(number)s votes are verdicts of models (%(names)s), not of people: they are "
                    "kept, marked, and left out of results and exports. Who takes them for "
                    "people's lifts that on the page of raters, or by evenhand exclude --lift.",
                    number=self._done.by_models.total(),
                    names=", ".join(list(self._done.by_models)[:MODELS_NAMED]),
                )
            )
        if knows.keys.there_already:
            self._done.notes.append(
                said(
                    "The file holds the %(number)s votes of an earlier one, in their order: these "
                    "are there already.",
                    number=f"{knows.keys.there_already:,}",
                )
            )
        if knows.keys.further:
            self._done.notes.append(
                said(
                    "%(number)s votes equal votes of another file, and nothing tells them apart: "
                    "no `id`, no `time`. They were added as further votes.",
                    number=f"{knows.keys.further:,}",
                )
            )

    def finish(self) -> None:
        """Count the places of all prompts that rows were about, for dealing to begin with them."""
        pace = Pace(PROMPTS_AT_ONCE, least=1)
        left = sorted(self._done.touched)
        while left:
            some, left = left[: pace.rows], left[pace.rows :]
            pace.took(len(some), self._write(partial(_settle, some)))

    def _html(self, given: Iterable[Prompt]) -> Html:
        """Render the prompts that the study does not have."""
        with self._database.reading() as session:
            unknown = imports.unknown(session, self._to, given)
        return {
            prompt.fingerprint: rows.prompt_html(
                prompt, self._to.render_mode, shows_variables=self._to.shows_variables
            )
            for prompt in unknown
        }

    def _take(self, bring_in: Step) -> float:
        """Bring a batch in; return for how many seconds others could not write."""
        did: list[Imported] = []
        held = self._write(lambda session: did.append(bring_in(session)))
        self._done.add(did[0])
        self._tell(self._done)
        return held

    def _write(self, act: Callable[[Session], None]) -> float:
        self._give_way()
        with self._database.transaction() as session:
            session.connection()  # the wait for it is not ours to answer for
            begun = time.monotonic()
            act(session)
        self._let_go_at = time.monotonic()
        return self._let_go_at - begun

    def _give_way(self) -> None:
        """Let whoever waits to write go first.

        Who finds SQLite's lock taken looks again after a tenth of a second at most, in no order.
        """
        if self._is_sqlite:
            time.sleep(max(0.0, self._let_go_at + GIVE_WAY_SECONDS - time.monotonic()))


def _settle(prompt_ids: Sequence[int], session: Session) -> None:
    publishing.settle(session, *prompt_ids)


def _batches(found: Iterable[Row], pace: Pace) -> Iterator[list[Row]]:
    """Yield rows in batches of at most so many, and of texts that fit into memory."""
    batch: list[Row] = []
    size = 0
    for row in found:
        batch.append(row)
        size += sum(len(turn) for turn in getattr(row, "turns", ()))
        if len(batch) >= pace.rows or size > CHARACTERS_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
