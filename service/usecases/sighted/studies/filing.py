"""A study as the file that makes it: to download, to apply elsewhere, and to duplicate."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import budget, preregistration, prompt_set, sitting
from service.domain.budget import Cap
from service.domain.configuration import (
    Approach,
    Configuration,
    Example,
    Price,
    Retrieval,
    is_agent,
)
from service.domain.prompt import Prompt
from service.domain.retrieval import Collection
from service.domain.study import Dealing, LeakPolicy, RenderMode
from service.errors import Conflict, Invalid
from service.formats import study_file, study_rules
from service.formats.study_file import StudyFile
from service.store import collections, incoming, models, prompts, studies
from service.usecases.sighted import lookup
from service.usecases.sighted.results import unsealing
from service.usecases.sighted.studies import applying


class NameTaken(Conflict):
    """Another one has that name."""


class TitleInvalid(Invalid):
    """A title that no study can have."""


def file_of(session: Session, name: str) -> StudyFile:
    """Return the file that makes this study, without what is retired from it.

    Applied to the same installation it changes nothing; applied elsewhere it makes the study
    anew: configurations, prompts and options, and none of the completions and votes.
    """
    study = lookup.find(session, name)
    active = [row for row in studies.configurations(session, study.id) if row.retired_at is None]
    rows = _named_apart(active)
    return StudyFile(
        title=study.title,
        name=study.name,
        configurations=tuple(configuration_of(row, as_named) for row, as_named in rows),
        prompts=tuple(prompt_of(row) for row in prompts.of_study(session, study.id)),
        instructions=study.instructions,
        votes_per_matchup=study.votes_per_matchup,
        cap=Cap(
            None if study.cap_nanos is None else study.cap_nanos / budget.NANOS,
            study.cap_calls,
            study.cap_tokens,
        ),
        render=RenderMode(study.render_mode),
        leaks=LeakPolicy(study.leak_policy),
        sealed=study.is_sealed,
        include_sighted=study.counts_sighted,
        dealing=Dealing(study.dealing),
        sitting=sitting.from_stored(study.options),
        reuse=study.reuses_calls,
        collections=_collections(session, active),
        language=study.language,
        incumbent=study.incumbent,
        end=unsealing.declared_end(study),
        intent=preregistration.intent_of(study.intent),
        prompt_set=prompt_set.version_of(study.prompt_set),
    )


def duplicate(session: Session, name: str, title: str, now: datetime) -> str:
    """Make a draft with another title out of a study, and its imported answers; returns its name.

    Raises
    ------
    TitleInvalid, NameTaken
    """
    wanted = " ".join(title.split())
    file = replace(file_of(session, name), title=wanted, name=free_name(session, wanted))
    return again(session, name, file, now)


def again(session: Session, name: str, file: StudyFile, now: datetime) -> str:
    """Make a draft of a file that a study gave, with answers imported there; returns its name."""
    made = applying.apply(session, file, now).name
    session.flush()
    source, draft = lookup.find(session, name), lookup.find(session, made)
    incoming.bring_over(session, source.id, draft.id, now)
    return made


def state_of(session: Session, name: str) -> str:
    """Return whether the study is a draft, open or closed."""
    return lookup.find(session, name).state


def free_name(session: Session, title: str) -> str:
    """Return the name that a title gives a new study.

    Raises
    ------
    TitleInvalid
        The title is empty or holds signs that no name can hold.
    NameTaken
        There is a study of that name.
    """
    if not title.strip():
        raise TitleInvalid("Give the study a title.")
    if study_rules.name_problem(title):
        raise TitleInvalid("The title holds signs that cannot be shown. Type it anew.")
    name = study_file.slug(title)
    check_free(session, name)
    return name


def check_free(session: Session, name: str) -> None:
    """Raise `NameTaken` where there is a study of that name."""
    if studies.by_name(session, name) is not None:
        raise NameTaken("There is a study of that name already. Choose another title.")


def configuration_of(row: models.Configuration, collection_name: str = "") -> Configuration:
    """Return what a configuration's row says, with the fingerprint it was stored under."""
    return Configuration(
        name=row.name,
        approach=Approach(row.approach),
        model=row.model,
        system_prompt=row.system_prompt,
        template=row.template,
        parameters=row.parameters,
        endpoint=row.endpoint,
        price=_price(row),
        one_off_cost=None if row.one_off_nanos is None else row.one_off_nanos / budget.NANOS,
        samples=row.samples,
        examples=tuple(Example(**example) for example in row.examples),
        retrieval=None
        if row.retrieval is None
        else replace(Retrieval(**row.retrieval), name=collection_name or row.retrieval["name"]),
        shows=row.shows,
    )


def prompt_of(row: models.Prompt) -> Prompt:
    """Return what a prompt's row says; a key that is its own fingerprint is left out."""
    made = Prompt(
        turns=tuple(row.turns),
        context=row.context,
        reference=row.reference,
        tags=tuple(row.tags),
        variables=row.variables,
    )
    return made if row.key == made.handle else replace(made, key=row.key)


def _price(row: models.Configuration) -> Price | None:
    if is_agent(row.model):
        return None if row.price_call is None else Price(0.0, 0.0, row.price_call / budget.NANOS)
    if row.price_input is None or row.price_output is None:
        return None
    return Price(row.price_input / budget.NANOS, row.price_output / budget.NANOS)


def _named_apart(
    rows: Sequence[models.Configuration],
) -> list[tuple[models.Configuration, str]]:
    """Return each row with its collection's name; other documents of the same name get a number."""
    taken: dict[str, str] = {}
    found = []
    for row in rows:
        if row.retrieval is None:
            found.append((row, ""))
            continue
        digest, told = row.retrieval["collection"], row.retrieval["name"] or "documents"
        name, number = told, 1
        while taken.setdefault(name, digest) != digest:
            number += 1
            name = f"{told}-{number}"
        found.append((row, name))
    return found


def _collections(session: Session, rows: Sequence[models.Configuration]) -> tuple[Collection, ...]:
    digests = dict.fromkeys(
        row.retrieval["collection"] for row in rows if row.retrieval is not None
    )
    return tuple(Collection(tuple(collections.documents(session, digest))) for digest in digests)


def variables_of(file: StudyFile) -> list[tuple[str, int]]:
    """Return the variables that prompts give to templates, each with how many prompts have it."""
    counted = Counter(name for prompt in file.prompts for name in prompt.variables)
    return sorted(counted.items(), key=lambda found: (-found[1], found[0]))
