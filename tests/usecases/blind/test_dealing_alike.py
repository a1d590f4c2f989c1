"""Texts that look the same to a rater are dealt against no other of that look, in any order."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.store import models
from service.usecases.blind import progress, voting
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.studies import invariants
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
TRIO = ("A", "B", "C")
# A and B say the same to the first prompt, and all three to the second.
SAID = {("B", 0): "A says 0.", ("B", 1): "A says 1.", ("C", 1): "A says 1."}


def text(configuration, number):
    return SAID.get((configuration, number), f"{configuration} says {number}.")


def make(session, **fields):
    return factories.make_study(session, configurations=TRIO, prompts=3, text=text, **fields)


def rate_all(session, rater_id, seed=1):
    """Vote on all there is; return how often each pair of texts stood side by side."""
    shown = []
    while dealt := factories.deal(session, rater_id, later(1), random.Random(seed), LEASE, 1):
        told = progress.progress(session, rater_id)
        assert told.total >= told.done + 1
        (one,) = dealt
        shown.append((one.left_turns, one.right_turns))
        voting.cast(session, rater_id, one.token, "left", f"k{one.token}", later(1))
        assert len(shown) < 50
    told = progress.progress(session, rater_id)
    assert told.done == told.total == len(shown)
    assert not [one for one in invariants.check(session, later(9)) if one.broken]
    return shown


@pytest.mark.parametrize("dealing", ["uniform", "adaptive"])
@pytest.mark.parametrize("wanted", [1, 2])
class TestAlike:
    def test_are_dealt_to_nobody_and_counted_for_nobody(self, session, dealing, wanted):
        study = make(session, dealing=dealing, votes_per_matchup=wanted)
        raters = [factories.make_rater(session, study, name) for name in ("Ada", "Ben")[:wanted]]
        assert progress.progress(session, raters[0]).total == 2 + 0 + 3
        for rater_id in raters:
            shown = rate_all(session, rater_id)
            assert len(shown) == 5
            assert all(left != right for left, right in shown)
        rows = [session.get_one(models.Prompt, one) for one in study.prompts]
        assert [(row.matchups_alike, row.places_open) for row in rows] == [(1, 0), (3, 0), (0, 0)]

    def test_are_counted_where_a_text_arrives_late(self, session, dealing, wanted):
        study = make(session, dealing=dealing, votes_per_matchup=wanted)
        prompt_id = study.prompts[2]
        late = factories.make_configuration(session, study.id, "D")
        for at in study.prompts:
            factories.make_completion(session, study.id, late, at, "A says 2.")
            publishing.settle(session, at)
        session.expire_all()
        row = session.get_one(models.Prompt, prompt_id)
        assert (row.matchups_alike, row.places_open) == (1, 5 * wanted)
        rater_id = factories.make_rater(session, study, "Ada")
        shown = rate_all(session, rater_id)
        assert all(left != right for left, right in shown)


class TestSamples:
    def test_of_which_some_are_alike_are_dealt_where_they_are_not(self, session):
        study = factories.make_study(
            session, configurations=("A", "B"), prompts=1, text=lambda *_: "Yes.", ready=True
        )
        (prompt_id,) = study.prompts
        factories.make_completion(
            session, study.id, study.configurations["B"], prompt_id, "No.", sample=2
        )
        publishing.settle(session, prompt_id)
        session.expire_all()
        row = session.get_one(models.Prompt, prompt_id)
        assert (row.matchups_alike, row.places_open) == (0, 1)
        for seed in range(8):
            with session.begin_nested() as trying:
                rater_id = factories.make_rater(session, study, f"r{seed}")
                ((left, right),) = rate_all(session, rater_id, seed)
                assert {*left, *right} == {'<p dir="auto">Yes.</p>', '<p dir="auto">No.</p>'}
                trying.rollback()

    def test_that_are_all_alike_are_not_dealt(self, session):
        study = factories.make_study(
            session, configurations=("A", "B"), prompts=1, text=lambda *_: "Yes."
        )
        (prompt_id,) = study.prompts
        for name in ("A", "B"):
            configuration_id = study.configurations[name]
            factories.make_completion(
                session, study.id, configuration_id, prompt_id, "Yes.", sample=2
            )
        publishing.settle(session, prompt_id)
        rater_id = factories.make_rater(session, study)
        assert rate_all(session, rater_id) == []


class TestRepeats:
    def test_do_not_come_of_what_has_become_alike(self, session):
        options = {"repeats": 0.5, "practice": []}
        study = factories.make_study(session, prompts=12, options=options)
        rater_id = factories.make_rater(session, study)
        dealt = factories.deal(session, rater_id, later(0), random.Random(1), LEASE, 12)
        for one in dealt:
            voting.cast(session, rater_id, one.token, "left", one.token, later(1))
        for row in session.scalars(select(models.Completion)):
            row.html, row.text_hash = ["<p>Corrected.</p>"], "same"
        session.flush()
        assert factories.deal(session, rater_id, later(2), random.Random(1), LEASE, 5) == ()
