"""Studies that were rated, and what a worker makes of them."""

import json
import random
from datetime import timedelta

from sqlalchemy import select

from service.domain.leaderboard import Leaderboard, to_json
from service.domain.sitting import GoldTexts, SittingOptions
from service.store import models
from service.usecases.blind import marks, voting
from service.usecases.sighted.results import compute, fold
from service.usecases.sighted.studies import invariants, shelving
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
GOLD = (GoldTexts("Which?", "A good text.", "A bad text."),)
OPTIONS = SittingOptions(
    repeats=0, practice=(), criteria=("Kind", "<b>Right</b>"), grades="with_votes", gold=GOLD
)


def vote(session, study, name="Ben", prefers="Retrieval", number=100):
    """Rate with a fixed taste: whatever stands where, `prefers` wins."""
    rater_id = factories.make_rater(session, study, name)
    liked = study.configurations[prefers]
    for count in range(number):
        dealt = factories.deal(session, rater_id, later(0), random.Random(count), LEASE, 1)
        if not dealt:
            break
        row = session.scalars(
            select(models.Assignment).where(models.Assignment.token == dealt[0].token)
        ).one()
        first = row.first_configuration_id == liked
        if liked not in (row.first_configuration_id, row.second_configuration_id):
            choice = "both_bad"
        else:
            choice = "left" if first == row.sides else "right"
        voting.cast(session, rater_id, dealt[0].token, choice, f"{name}{count}", later(1))
    return rater_id


def board(session, study, at=2) -> Leaderboard:
    """Do what a worker does after a change."""
    while fold.fold(session, study.id):
        pass
    basis = compute.load(session, study.id, later(at))
    found = compute.compute(basis)
    compute.save(session, basis, found, later(at))
    assert json.dumps(to_json(found), allow_nan=False)
    return found


def holds(session):
    session.flush()
    session.expire_all()
    return [line for check in invariants.check(session, later(3)) for line in check.broken]


def mark(session, rater_id, seed=1, minutes=1):
    """Prefer what `Retrieval` says and the better gold, by all that is asked."""
    rng = random.Random(seed)
    while dealt := factories.deal(session, rater_id, later(minutes), rng, LEASE, 1):
        piece = dealt[0]
        is_left = any(word in piece.left_turns[0] for word in ("Retrieval", "good"))
        lead, grades = ("left", (5, 2)) if is_left else ("right", (2, 5))
        kept = (session, rater_id, piece.token)
        key = f"k-{piece.token}"
        if not marks.wanted(session, rater_id).replaces_vote:
            voting.cast(*kept, lead, key, later(minutes))
            marks.keep(*kept, [lead, "equal"], grades, key, later(minutes))
        else:
            marks.keep(*kept, [], grades, key, later(minutes))


def made(session, options=OPTIONS, **fields):
    """Make a study that asks for marks, and noise beside it."""
    noise = factories.make_study(session, "noise", options=OPTIONS.to_stored())
    mark(session, factories.make_rater(session, noise), seed=9)
    study = factories.make_study(session, prompts=6, options=options.to_stored(), **fields)
    shelving.fill(session, session.get_one(models.Study, study.id), options.gold, later(0))
    return study
