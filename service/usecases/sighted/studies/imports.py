"""Brings completions and prompts of the user's own into a study, each of them once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.domain import budget, replacing
from service.domain.completion import CompletionKind, CompletionState
from service.domain.prompt import Prompt
from service.domain.replacing import Held, Ruling
from service.domain.study import StudyNotOpen, StudyState, UnknownStudy
from service.formats.completions import CompletionRow
from service.formats.prompts import PromptRow
from service.formats.said import said
from service.store import calls, incoming, leaderboards, models, prompts, studies
from service.usecases.sighted.generation import publishing, showing
from service.usecases.sighted.studies import import_names, rows
from service.usecases.sighted.studies.import_names import Html, Place, Target
from service.usecases.sighted.studies.imported import Imported

_RECORDED = str(CompletionState.RECORDED)
_EMPTIED = ("error_class", "error_message")


def target(session: Session, name: str) -> Target:
    """Return the study that an import is for; reads only.

    Raises
    ------
    UnknownStudy, StudyNotOpen
    """
    found = _may_take(studies.by_name(session, name), name)
    spaced = incoming.spaced_prompts(session, found.id)
    return Target(name, found.id, found.render_mode, spaced, rows.shows_variables(found))


def unknown(session: Session, to: Target, given: Iterable[Prompt]) -> list[Prompt]:
    """Return those of some prompts that the study does not have, to be rendered beforehand."""
    by_fingerprint = {prompt.fingerprint: prompt for prompt in given}
    known = incoming.known_prompts(session, to.study_id, by_fingerprint, ())
    for _, _, fingerprint in known:
        del by_fingerprint[fingerprint]
    return list(by_fingerprint.values())


def new_to(session: Session, name: str, given: Iterable[Prompt]) -> list[Prompt]:
    """Return those of a file's prompts that a study does not have, or all where there is none."""
    study = studies.by_name(session, name)
    known = set() if study is None else prompts.fingerprints(session, study.id)
    return [prompt for prompt in given if prompt.fingerprint not in known]


def thin(session: Session, prompt_ids: Collection[int]) -> int:
    """Return how many of these prompts have fewer than two different answers to compare."""
    return incoming.thin_prompts(session, prompt_ids)


def _may_take(found: models.Study | None, name: str) -> models.Study:
    if found is None:
        raise UnknownStudy(
            f"There is no study called {name!r}. Apply a study file first, or see `evenhand "
            "study list`."
        )
    if found.state == StudyState.CLOSED:
        raise StudyNotOpen(f"The study {name!r} is closed and takes nothing more.")
    return found


def study_for_import(session: Session, name: str) -> models.Study:
    """Return a study that may take imports, its row locked.

    Raises
    ------
    UnknownStudy, StudyNotOpen
    """
    found = _may_take(studies.by_name(session, name), name)
    return _may_take(studies.lock(session, found.id), name)


def import_prompts(
    session: Session,
    to: Target,
    given: Sequence[object],
    now: datetime,
    html: Html,
) -> Imported:
    """Add prompts of one batch that the study does not have yet, and ask configurations for them.

    `html` holds what `rows.prompt_html` made of those that are new, by fingerprint.
    """
    study = study_for_import(session, to.name)
    done = Imported()
    wanted = [row for row in done.good(given) if isinstance(row, PromptRow)]
    book = import_names.Prompts(session, study, to, now, html)
    book.look_up([row.prompt for row in wanted], ())
    fresh: list[Place] = []
    for row in wanted:
        if book.find(row.prompt, row.line, done) is not None:
            done.unchanged += 1
        elif book.key_is_taken(row.prompt):
            done.refuse(row.line, import_names.key_taken(row.prompt))
        else:
            fresh.append(book.add(row.prompt))
            done.added += 1
    session.flush()
    if study.state == StudyState.OPEN and fresh:
        rows.ask_for(session, study, [row.id for row in fresh], now)
    done.touched.update(row.id for row in fresh)
    return done


def import_completions(
    session: Session,
    to: Target,
    given: Sequence[object],
    now: datetime,
    html: Html,
    *,
    replaces: bool = False,
) -> Imported:
    """Add completions of one batch that the study does not have, with what they name.

    They wait to be made fit to show like generated ones. Another text in the place of one that is
    there is refused unless `replaces`: then it takes its place, and the old one steps aside.
    """
    study = study_for_import(session, to.name)
    done = Imported()
    given = list(showing.of_rows(given, studies.shown_fields(session, study.id)))
    wanted = [row for row in done.good(given) if isinstance(row, CompletionRow)]
    book = import_names.Prompts(session, study, to, now, html)
    book.look_up(
        [row.prompt for row in wanted if row.prompt is not None], {row.prompt_id for row in wanted}
    )
    placed = [(row, prompt) for row in wanted if (prompt := book.of_row(row, done)) is not None]
    session.flush()
    names = import_names.Names(session, study, now)
    configurations: dict[str, int] = {}
    for row, _ in placed:
        if row.configuration not in configurations:
            configurations[row.configuration] = names.id_of(row.configuration, row.line, done)
    prompt_ids = {prompt.id for _, prompt in placed}
    prompts.locked(session, prompt_ids)
    held = incoming.held(session, prompt_ids, configurations.values())
    changes = _Changes(session, study, now)
    for row, prompt in placed:
        configuration_id = configurations[row.configuration]
        present = held.setdefault((prompt.id, configuration_id), [])
        changes.take(row, prompt, configuration_id, present, done, replaces=replaces)
    done.votes_on_replaced = changes.write()
    done.touched = prompt_ids
    publishing.settle(session, *(prompt_id for _, prompt_id in changes.replaced))
    if done.new_configurations:
        leaderboards.outdate(session, study.id)
    return done


