"""Corrected texts: what is dealt from then on, and what becomes of the votes on the old ones."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.formats.completions import CompletionRow
from service.store import models
from service.usecases.blind import voting
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.results import fold
from service.usecases.sighted.studies import exports, imports, invariants
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
OLD, NEW = "Water.", "Water that settles at night."


def bring(session, study, *rows, replaces=False):
    to = imports.target(session, study.name)
    done = imports.import_completions(session, to, rows, later(1), {}, replaces=replaces)
    publish(session)
    publishing.settle(session, *done.touched)
    return done


def publish(session):
    waiting = publishing.recorded(session, 100)
    publishing.finish(session, [publishing.prepare(one) for one in waiting], later(1))


def answer(text, configuration="short", **fields):
    return CompletionRow(1, configuration, (text,), prompt_id="p0", **fields)


@pytest.fixture
def study(session):
    made = factories.make_study(session, prompts=1, configurations=(), votes_per_matchup=1)
    bring(session, made, answer(OLD), answer("Air cools and it settles.", "long"))
    return made


def deal(session, rater_id, at=2):
    rng = random.Random(1)
    return factories.deal(session, rater_id, later(at), rng, LEASE)


def texts(dealt):
    return {turn for one in dealt for side in (one.left_turns, one.right_turns) for turn in side}


def vote(session, rater_id, one, key="k1"):
    return voting.cast(session, rater_id, one.token, "left", key, later(3))


def shown(session, text):
    return [
        row
        for row in session.scalars(select(models.Completion).order_by(models.Completion.id))
        if row.turns == [text]
    ]


class TestReplace:
    def test_asks_first_and_changes_nothing(self, session, study):
        done = bring(session, study, answer(NEW))
        assert (done.differing, done.refused, done.replaced) == (1, 1, 0)
        assert "--replace" in done.errors[0].message
        assert shown(session, NEW) == []

    def test_raters_get_the_new_text_from_then_on(self, session, study):
        first, second = (factories.make_rater(session, study, name) for name in ("Ann", "Ben"))
        vote(session, first, deal(session, first)[0])
        assert bring(session, study, answer(NEW), replaces=True).votes_on_replaced == 1
        dealt = deal(session, second, 4)
        assert any(NEW in text for text in texts(dealt))
        assert not any(OLD in text for text in texts(dealt) if NEW not in text)
        assert deal(session, first, 4) == ()
        assert [one for one in invariants.check(session, later(5)) if one.broken] == []

    def test_votes_on_the_old_text_stay_with_it_and_count(self, session, study):
        first, second = (factories.make_rater(session, study, name) for name in ("Ann", "Ben"))
        vote(session, first, deal(session, first)[0])
        bring(session, study, answer(NEW), replaces=True)
        vote(session, second, deal(session, second, 4)[0], "k2")
        while fold.fold(session, study.id):
            pass
        told = [one for one in exports.of_study(session, study.name, b"key") if one.votes]
        assert len(told) == 2
        texts = {text for one in told for text in (one.first, one.second)}
        assert {OLD, NEW} < texts

    def test_what_lies_before_a_rater_unjudged_is_dealt_anew(self, session, study):
        rater_id = factories.make_rater(session, study)
        old = deal(session, rater_id)[0]
        bring(session, study, answer(NEW), replaces=True)
        new = deal(session, rater_id, 4)[0]
        assert new.token != old.token
        assert any(NEW in text for text in texts([new]))
        # The page may hold the old one still: a vote on it is one on the old text.
        vote(session, rater_id, old)
        vote(session, rater_id, new, "k2")
        while fold.fold(session, study.id):
            pass
        counted = session.scalars(select(models.Tallied)).all()
        assert len(counted) == 2
        assert [one for one in invariants.check(session, later(5)) if one.broken] == []

    def test_of_a_text_that_was_corrected_before(self, session, study):
        for text in ("One.", "Two.", "Three."):
            assert bring(session, study, answer(text), replaces=True).replaced == 1
        states = {row.turns[0]: (row.state, row.sample) for row in session.scalars(
            select(models.Completion).where(models.Completion.prompt_id == study.prompts[0])
        )}  # fmt: skip
        assert states["Three."] == ("ready", 1)
        assert {states[text][0] for text in (OLD, "One.", "Two.")} == {"replaced"}
        assert bring(session, study, answer("Three."), replaces=True).unchanged == 1

    def test_leaves_other_prompts_and_configurations_alone(self, session, study):
        noise = factories.make_study(session, "noise")
        bring(session, study, answer(NEW), replaces=True)
        rows = session.scalars(
            select(models.Completion).where(models.Completion.study_id == noise.id)
        )
        assert {row.state for row in rows} == {"ready"}
        assert [row.state for row in shown(session, "Air cools and it settles.")] == ["ready"]


class TestFill:
    def test_an_empty_answer_takes_its_text_and_is_dealt(self, session):
        made = factories.make_study(session, prompts=1, configurations=(), votes_per_matchup=1)
        assert bring(session, made, answer(""), answer("Ice.", "long")).added == 2
        rater_id = factories.make_rater(session, made)
        assert deal(session, rater_id) == ()
        done = bring(session, made, answer("Frozen dew."), answer("Ice.", "long"))
        assert (done.filled, done.unchanged, done.refused) == (1, 1, 0)
        assert any("Frozen dew." in text for text in texts(deal(session, rater_id, 4)))


class TestSamples:
    @pytest.mark.parametrize("numbers", [None, (0, 1, 2)])
    def test_are_kept_beside_each_other(self, session, numbers):
        made = factories.make_study(session, prompts=1, configurations=())
        rows = [
            answer(text, sample=place, is_numbered=numbers is not None)
            for place, text in enumerate(("Oak", "Elm", "Ash"))
        ]
        assert bring(session, made, *rows).added == 3
        assert [row.sample for text in ("Oak", "Elm", "Ash") for row in shown(session, text)] == [
            1, 2, 3,
        ]  # fmt: skip
        assert bring(session, made, *rows, replaces=True).unchanged == 3
