"""Brings votes cast elsewhere into a study; each row once, plain ties kept as such."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.blinding import sides
from service.domain import replacing
from service.domain.prompt import Prompt
from service.domain.vote import MODELS_VERDICT, body_hash
from service.domain.vote_keys import FileVotes, VoteKeys
from service.formats.said import said
from service.formats.votes import VoteRow
from service.store import imported, incoming
from service.store.models import Rater, Study
from service.usecases.sighted.studies import import_names
from service.usecases.sighted.studies.import_names import Target
from service.usecases.sighted.studies.imported import Imported
from service.usecases.sighted.studies.imports import study_for_import

ANONYMOUS = "imported"
_SPACES = said(
    "%(number)s votes name a prompt with other white space around it: taken for the study's "
    "(line %(lines)s)."
)


@dataclass
class Ballot:
    """What an import of votes knows of its study before its first batch."""

    to: Target
    known: imported.Known
    keys: VoteKeys
    raters: imported.RaterNames = field(default_factory=imported.RaterNames)


@dataclass
class Prepared:
    """A batch made ready: what its rows say of themselves, and the votes to be written.

    `done` holds what was refused. Of each vote: its key, who cast it, the columns of its
    assignment but for the rater, those of the vote, and whether a model's verdict it is.
    """

    done: Imported
    votes: list[tuple[str, str, dict[str, Any], dict[str, Any], bool]]


def digests(given: Iterable[object]) -> FileVotes:
    """Return what makes each vote of a file this vote, of those that have no id, in order."""
    return FileVotes(
        row.key.rpartition("-")[0] for row in given if isinstance(row, VoteRow) and not row.has_id
    )


def ballot(session: Session, to: Target, found: FileVotes) -> Ballot:
    """Return what is known before the first batch of a file with these `digests`."""
    return Ballot(
        to=to,
        known=imported.completions(session, to.study_id),
        keys=VoteKeys(found, imported.files(session, to.study_id)),
        raters=imported.raters(session, to.study_id),
    )


def prepare(session: Session, knows: Ballot, given: Sequence[object], now: datetime) -> Prepared:
    """Return the votes of one batch that the study does not have; reads only.

    Both sides must name configurations whose completion of that prompt is in the study.
    """
    ready = Prepared(Imported(), [])
    done = ready.done
    wanted = [(_key(knows, row), row) for row in done.good(given) if isinstance(row, VoteRow)]
    present = imported.keys(session, [key for key, _ in wanted])
    texts = _Texts(session, knows, [row for _, row in wanted])
    for key, row in wanted:
        if key in present:
            done.unchanged += 1
            continue
        prompt_id, problem = texts.problem(row, done)
        if prompt_id is None or problem:
            done.refuse(row.line, problem)
            continue
        present.add(key)
        at = row.voted_at or now
        to = sides.Recipient(knows.to.study_id, 0, at, at)
        stood = sides.imported(
            to, prompt_id, *texts.standing(row, prompt_id), texts.turn(row, prompt_id)
        )
        voted = _vote(stood, row, key)
        ready.votes.append((key, row.rater or ANONYMOUS, vars(stood), voted, row.is_by_model))
    return ready


def import_votes(session: Session, knows: Ballot, ready: Prepared, now: datetime) -> Imported:
    """Add the votes of one batch; their raters become raters of the study.

    A model's verdicts are kept and left out of what counts people, as if by hand: visibly, and
    until somebody lifts it. Places are for the caller to count, once all batches are in.
    """
    study = study_for_import(session, knows.to.name)
    done = ready.done
    # Somebody else may have brought the same file since it was looked at.
    present = imported.keys(session, [key for key, *_ in ready.votes])
    batch: list[tuple[dict[str, Any], dict[str, Any]]] = []
    by_models: list[str] = []
    for key, who, stood, voted, is_by_model in ready.votes:
        if key in present:
            done.unchanged += 1
            continue
        if who not in knows.raters:
            knows.raters[who] = _add_rater(session, study, who, now)
        batch.append(({**stood, "rater_id": knows.raters[who]}, voted))
        if is_by_model:
            by_models.append(stood["token"])
            done.by_models[who] += 1
        done.touched.add(stood["prompt_id"])
        done.added += 1
    imported.add_votes(session, study.id, batch)
    imported.leave_out(session, by_models, MODELS_VERDICT, now)
    return done


def _without_text(name: str, *, has_texts: bool) -> str:
    if has_texts:
        return said(
            "The study has no completion with this text of this prompt by %(name)s. Import the "
            "completions that the votes are about first.",
            name=repr(name),
        )
    return said(
        "The study has no completion of this prompt by %(name)s. Import its completions first.",
        name=repr(name),
    )


def _key(knows: Ballot, row: VoteRow) -> str:
    digest, _, number = row.key.rpartition("-")
    told = row.key if row.has_id else knows.keys.key_of(digest, int(number))
    return f"import-{knows.to.study_id}-{told}"[:64]


class _Texts:
    """The completions that a batch of votes is about, by name, or by text where rows hold texts."""

    def __init__(self, session: Session, knows: Ballot, given: Sequence[VoteRow]) -> None:
        self._known = knows.known
        self._spaced = knows.to.spaced
        asked = [found for row in given if row.turns and (found := self._find(row)) is not None]
        names = {name for row in given if row.turns for name in (row.left, row.right)}
        ids = [
            self._known.configurations[name] for name in names & self._known.configurations.keys()
        ]
        self._held = incoming.held(session, set(asked), ids) if asked else {}

    def _find(self, row: VoteRow) -> int | None:
        if row.turns:
            found = self._known.prompts_by_fingerprint.get(row.prompt)
            told = Prompt(turns=row.turns)
            return self._trimmed(told) if found is None else found
        found = self._known.find_prompt(row)
        return self._trimmed(Prompt(turns=(row.prompt,))) if found is None else found

    def _trimmed(self, told: Prompt) -> int | None:
        fingerprint = told.trimmed.fingerprint
        found = self._known.prompts_by_fingerprint.get(fingerprint)
        return self._spaced.get(fingerprint) if found is None else found

    def problem(self, row: VoteRow, done: Imported) -> tuple[int | None, str]:
        """Return the prompt of a row and why the row cannot be used, "" where it can."""
        prompt_id = self._find(row)
        if prompt_id is None:
            return None, said(
                "The prompt %(prompt)s is not in the study. Import prompts or completions first.",
                prompt=repr(row.prompt[:60]),
            )
        if not row.turns and self._known.find_prompt(row) is None:
            done.take_near(row.line, _SPACES)
        for name in (row.left, row.right):
            if name not in self._known.configurations:
                return prompt_id, self._unknown(name)
        if row.left == row.right:
            return prompt_id, said(
                "Left and right are both %(name)s; a configuration never meets itself.",
                name=repr(row.left),
            )
        for side, name in zip(self._sides(row, prompt_id), (row.left, row.right), strict=True):
            if side is None:
                return prompt_id, _without_text(name, has_texts=bool(row.turns))
        return prompt_id, ""

    def _unknown(self, name: str) -> str:
        closest = import_names.closest(name, self._known.configurations)
        if closest:
            return said(
                "The study has no configuration called %(name)s. Is it %(closest)s? Write the "
                "name as the study does.",
                name=repr(name),
                closest=repr(closest),
            )
        return said(
            "The study has no configuration called %(name)s. Import its completions first.",
            name=repr(name),
        )

    def turn(self, row: VoteRow, prompt_id: int) -> int | None:
        """Return the turn that a vote is about, None where it is the last: then it is the whole."""
        turns = self._known.turns.get(prompt_id, 1)
        return row.turn if row.turn is not None and row.turn < turns else None

    def standing(self, row: VoteRow, prompt_id: int) -> tuple[sides.Text, sides.Text]:
        """Return what stood left and right, of a row without a problem."""
        left, right = self._sides(row, prompt_id)
        if left is None or right is None:
            raise LookupError(row.prompt)
        return left, right

    def _sides(self, row: VoteRow, prompt_id: int) -> list[sides.Text | None]:
        return [
            self._text(self._known.configurations[name], prompt_id, turns)
            for name, turns in ((row.left, row.left_turns), (row.right, row.right_turns))
        ]

    def _text(
        self, configuration_id: int, prompt_id: int, turns: tuple[str, ...]
    ) -> sides.Text | None:
        if not turns:
            found = self._known.completions.get((prompt_id, configuration_id))
        else:
            found = next(
                (
                    one.completion_id
                    for one in self._held.get((prompt_id, configuration_id), ())
                    if replacing.is_same(one.turns, turns)
                ),
                None,
            )
        return None if found is None else sides.Text(configuration_id, found)


def _vote(stood: sides.NewAssignment, row: VoteRow, key: str) -> dict[str, Any]:
    """Return the columns of the vote that a row stands for."""
    return {
        "revision": 1,
        "choice": str(row.choice),
        "client_key": key,
        "body_hash": body_hash(stood.token, row.choice, 0),
        "is_late": False,
        "created_at": stood.dealt_at,
    }


def _add_rater(session: Session, study: Study, who: str, now: datetime) -> int:
    rater = Rater(
        study_id=study.id,
        handle=secrets.token_urlsafe(9),
        pseudonym=imported.pseudonym(who),
        origin="imported",
        is_sighted=False,
        created_at=now,
        started_at=now,
        finished_at=now,
    )
    session.add(rater)
    session.flush()
    return rater.id
