"""Shows the votes behind a number: exactly those that it counts, by filters, a page at a time."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from service.domain.vote import Outcome
from service.domain.witnessed import MOST_LETTERS, OUTCOMES, Filters, Look
from service.errors import NotFound
from service.store import leaderboards, prompts, studies, tallies, witnesses
from service.store.models import Study
from service.store.witnesses import Wanted
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import fold

PAGE = 100
# So many votes are read at once for what is sought: the time it takes has an end.
MOST_LOOKED_AT = 2000
# Among so many votes those that contradict another are counted; among more they are read for it.
MOST_COMPARED = 20_000


class UnknownConfiguration(NotFound):
    """The study has no such configuration."""


class UnknownOutcome(NotFound):
    """There are no votes of that kind."""


@dataclass(frozen=True)
class Choices:
    """What filters can name: configurations, those of before among them, and tags in use."""

    configurations: tuple[str, ...]
    tags: tuple[str, ...]


def choices(session: Session, study_name: str) -> Choices:
    """Return what filters can name in a study.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, study_name)
    every = prompts.tags(session, study.id).values()
    return Choices(
        tuple(leaderboards.configuration_names(session, study.id).values()),
        tuple(sorted({tag for tags in every for tag in tags})),
    )


def look(
    session: Session,
    study_name: str,
    filters: Filters,
    start: int = 0,
    *,
    page: int = PAGE,
    most: int = MOST_LOOKED_AT,
    compared: int = MOST_COMPARED,
) -> Look:
    """Return a page of the counted votes that were asked for, and how many there are.

    So many are on a `page`, and so many are read at `most` for what is sought, and for what
    contradicts another vote among more than are `compared`.

    With `first` alone they are those that make up what the leaderboard counts for it: against all
    in service, or against all where it is retired itself. Without a configuration they are all.

    Raises
    ------
    UnknownStudy, UnknownConfiguration, UnknownOutcome
    """
    study = find(session, study_name)
    names = leaderboards.configuration_names(session, study.id)
    one = _named(filters.first or filters.second, names)
    wanted = _wanted(session, study, filters, names, one)
    counted = witnesses.by_prompt(session, study.id, replace(wanted, contradict=False))
    number = sum(votes for _, votes in counted)
    is_read = bool(filters.sought)
    if filters.contradicts and number > compared:
        is_read = True
    elif filters.contradicts:
        counted = witnesses.by_prompt(session, study.id, wanted)
        number = sum(votes for _, votes in counted)
    start = max(0, start)
    most = most if is_read else page
    before, chosen = _window(counted, start, most)
    found = witnesses.page(
        session,
        wanted,
        chosen,
        start - before,
        most,
        filters.sought[:MOST_LETTERS],
        is_read=is_read and number > compared,
    )
    shown = found[:page]
    end = before + shown[-1].place if len(found) > page else min(number, start + most)
    return Look(
        votes=fold.seen_from(session, one, shown, names),
        number=number,
        start=start,
        looked_at=max(0, end - start),
        next_start=end if end < number else None,
        is_read=is_read,
    )


def _window(counted: list[tuple[int, int]], start: int, most: int) -> tuple[int, list[int]]:
    """Return the prompts that hold the votes from `start` on, and how many come before them."""
    before = seen = 0
    chosen: list[int] = []
    for identity, votes in counted:
        if seen + votes > start and seen < start + most:
            if not chosen:
                before = seen
            chosen.append(identity)
        seen += votes
    return (before, chosen) if chosen else (start, [])


def _wanted(
    session: Session,
    study: Study,
    filters: Filters,
    names: Mapping[int, str],
    one: int | None,
) -> Wanted:
    if filters.outcomes and filters.outcomes not in OUTCOMES:
        raise UnknownOutcome("There are no votes of that kind.")
    members = {key for key, name in names.items() if filters.among is None or name in filters.among}
    these: AbstractSet[int] = members
    others: AbstractSet[int] = members
    if one is not None and filters.first and filters.second:
        these = {one} & members
        others = {key for key in members if names[key] == filters.second}
        _named(filters.second, names)
    elif one is not None:
        these = {one} & members
        others = (
            members - {one} if filters.among is not None else _counted_with(session, study, one)
        )
    asked: AbstractSet[int] | None = None
    if filters.tag:
        every = prompts.tags(session, study.id)
        asked = {identity for identity, tags in every.items() if filters.tag in tags}
    if filters.prompt:
        keyed = prompts.of_key(session, study.id, filters.prompt)
        asked = keyed if asked is None else keyed & asked
    outcomes = OUTCOMES.get(filters.outcomes, tuple(Outcome))
    is_any = one is None and (
        len(members) == len(names) or tallies.are_all_between(session, study.id, members)
    )
    return Wanted(these, others, list(map(str, outcomes)), asked, filters.contradicts, is_any)


def _named(name: str, names: Mapping[int, str]) -> int | None:
    if not name:
        return None
    for identity, found in names.items():
        if found == name:
            return identity
    raise UnknownConfiguration("The study has no configuration of that name.")


def _counted_with(session: Session, study: Study, one: int) -> AbstractSet[int]:
    """Return with whom the leaderboard counts the votes of one configuration."""
    rows = studies.configurations(session, study.id)
    retired = {row.id for row in rows if row.retired_at is not None}
    return {row.id for row in rows if row.id != one} - (set() if one in retired else retired)
