"""Keeps prompt sets: makes them and their versions, shows them, and gives them to studies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import prompt_set
from service.domain.prompt import Prompt
from service.domain.prompt_set import Difference, Origin, SetVersion
from service.errors import Conflict, Invalid, NotFound
from service.formats import study_file, study_rules
from service.formats.exports.personal import Redactor
from service.store import models, prompt_sets
from service.usecases.sighted.studies import previews

MAX_TITLE = 120
MAX_NOTE = 500
MOST_PROMPTS = 20_000
MOST_SETS = 1000
MOST_VERSIONS = 1000
# Prompts are looked through for what somebody should see, so many and so far.
_LOOKED_THROUGH = 1000
_LOOKED_AT = 1000
_MOST_NAMED = 20


class UnknownSet(NotFound):
    """There is no such set, or it has no such version."""


class SetInvalid(Invalid):
    """A set or a version that cannot be made so."""


class SetTaken(Conflict):
    """There is a set of that name."""


class SetMoved(Conflict):
    """Somebody has made a newer version meanwhile."""


class TooManySets(Conflict):
    """There are more sets or versions than anybody keeps in mind."""


@dataclass(frozen=True)
class VersionView:
    """One version, without its prompts; `doubts` are ids of prompts by what is doubted."""

    number: int
    digest: str
    prompts: int
    note: str
    origin: Origin
    doubts: dict[str, list[str]]
    made_by: str
    created_at: datetime


@dataclass(frozen=True)
class SetView:
    """A set with its versions, the newest first."""

    name: str
    title: str
    versions: tuple[VersionView, ...]

    @property
    def newest(self) -> VersionView:
        """The newest version."""
        return self.versions[0]


@dataclass(frozen=True)
class Summary:
    """One line of the list of sets."""

    name: str
    title: str
    newest: VersionView
    studies: int


@dataclass(frozen=True)
class Use:
    """A study that uses a version of a set."""

    study: str
    title: str
    version: int


def every(session: Session) -> list[Summary]:
    """Return all sets with their newest version, by title."""
    uses = [told["name"] for _, _, told in prompt_sets.used(session)]
    return [
        Summary(row.name, row.title, _view(version), uses.count(row.name))
        for row, version in prompt_sets.newest(session)
    ]


def of_name(session: Session, name: str) -> SetView:
    """Return a set with its versions.

    Raises
    ------
    UnknownSet
    """
    row = _find(session, name)
    found = prompt_sets.versions(session, row.id)
    return SetView(row.name, row.title, tuple(_view(each) for each in found))


def uses(session: Session, name: str) -> list[Use]:
    """Return the studies that use a set, the newest first."""
    return [
        Use(study, title, int(told["version"]))
        for study, title, told in prompt_sets.used(session)
        if told["name"] == name
    ]


def make(
    session: Session,
    title: str,
    found: Sequence[Prompt],
    origin: Origin,
    by: str,
    now: datetime,
    origins: Mapping[str, Origin] | None = None,
) -> SetVersion:
    """Make a set with its first version; `origins` as in `add_version`.

    Raises
    ------
    SetInvalid, SetTaken, TooManySets
    """
    check_target(session, "", title)
    called = _called(title)
    name = study_file.slug(called)
    if len(prompt_sets.newest(session)) >= MOST_SETS:
        raise TooManySets("There are %(number)s prompt sets already.", number=MOST_SETS)
    _checked(found)
    row = models.PromptSet(name=name, title=called, created_at=now)
    session.add(row)
    session.flush()
    return _add_version(session, row, found, origin, "", by, now, None, origins)


def add_version(
    session: Session,
    name: str,
    found: Sequence[Prompt],
    origin: Origin,
    note: str,
    by: str,
    now: datetime,
    after: int | None = None,
    origins: Mapping[str, Origin] | None = None,
) -> SetVersion:
    """Make the next version of a set; the same prompts as in the newest one make none.

    `after` is the version that it was made from, where somebody edited one; `origins` say by
    prompts' hashes where single ones are from.

    Raises
    ------
    UnknownSet, SetInvalid, TooManySets
    SetMoved
        There is a newer version than `after`.
    """
    row = prompt_sets.lock(session, _find(session, name).id)
    return _add_version(session, row, found, origin, note, by, now, after, origins)


def prompts_of(
    session: Session, name: str, number: int | None = None, first: int = 0, most: int | None = None
) -> list[Prompt]:
    """Return the prompts of a version, the newest where none is named, in their order.

    Raises
    ------
    UnknownSet
    """
    return [each for each, _ in kept_in(session, name, number, first, most)]


def kept_in(
    session: Session, name: str, number: int | None = None, first: int = 0, most: int | None = None
) -> list[tuple[Prompt, Origin]]:
    """Return the prompts of a version, each with where it came from.

    Raises
    ------
    UnknownSet
    """
    version = _version(session, name, number)
    return [
        (prompt_set.from_plain(kept.content), prompt_set.origin_of(kept.origin))
        for kept in prompt_sets.prompts(session, version.id, first, most)
    ]


def version_of(session: Session, name: str, number: int | None = None) -> SetVersion:
    """Return which version that is, the newest where none is named.

    Raises
    ------
    UnknownSet
    """
    found = _version(session, name, number)
    return SetVersion(name, found.number, found.digest)


def compare(session: Session, name: str, before: int, after: int) -> Difference:
    """Return what one version of a set has otherwise than another.

    Raises
    ------
    UnknownSet
    """
    return prompt_set.difference(
        prompts_of(session, name, before), prompts_of(session, name, after)
    )


def target(session: Session, said: str) -> tuple[str, str]:
    """Return the name ("" for a new one) and the title of the set that somebody names.

    Raises
    ------
    SetInvalid
        It is the name of no set and cannot be the title of one.
    """
    row = prompt_sets.by_name(session, said) or prompt_sets.by_name(session, study_file.slug(said))
    return ("", _called(said)) if row is None else (row.name, row.title)


def check_target(session: Session, name: str, title: str) -> None:
    """Refuse what could become neither the next version of a set nor, without name, a new one.

    Raises
    ------
    UnknownSet, SetInvalid, SetTaken
    """
    if name:
        _find(session, name)
        return
    if prompt_sets.by_name(session, study_file.slug(_called(title))) is not None:
        raise SetTaken("There is a prompt set of that name already. Choose another title.")


def _called(title: str) -> str:
    called = " ".join(title.split())
    if not called or len(called) > MAX_TITLE or study_rules.name_problem(called):
        raise SetInvalid(
            "Give the set a title of %(most)s characters at most, all of which can be shown.",
            most=MAX_TITLE,
        )
    return called


def _find(session: Session, name: str) -> models.PromptSet:
    row = prompt_sets.by_name(session, name)
    if row is None:
        raise UnknownSet(
            "There is no prompt set %(name)s. `evenhand prompts list` shows which there are.",
            name=repr(name),
        )
    return row


def _version(session: Session, name: str, number: int | None) -> models.SetVersion:
    found = prompt_sets.versions(session, _find(session, name).id)
    for row in found:
        if number is None or row.number == number:
            return row
    raise UnknownSet(
        "The prompt set %(name)s has no version %(number)s. Its newest is %(newest)s.",
        name=repr(name),
        number=number or 0,
        newest=found[0].number,
    )


def _add_version(
    session: Session,
    row: models.PromptSet,
    found: Sequence[Prompt],
    origin: Origin,
    note: str,
    by: str,
    now: datetime,
    after: int | None = None,
    origins: Mapping[str, Origin] | None = None,
) -> SetVersion:
    wanted = _checked(found)
    if len(note.strip()) > MAX_NOTE:
        raise SetInvalid("The note has %(most)s characters at most.", most=MAX_NOTE)
    earlier = prompt_sets.versions(session, row.id)
    newest = earlier[0] if earlier else None
    if newest is not None and after is not None and newest.number != after:
        raise SetMoved(
            "Somebody has made version %(number)s meanwhile. Look at it, then save yours again.",
            number=newest.number,
        )
    digest = prompt_set.digest_of_all(wanted.values())
    if newest is not None and newest.digest == digest:
        return SetVersion(row.name, newest.number, digest)
    if len(earlier) >= MOST_VERSIONS:
        raise TooManySets("This set has %(number)s versions already.", number=MOST_VERSIONS)
    had = prompt_sets.known(session, row.id, wanted)
    own = origins or {}
    fresh = [
        (each, prompt_set.to_plain(one), own.get(each, origin).to_stored())
        for each, one in wanted.items()
        if each not in had
    ]
    prompt_sets.add_prompts(session, row.id, fresh, now)
    had |= prompt_sets.known(session, row.id, [each for each, _, _ in fresh])
    made = models.SetVersion(
        set_id=row.id,
        number=1 if newest is None else newest.number + 1,
        digest=digest,
        prompts=len(wanted),
        note=note.strip(),
        origin=origin.to_stored(),
        doubts=_doubts(wanted.values()),
        made_by=by,
        created_at=now,
    )
    session.add(made)
    session.flush()
    prompt_sets.add_members(session, made.id, [had[each] for each in wanted])
    return SetVersion(row.name, made.number, digest)


def _checked(found: Sequence[Prompt]) -> dict[str, Prompt]:
    """Return prompts by their hashes, each once, as a study would take them."""
    wanted = {prompt_set.digest_of(each): each for each in found}
    once = list({each.fingerprint: each for each in reversed(wanted.values())}.values())[::-1]
    if not once:
        raise SetInvalid("A prompt set needs at least one prompt.")
    if len(once) > MOST_PROMPTS:
        raise SetInvalid("A prompt set has %(most)s prompts at most.", most=f"{MOST_PROMPTS:,}")
    for _, message in study_rules.repeated_prompts(once):
        raise SetInvalid("Two prompts cannot stand beside each other: %(why)s.", why=message)
    return {prompt_set.digest_of(each): each for each in once}


def _doubts(found: Iterable[Prompt]) -> dict[str, list[str]]:
    """Return ids of the first prompts that ask who answers, or hold personal data."""
    redactor = Redactor(())
    named: dict[str, list[str]] = {}
    for each in list(found)[:_LOOKED_THROUGH]:
        for what in doubts_about(each, redactor):
            named.setdefault(what, []).append(each.handle)
    return {what: handles[:_MOST_NAMED] for what, handles in named.items()}


def doubts_about(one: Prompt, redactor: Redactor) -> tuple[str, ...]:
    """Return what somebody should look at in a prompt: it asks who answers, or is personal."""
    texts = [text[:_LOOKED_AT] for text in (*one.turns, one.context) if text]
    is_personal = any(redactor.text(text) != text for text in texts)
    return ("asks_who",) * previews.asks_who(one) + ("personal",) * is_personal


def _view(row: models.SetVersion) -> VersionView:
    return VersionView(
        number=row.number,
        digest=row.digest,
        prompts=row.prompts,
        note=row.note,
        origin=prompt_set.origin_of(row.origin),
        doubts=row.doubts,
        made_by=row.made_by,
        created_at=row.created_at,
    )
