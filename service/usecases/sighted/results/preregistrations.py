"""Freezes what a study declares when it opens, and tells what came otherwise since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import preregistration, prompt_set, records, sitting
from service.domain.preregistration import Deviation, Plan, Preregistration, Registered, Since
from service.domain.prompt_set import SetVersion
from service.domain.sitting import SittingOptions
from service.domain.study import StudyState
from service.errors import Conflict, NotFound
from service.store import models, preregistrations, prompts, studies, submissions
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import unsealing


class NoPreregistration(NotFound):
    """The study has declared nothing, or nothing yet."""


class PreregistrationDiffers(Conflict):
    """What is stored is not what was frozen."""


@dataclass(frozen=True)
class PreregistrationView:
    """What a study declared. `text` is the very document of which `digest` is the SHA-256.

    `is_intact` tells whether it still is; else `document` is None and nothing is compared.
    """

    study: str
    text: str
    digest: str
    created_at: datetime
    is_intact: bool
    document: Preregistration | None
    deviations: tuple[Deviation, ...]


def freeze(session: Session, study: models.Study, now: datetime) -> None:
    """Freeze what a study that opens just now declares."""
    text = _as_it_is(session, study, now).text
    session.add(
        models.Preregistration(
            study_id=study.id, content=text, digest=preregistration.digest(text), created_at=now
        )
    )
    session.flush()


def of_study(session: Session, name: str) -> PreregistrationView | None:
    """Return what a study declared and what deviates from it; None where it declared nothing.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, name)
    row = preregistrations.of_study(session, study.id)
    if row is None:
        return None
    document = _read(row, study)
    found: tuple[Deviation, ...] = ()
    if document is not None:
        current = _as_it_is(session, study, row.created_at)
        found = preregistration.deviations(document, current, _since(session, study))
    return PreregistrationView(
        study=study.name,
        text=row.content,
        digest=row.digest,
        created_at=row.created_at,
        is_intact=document is not None,
        document=document,
        deviations=found,
    )


def declared(session: Session, name: str) -> PreregistrationView:
    """Return what a study declared.

    Raises
    ------
    UnknownStudy
    NoPreregistration
        Says whether it may come still.
    """
    found = of_study(session, name)
    if found is None:
        if find(session, name).state == StudyState.DRAFT:
            raise NoPreregistration(
                "Nothing is pre-registered yet: what the study declares is frozen when it opens."
            )
        raise NoPreregistration(
            "This study has no pre-registration: it was opened by an Evenhand that made none."
        )
    return found


def _read(row: models.Preregistration, study: models.Study) -> Preregistration | None:
    """Return what a stored document says; None where it is not the one that was frozen."""
    if preregistration.digest(row.content) != row.digest:
        return None
    try:
        found = preregistration.from_text(row.content)
    except (records.Unreadable, ValueError):
        return None
    return found if found.study == study.name else None


def _as_it_is(session: Session, study: models.Study, opened_at: datetime) -> Preregistration:
    options = sitting.from_stored(study.options)
    intent = preregistration.intent_of(study.intent)
    # What raters suggest was declared to come, and is none of what was declared by its text; also
    # where no more is taken since.
    added = submissions.made(session, study.id)
    fingerprints = sorted(prompts.fingerprints(session, study.id) - added)
    return Preregistration(
        form=preregistration.FORM,
        study=study.name,
        title=study.title,
        instructions=study.instructions,
        question=intent.question,
        margin=intent.margin,
        exclusions=intent.exclusions,
        end_votes=study.end_votes,
        end_date=None if study.end_date is None else study.end_date.isoformat(),
        end_decided=study.end_decided or "",
        end_then=study.end_then,
        is_sealed=study.is_sealed,
        plan=Plan(
            votes_per_matchup=study.votes_per_matchup,
            votes_per_rater=options.quota,
            dealing=study.dealing,
            incumbent=study.incumbent,
            counts_sighted=study.counts_sighted,
            repeats=float(options.repeats),
            withdraws_flagged=options.withdraws_flagged,
            flags_to_withdraw=options.flags_to_withdraw,
            criteria=tuple(options.criteria),
            grades=str(options.grades),
            submissions=options.submissions,
            norming=options.norming,
            norming_then=_then(options),
        ),
        configurations=tuple(
            Registered(row.name, row.fingerprint, row.approach, row.model)
            for row in studies.configurations(session, study.id)
            if row.retired_at is None
        ),
        prompts=len(fingerprints),
        prompts_sha256=preregistration.digest_of_prompts(fingerprints),
        prompt_set=_named(prompt_set.version_of(study.prompt_set)),
        opened_at=opened_at.isoformat(),
    )


def _then(options: SittingOptions) -> str:
    if not options.norming:
        return ""
    return "wait" if options.norming_holds else "go_on"


def _named(used: SetVersion | None) -> str:
    return "" if used is None else f"{used.name} version {used.version} ({used.digest[:16]})"


def _since(session: Session, study: models.Study) -> Since:
    out, lifted = preregistrations.left_out(session, study.id)
    closed_early = study.closed_at is not None and not unsealing.is_at_end(
        session, study, study.closed_at
    )
    by_hand = study.unsealed_at is not None and study.unsealed_by != unsealing.STOP_RULE
    return Since(
        excluded=out,
        reasons=tuple(preregistrations.reasons(session, study.id)) if out else (),
        lifted=lifted,
        closed_early_at=study.closed_at if closed_early else None,
        unsealed_early_at=study.unsealed_at if by_hand else None,
        unsealed_by=study.unsealed_by or "",
        unsealed_because=study.unsealed_because or "",
    )
