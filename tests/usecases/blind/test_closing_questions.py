import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.errors import Invalid
from service.store import models
from service.usecases.blind import closing_questions, progress, voting
from tests import factories
from tests.factories import later

LABELS = {"Zebra": "Plain", "Ant": "Retrieval"}


def sit(session, study=None, judged=8, **options):
    """Have a rater judge and finish; in a new study where none is given."""
    study = study or factories.make_study(session, prompts=8, options=options)
    rater = factories.make_rater(session, study, f"Rater {random.random()}")
    for number in range(judged):
        lease = timedelta(hours=1)
        (dealt,) = factories.deal(session, rater, later(0), random.Random(number), lease, most=1)
        voting.cast(session, rater, dealt.token, "left", f"{rater}-{number}", later(0))
    progress.finish(session, rater, later(1))
    return rater


def author(session, completion_id):
    return session.get_one(models.Completion, completion_id).configuration_id


def answer_all(session, rater, seed=5):
    asked = []
    while question := closing_questions.next_question(
        session, rater, later(2), random.Random(seed)
    ):
        asked.append(question)
        said = question.labels[0] if question.labels else "same"
        closing_questions.answer(session, rater, question.token, said, later(3))
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

    def test_come_from_one_panel_that_regards_no_author(self, session):
        study = factories.make_study(
            session, prompts=20, configurations=("A", "B", "C", "D", "E"), votes_per_matchup=99
        )
        asked = set()
        for seed in range(40):
            answer_all(session, sit(session, study, judged=10), seed)
        for row in session.scalars(select(models.ClosingAnswer)):
            asked.add((row.first_completion_id, row.second_completion_id))
        panel = session.scalars(select(models.ClosingQuestion)).all()
        ends = {(pair.first_completion_id, pair.second_completion_id) for pair in panel}
        assert len(ends) == 60
        assert len(asked) > 40
        assert asked <= ends
        same = sum(author(session, one) == author(session, other) for one, other in ends)
        # A fifth of all pairs are by one author; half of them were, once, for everybody to count.
        assert 4 <= same <= 21

    def test_comes_to_those_who_judged_a_fair_number(self, session):
        study = factories.make_study(session, prompts=8)
        lazy = sit(session, study, judged=7)
        assert not closing_questions.remaining(session, lazy)
        assert answer_all(session, lazy) == []
        small = factories.make_study(session, "small", prompts=3)
        assert len(answer_all(session, sit(session, small, judged=3))) == 4

    def test_asks_for_labels_only_where_the_study_has_some_sorted(self, session):
        asked = answer_all(session, sit(session, labels=LABELS, asks_authors=False))
        assert 1 <= len(asked) <= 4
        assert {question.labels for question in asked} == {("Ant", "Zebra")}
        assert all(len(question.passages) == 1 for question in asked)

    def test_asks_nothing_before_finishing_or_where_it_is_off(self, session):
        study = factories.make_study(session, options={})
        rater = factories.make_rater(session, study)
        assert closing_questions.next_question(session, rater, later(1), random.Random(1)) is None
        assert not closing_questions.remaining(session, rater)
        off = factories.make_study(session, "off", options={"asks_authors": False})
        quiet = factories.make_rater(session, off)
        progress.finish(session, quiet, later(1))
        assert not closing_questions.remaining(session, quiet)
        assert closing_questions.next_question(session, quiet, later(1), random.Random(1)) is None


class TestAnswer:
    def test_is_kept_once(self, session):
        rater = sit(session)
        question = closing_questions.next_question(session, rater, later(2), random.Random(5))
        closing_questions.answer(session, rater, question.token, "different", later(3))
        closing_questions.answer(session, rater, question.token, "same", later(4))
        row = session.scalars(
            select(models.ClosingAnswer).where(models.ClosingAnswer.token == question.token)
        ).one()
        assert (row.answer, row.answered_at) == ("different", later(3))

    def test_is_one_of_those_offered(self, session):
        rater = sit(session)
        question = closing_questions.next_question(session, rater, later(2), random.Random(5))
        with pytest.raises(Invalid):
            closing_questions.answer(session, rater, question.token, "Ant", later(3))

    def test_of_anothers_question_is_unknown(self, session):
        rater = sit(session)
        question = closing_questions.next_question(session, rater, later(2), random.Random(5))
        other = factories.make_rater(session, factories.make_study(session, "theirs"), "Bea")
        progress.finish(session, other, later(1))
        with pytest.raises(closing_questions.UnknownClosingQuestion):
            closing_questions.answer(session, other, question.token, "same", later(3))
