"""Tells what a study's plan can tell apart, before anybody votes, and what raters have to do."""

from math import comb

from sqlalchemy.orm import Session

from service.domain import planning, reading, sitting
from service.domain.planning import Outlook, Plan
from service.store import closing_questions, prompts, raters, studies
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import unsealing

USUAL_WANTED = 0.6
USUAL_RATERS = 2
MOST_RATERS = 10_000
# Texts that the time is told by; as many words are taken for an answer that is not there yet.
SAMPLE = 30
USUAL_WORDS = 150


def of_study(
    session: Session, name: str, people: int | None = None, wanted: float = USUAL_WANTED
) -> Outlook | None:
    """Return what so many raters can tell apart in a study as it is set up.

    None while there is nothing to plan: it takes two configurations and a prompt. Without a number
    of people those count who have a personal link, two at least.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, name)
    declared = unsealing.declared_end(study)
    number = prompts.count(session, study.id)
    competing = sum(row.retired_at is None for row in studies.configurations(session, study.id))
    if competing < 2 or not number:  # noqa: PLR2004 - a pair needs two
        return None
    if people is None:
        links = raters.invites(session, study.id)
        known = sum(link.rater_id is not None and link.revoked_at is None for link in links)
        people = max(USUAL_RATERS, min(known, MOST_RATERS))
    quota = sitting.from_stored(study.options).quota
    plan = Plan(
        configurations=competing,
        raters=people,
        prompts=number,
        votes=_votes(people, number, competing, study.votes_per_matchup, quota, study.end_votes),
        has_end=declared is not None and declared.has_last_look,
    )
    texts = closing_questions.some_texts(session, study.id, SAMPLE)
    minutes = reading.minutes_for(
        plan.votes_per_rater,
        ["\n".join(turns) for turns in prompts.first_turns(session, study.id, SAMPLE)],
        [answer for _, answer in texts] or ["x " * USUAL_WORDS],
    )
    ended = Plan(competing, people, number, plan.votes, has_end=True)
    return Outlook(
        plan=plan,
        wanted=wanted,
        told=planning.detectable(plan),
        with_end=planning.detectable(ended),
        need=planning.needed(plan, wanted),
        minutes=minutes,
        has_texts=bool(texts),
        is_adaptive=study.dealing == "adaptive",
        asked=0 if quota else number * comb(competing, 2),
    )


def _votes(
    people: int, number: int, competing: int, per_matchup: int, quota: int, end: int | None
) -> int:
    """Return how many votes there will be: what is wanted, as far as anybody gives it."""
    wanted = number * comb(competing, 2) * min(per_matchup, people)
    bounds = [wanted, *([quota * people] if quota else []), *([end] if end else [])]
    return max(1, min(bounds))