class _Changes:
    """What a batch of completions adds, fills and replaces, written in a few statements."""

    def __init__(self, session: Session, study: models.Study, now: datetime) -> None:
        self._session = session
        self._study = study
        self._now = now
        # New rows by prompt, configuration and sample: a later row may be about the same place.
        self._new: dict[tuple[int, int, int], models.Completion] = {}
        self._filled: list[dict[str, Any]] = []
        self.replaced: list[tuple[Held, int]] = []

    def take(
        self,
        row: CompletionRow,
        prompt: Place,
        configuration_id: int,
        present: list[Held],
        done: Imported,
        *,
        replaces: bool,
    ) -> None:
        """Decide about one answer, and note what follows; `present` is kept true."""
        ruling, old = replacing.rule(
            present, row.sample + 1, row.turns, is_numbered=row.is_numbered, replaces=replaces
        )
        if old is None:
            self._add(row, prompt.id, configuration_id, present)
            done.added += 1
        elif ruling is Ruling.SAME:
            done.unchanged += 1
        elif ruling is Ruling.FILL:
            self._fill(row, prompt.id, configuration_id, old)
            present[present.index(old)] = replace(old, state=_RECORDED, turns=row.turns)
            done.filled += 1
        elif not old.completion_id:
            done.refuse(
                row.line,
                said(
                    "Another answer of %(name)s to this prompt stands further up in the file. "
                    "Name the prompt the same way in both rows, or number them by `sample`.",
                    name=repr(row.configuration),
                ),
            )
        elif ruling is Ruling.REPLACE:
            present.remove(old)
            self.replaced.append((old, prompt.id))
            self._add(row, prompt.id, configuration_id, present)
            done.replaced += 1
        else:
            done.differing += ruling is Ruling.ASK
            done.refuse(row.line, _why(ruling, row, prompt.key))

    def write(self) -> int:
        """Write it all down; returns how many votes stand on what was replaced."""
        votes = incoming.step_aside(self._session, self.replaced, self._now)
        incoming.fill(self._session, self._filled)
        self._session.add_all(self._new.values())
        self._session.flush()
        return votes

    def _add(
        self, row: CompletionRow, prompt_id: int, configuration_id: int, present: list[Held]
    ) -> None:
        sample = row.sample + 1
        made = rows.pending_completion(
            self._study.id, configuration_id, prompt_id, sample, self._now
        )
        for name, value in self._columns(row).items():
            setattr(made, name, value)
        self._new[prompt_id, configuration_id, sample] = made
        present.append(Held(0, sample, made.state, "imported", row.turns))

    def _fill(self, row: CompletionRow, prompt_id: int, configuration_id: int, old: Held) -> None:
        if old.completion_id:
            told = self._columns(row)
            # What a failed call took stays known where the file says nothing of it.
            told = {
                name: value for name, value in told.items() if value is not None or name in _EMPTIED
            }
            self._filled.append({"id": old.completion_id, **told})
            return
        made = self._new[prompt_id, configuration_id, old.sample]
        for name, value in self._columns(row).items():
            setattr(made, name, value)

    def _columns(self, row: CompletionRow) -> dict[str, Any]:
        """Return an answer as recorded and waiting, or as the failure that an empty one is."""
        is_empty = replacing.is_empty(row.turns)
        return {
            "origin": "imported",
            "state": str(CompletionState.FAILED) if is_empty else _RECORDED,
            "kind": str(CompletionKind.EMPTY if is_empty else CompletionKind.COMPLETE),
            "turns": list(row.turns),
            "error_class": "empty" if is_empty else None,
            "error_message": "The imported answer is empty." if is_empty else None,
            "latency_ms": None if row.latency_ms is None else round(row.latency_ms),
            "cost_nanos": None if row.cost_usd is None else budget.to_nanos(row.cost_usd),
            "recorded_at": self._now,
            **({"details": {calls.WHOLE: list(row.whole)}} if row.whole else {}),
        }


def _why(ruling: Ruling, row: CompletionRow, prompt_key: str) -> str:
    """Return why an answer was not taken, and what to do."""
    told = {"name": repr(row.configuration), "prompt": repr(prompt_key)}
    if ruling is Ruling.EMPTY:
        return said(
            "%(name)s has another text for the prompt %(prompt)s, and the row's is empty: nothing "
            "was changed.",
            **told,
        )
    if ruling is Ruling.GENERATED:
        return said(
            "%(name)s is generated by the study, which has or makes its own answer to the prompt "
            "%(prompt)s. Import this one under another configuration's name.",
            **told,
        )
    return said(
        "%(name)s has another text for the prompt %(prompt)s. Is it a correction? Then import "
        "with --replace. If it is one more sample, write all of them into one file, or number "
        "them in a column `sample`.",
        **told,
    )
