"""Takes prompts from a study into a prompt set, and from a version of a set into a study."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import prompt_set
from service.domain.prompt import Prompt
from service.domain.prompt_set import Chosen, Origin, OriginKind, SetVersion
from service.errors import Conflict
from service.formats import study_writer
from service.store import prompts, submissions
from service.usecases.sighted import lookup
from service.usecases.sighted.results import difficult, disputed
from service.usecases.sighted.studies import editing, filing, prompt_sets
from service.usecases.sighted.studies.applying import Applied


class NothingToTake(Conflict):
    """The study has no such prompts."""


def from_study(session: Session, study_name: str, chosen: Chosen) -> tuple[list[Prompt], Origin]:
    """Return a study's prompts, or those of a kind, and their origin.

    Raises
    ------
    UnknownStudy, NothingToTake
    StudySealed
        Which prompts are hard is a result.
    """
    study = lookup.find(session, study_name)
    origin = Origin(OriginKind.STUDY, study.name, chosen=chosen)
    if chosen in {Chosen.ALL, Chosen.UNSATURATED}:
        is_next = chosen is Chosen.UNSATURATED
        left = difficult.chosen(session, study_name, Chosen.SATURATED) if is_next else ()
        every = prompts.of_study(session, study.id)
        found = [filing.prompt_of(row) for row in every if row.id not in set(left)]
    else:
        is_disputed = chosen is Chosen.DISPUTED
        ids = (
            disputed.prompt_ids(session, study_name)
            if is_disputed
            else difficult.chosen(session, study_name, chosen)
        )
        found = [filing.prompt_of(prompts.by_id(session, each)) for each in ids]
    if not found and chosen is Chosen.HARD:
        raise NothingToTake("No prompt of the study was called hard: few votes say “both bad”.")
    if not found and chosen is Chosen.DIVIDING:
        raise NothingToTake(
            "No prompt of the study divided people: where several judged the same answers, most "
            "agreed."
        )
    if not found and chosen is Chosen.TELLING:
        raise NothingToTake("No prompt of the study told configurations apart clearly.")
    if not found and chosen is Chosen.SATURATED:
        raise NothingToTake("No prompt of the study is saturated: few votes say “both good”.")
    if not found and chosen is Chosen.DISPUTED:
        raise NothingToTake(
            "No prompt of the study divided people and a judge: nowhere does one say the opposite "
            "of several votes."
        )
    if not found:
        raise NothingToTake("The study has no prompts yet.")
    return found, origin


def used_set(session: Session, study_name: str) -> SetVersion | None:
    """Return the version of a prompt set that a study uses, None where it uses none.

    Raises
    ------
    UnknownStudy
    """
    return prompt_set.version_of(lookup.find(session, study_name).prompt_set)


def suggested(session: Session, study_name: str) -> dict[str, Origin]:
    """Return where those of a study's prompts are from that raters suggested, by their hashes.

    Raises
    ------
    UnknownStudy
    """
    study = lookup.find(session, study_name)
    by = submissions.submitters(session, study.id)
    return {
        prompt_set.digest_of(filing.prompt_of(row)): Origin(
            OriginKind.RATER, study.name, by=", ".join(by[row.id])
        )
        for row in prompts.of_ids(session, by)
    }


def into_study(
    session: Session, study_name: str, set_name: str, number: int | None, now: datetime
) -> Applied:
    """Add the prompts of a version to a study, and note that it uses that version.

    Raises
    ------
    UnknownStudy, UnknownSet, StudyFileInvalid, StudyChangeRefused
    """
    study = lookup.find(session, study_name)
    has = prompts.fingerprints(session, study.id)
    used = prompt_sets.version_of(session, set_name, number)
    fresh = [
        study_writer.prompt(each)
        for each in prompt_sets.prompts_of(session, set_name, used.version)
        if each.fingerprint not in has
    ]

    def edit(said: editing.Told) -> None:
        if fresh:
            said.setdefault("prompts", []).extend(fresh)
        said["prompt_set"] = used.to_stored()

    return editing.change(session, study_name, edit, now)
