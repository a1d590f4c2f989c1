import random

import pytest
from sqlalchemy import select

from service.errors import Invalid
from service.store import models
from service.usecases.blind import hunches, progress
from tests import factories
from tests.factories import later

LABELS = {"Zebra": "Plain", "Ant": "Retrieval"}


def sit(session, **options):
    study = factories.make_study(session, prompts=8, options=options)
    rater = factories.make_rater(session, study)
    progress.finish(session, rater, later(1))
    return rater


def answer_all(session, rater, seed=5):
    asked = []
    while question := hunches.next_question(session, rater, later(2), random.Random(seed)):
        asked.append(question)
        said = question.labels[0] if question.labels else "same"
        hunches.answer(session, rater, question.token, said, later(3))
    return asked


class TestNextQuestion:
    def test_asks_four_about_two_texts_of_different_prompts(self, session):
        asked = answer_all(session, sit(session))
        assert [(question.number, question.of) for question in asked] == [
            (number, 4) for number in (1, 2, 3, 4)
        ]
        for question in asked:
            one, other = question.passages
            assert one.prompt_turns != other.prompt_turns
            assert question.labels == ()

    def test_half_of_them_are_by_the_same_author(self, session):
        rater = sit(session)
        same = 0
        for seed in range(40):
            answer_all(session, rater, seed)
            for row in session.scalars(select(models.Hunch)).all():
                one, other = (
                    session.get_one(models.Completion, identity).configuration_id
                    for identity in (row.first_completion_id, row.second_completion_id)
                )
                same += one == other
                session.delete(row)
            session.flush()
        assert 55 <= same <= 105

    def test_asks_for_labels_only_where_the_study_has_some_sorted(self, session):
        asked = answer_all(session, sit(session, labels=LABELS, asks_authors=False))
        assert 1 <= len(asked) <= 4
        assert {question.labels for question in asked} == {("Ant", "Zebra")}
        assert all(len(question.passages) == 1 for question in asked)

    def test_asks_nothing_before_finishing_or_where_it_is_off(self, session):
        study = factories.make_study(session, options={})
        rater = factories.make_rater(session, study)
        assert hunches.next_question(session, rater, later(1), random.Random(1)) is None
        assert not hunches.remaining(session, rater)
        off = factories.make_study(session, "off", options={"asks_authors": False})
        quiet = factories.make_rater(session, off)
        progress.finish(session, quiet, later(1))
        assert not hunches.remaining(session, quiet)
        assert hunches.next_question(session, quiet, later(1), random.Random(1)) is None


class TestAnswer:
    def test_is_kept_once(self, session):
        rater = sit(session)
        question = hunches.next_question(session, rater, later(2), random.Random(5))
        hunches.answer(session, rater, question.token, "different", later(3))
        hunches.answer(session, rater, question.token, "same", later(4))
        row = session.scalars(
            select(models.Hunch).where(models.Hunch.token == question.token)
        ).one()
        assert (row.answer, row.answered_at) == ("different", later(3))

    def test_is_one_of_those_offered(self, session):
        rater = sit(session)
        question = hunches.next_question(session, rater, later(2), random.Random(5))
        with pytest.raises(Invalid):
            hunches.answer(session, rater, question.token, "Ant", later(3))

    def test_of_anothers_question_is_unknown(self, session):
        rater = sit(session)
        question = hunches.next_question(session, rater, later(2), random.Random(5))
        other = factories.make_rater(session, factories.make_study(session, "theirs"), "Bea")
        progress.finish(session, other, later(1))
        with pytest.raises(hunches.UnknownHunch):
            hunches.answer(session, other, question.token, "same", later(3))
