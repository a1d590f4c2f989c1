"""What names in a file stand for in a study: prompts and configurations, found or added."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.domain.configuration import Approach, Configuration
from service.domain.prompt import Prompt
from service.formats.completions import CompletionRow
from service.formats.said import said
from service.store import incoming, models, prompts, studies
from service.usecases.sighted.studies import rows
from service.usecases.sighted.studies.imported import Imported

Html = Mapping[str, Mapping[str, Any]]
_SPACE_AROUND_PROMPTS = said(
    "%(number)s rows name a prompt that the study has with other white space around it: taken for "
    "that one (line %(lines)s)."
)
_NAMES_ALIKE = said(
    "%(name)s is a new configuration whose name reads like %(alike)s (line %(lines)s). Give both "
    "one name if they are one."
)


@dataclass
class Target:
    """What an import knows of its study before its first batch.

    `spaced` are prompts with white space around them, by the fingerprint without it.
    """

    name: str
    study_id: int
    render_mode: str
    spaced: dict[str, int] = field(default_factory=dict)
    shows_variables: bool = False


def key_taken(prompt: Prompt) -> str:
    """Return why a prompt cannot have the key that it is given, and what to do."""
    return said(
        "The id %(id)s belongs to another prompt. Give this one an id of its own, or its text as "
        "the study has it.",
        id=repr(prompt.handle),
    )


@dataclass
class Place:
    """A prompt of the study, or one that a batch adds."""

    key: str
    known_id: int | None = None
    row: models.Prompt | None = None

    @property
    def id(self) -> int:
        """The id, once the batch's new prompts are written."""
        return self.row.id if self.row is not None else self.known_id or 0


class Prompts:
    """The study's prompts that a batch is about, by content and by key."""

    def __init__(
        self, session: Session, study: models.Study, to: Target, now: datetime, html: Html
    ) -> None:
        self._session = session
        self._study = study
        self._to = to
        self._now = now
        self._html = html
        self._by_fingerprint: dict[str, Place] = {}
        self._by_key: dict[str, Place] = {}
        self._position = incoming.last_position(session, study.id)

    def look_up(self, given: Sequence[Prompt], keys: Iterable[str]) -> None:
        """Read what the study has of these prompts, given in full or by their keys."""
        fingerprints = {one.fingerprint for one in given}
        fingerprints |= {one.trimmed.fingerprint for one in given}
        named = {one.handle for one in given} | set(keys) - {""}
        for known_id, key, fingerprint in incoming.known_prompts(
            self._session, self._study.id, fingerprints, named
        ):
            place = Place(key, known_id)
            self._by_fingerprint[fingerprint] = self._by_key[key] = place

    def of_row(self, row: CompletionRow, done: Imported) -> Place | None:
        """Return the prompt that an answer is about, added where it is new; None if refused."""
        if row.prompt is None:
            place = self._by_key.get(row.prompt_id)
            if place is None:
                done.refuse(
                    row.line,
                    said(
                        "The prompt %(prompt)s is not in the study. Write its text into the row, "
                        "or import prompts first.",
                        prompt=repr(row.prompt_id),
                    ),
                )
            return place
        place = self.find(row.prompt, row.line, done)
        if place is None and self.key_is_taken(row.prompt):
            done.refuse(row.line, key_taken(row.prompt))
            return None
        if place is None:
            place = self.add(row.prompt)
            done.new_prompts += 1
        return place

    def find(self, prompt: Prompt, line: int, done: Imported) -> Place | None:
        """Return the study's prompt of the same content, white space around it aside."""
        place = self._by_fingerprint.get(prompt.fingerprint)
        if place is not None:
            return place
        trimmed = prompt.trimmed.fingerprint
        place = self._by_fingerprint.get(trimmed)
        known_id = self._to.spaced.get(trimmed)
        if place is None and known_id is not None:
            place = Place(prompts.by_id(self._session, known_id).key, known_id)
        if place is not None:
            done.take_near(line, _SPACE_AROUND_PROMPTS)
        return place

    def key_is_taken(self, prompt: Prompt) -> bool:
        """Tell whether another prompt has this one's key."""
        return prompt.handle in self._by_key

    def add(self, prompt: Prompt) -> Place:
        """Add a prompt that is new; its id is there once the session was flushed."""
        self._position += 1
        html = self._html.get(prompt.fingerprint)
        row = rows.prompt_row(self._study, prompt, self._position, self._now, html)
        self._session.add(row)
        place = Place(row.key, row=row)
        self._by_key[row.key] = place
        self._by_fingerprint[row.fingerprint] = place
        self._by_fingerprint.setdefault(prompt.trimmed.fingerprint, place)
        return place


class Names:
    """The study's configurations in service by name, as a batch adds to them."""

    def __init__(self, session: Session, study: models.Study, now: datetime) -> None:
        self._session = session
        self._study = study
        self._now = now
        self._ids = {
            row.name: row.id
            for row in studies.configurations(session, study.id)
            if row.retired_at is None
        }

    def id_of(self, name: str, line: int, done: Imported) -> int:
        """Return a configuration's id; one that is new is added, and told of if it seems a slip."""
        if name not in self._ids:
            alike = look_alike(name, self._ids)
            if alike:
                done.take_near(line, _NAMES_ALIKE, name=repr(name), alike=repr(alike))
            made = rows.configuration_row(
                self._study.id, Configuration(name=name, approach=Approach.OTHER), 1, self._now
            )
            self._session.add(made)
            self._session.flush()
            self._ids[name] = made.id
            done.new_configurations.append(name)
        return self._ids[name]


def look_alike(name: str, known: Iterable[str]) -> str:
    """Return the known name that differs from one in case, spaces or marks alone, else ""."""
    plain = "".join(filter(str.isalnum, name.casefold()))
    return next((one for one in known if "".join(filter(str.isalnum, one.casefold())) == plain), "")


def closest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like one, "" where none is."""
    return look_alike(name, known) or next(iter(difflib.get_close_matches(name, known, 1)), "")
