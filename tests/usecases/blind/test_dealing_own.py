"""Nobody is dealt what they suggested, whoever else wrote the same."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import event

from service.store import histories, models, raters
from service.usecases import invites
from service.usecases.blind import closing_questions, places, progress, submitting, voting
from service.usecases.sighted.studies import doubts, invariants, submissions
from tests import factories
from tests.factories import later

OPTIONS = {"repeats": 0, "practice": [], "submissions": 5}
LEASE = timedelta(minutes=30)


@pytest.fixture
def study(session):
    factories.make_study(session, "noise", options=OPTIONS)
    return factories.make_study(session, prompts=2, votes_per_matchup=9, options=OPTIONS)


def send(session, rater_id, text):
    sitter = raters.locked(session, rater_id)
    submitting.submit(session, sitter, text, f"key of {text}", later(0))
    return session.query(models.Submission.id).filter_by(rater_id=rater_id, text=text).scalar()


def take(session, study, number, text=None):
    """Take a submission, and let both configurations answer it."""
    submissions.accept(session, study.name, [number], (), "Iris", later(1), text)
    made = session.get_one(models.Submission, number).prompt_id
    answer(session, study, made)
    return made


def answer(session, study, prompt_id):
    for row in session.query(models.Completion).filter_by(prompt_id=prompt_id):
        session.delete(row)
    session.flush()
    for name, configuration in study.configurations.items():
        text = f"{name} on {prompt_id}"
        factories.make_completion(session, study.id, configuration, prompt_id, text)
    session.get_one(models.Prompt, prompt_id).is_dealable = True
    session.flush()
    places.recount(session, session.get_one(models.Study, study.id), prompt_id)
    session.expire_all()


def judge_all(session, rater_id):
    """Judge until nothing is left; return the prompts."""
    seen = []
    while dealt := factories.deal(session, rater_id, later(2), random.Random(1), LEASE, 1):
        token = dealt[0].token
        seen.append(session.query(models.Assignment.prompt_id).filter_by(token=token).scalar())
        voting.cast(session, rater_id, token, "left", f"{rater_id}-{len(seen)}", later(2))
    return sorted(seen)


class TestOwnPrompts:
    def test_come_to_others_and_never_to_who_suggested_them(self, session, study):
        ada, ben = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        made = take(session, study, send(session, ada, "Roses?"))
        assert judge_all(session, ada) == study.prompts
        assert judge_all(session, ben) == [*study.prompts, made]

    def test_are_told_by_the_invariants_where_they_were_dealt(self, session, study):
        ada = factories.make_rater(session, study, "Ada")
        made = take(session, study, send(session, ada, "Roses?"))
        judge_all(session, ada)

        def broken():
            return [one.rule for one in invariants.check(session, later(3)) if one.broken]

        assert broken() == []
        one = session.query(models.Assignment).filter_by(rater_id=ada).first()
        session.query(models.Submission).update({"prompt_id": one.prompt_id})
        session.flush()
        assert broken() == ["dealing: nobody has what they suggested"]
        assert made != one.prompt_id

    def test_cost_no_statement_more(self, session, study):
        ada, ben = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        take(session, study, send(session, ada, "Roses?"))
        asked = []
        for rater in (ada, ben):
            statements = []

            def note(*given, kept=statements):
                kept.append(given[2])

            event.listen(session.get_bind(), "before_cursor_execute", note)
            assert len(factories.deal(session, rater, later(2), random.Random(1), LEASE, 1)) == 1
            event.remove(session.get_bind(), "before_cursor_execute", note)
            asked.append(len(statements))
        assert asked[0] == asked[1] > 0

    def test_are_those_that_were_changed_too(self, session, study):
        ada, ben = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        made = take(session, study, send(session, ada, "Roses?"), "How are roses pruned?")
        assert session.get_one(models.Prompt, made).turns == ["How are roses pruned?"]
        assert made not in judge_all(session, ada)
        assert made in judge_all(session, ben)

    def test_are_those_of_whoever_wrote_the_same(self, session, study):
        ada, ben, cy, dan = (
            factories.make_rater(session, study, name) for name in ("Ada", "Ben", "Cy", "Dan")
        )
        number = send(session, ada, "Roses?")
        send(session, ben, "  roses !")
        declined = send(session, cy, "ROSES")
        submissions.decline(session, study.name, [declined], "Iris", later(1))
        made = take(session, study, number)
        assert [made in judge_all(session, one) for one in (ada, ben, cy, dan)] == [
            *(False, False, False),
            True,
        ]

    def test_are_those_that_come_by_a_file_later(self, session, study):
        ada, ben = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        number = send(session, ada, "Roses?")
        fingerprint = session.get_one(models.Submission, number).fingerprint
        made = factories.make_prompt(session, study.id, 9, "Roses?", fingerprint=fingerprint)
        answer(session, study, made)
        assert made not in judge_all(session, ada)
        assert made in judge_all(session, ben)

    def test_are_none_that_the_study_had_before(self, session, study):
        """Else what is left to judge would say which prompts a study has."""
        ada = factories.make_rater(session, study, "Ada")
        row = session.get_one(models.Prompt, study.prompts[0])
        number = send(session, ada, "Roses?")
        told = session.get_one(models.Submission, number).fingerprint
        session.delete(session.get_one(models.Submission, number))
        row.fingerprint = told
        session.flush()
        before = histories.to_come(session, study.id, ada)
        number = send(session, ada, "Roses?")
        submissions.accept(session, study.name, [number], (), "Iris", later(1))
        assert histories.to_come(session, study.id, ada) == before == 2
        assert judge_all(session, ada) == study.prompts

    def test_count_for_nothing_in_what_is_to_come(self, session, study):
        ada, ben = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        take(session, study, send(session, ada, "Roses?"))
        to_come = [histories.to_come(session, study.id, one) for one in (ada, ben)]
        assert to_come == [2, 3]
        judge_all(session, ada)
        assert progress.progress(session, ada).is_waiting
        assert progress.progress(session, ada).total == 2

    def test_are_asked_about_by_no_closing_question(self, session, study):
        ada = factories.make_rater(session, study, "Ada")
        made = take(session, study, send(session, ada, "Roses?"))
        judge_all(session, ada)
        progress.finish(session, ada, later(3))
        asked = 0
        while card := closing_questions.next_question(session, ada, later(4), random.Random(1)):
            assert not any("Roses" in turn for one in card.passages for turn in one.prompt_turns)
            closing_questions.answer(session, ada, card.token, "same", later(4))
            asked += 1
        panel = session.query(models.ClosingQuestion).all()
        of_made = {row.id for row in session.query(models.Completion).filter_by(prompt_id=made)}
        ends = [{one.first_completion_id, one.second_completion_id} for one in panel]
        assert any(of_made & end for end in ends)  # the panel is one for all raters
        assert 0 < asked == min(4, sum(not of_made & end for end in ends))

    def test_free_nothing_that_others_hold_of_them(self, session):
        study = factories.make_study(session, prompts=0, options=OPTIONS)
        ada, ben = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        for text in ("Roses?", "Tulips?"):
            take(session, study, send(session, ada, text))
        assert len(factories.deal(session, ben, later(2), random.Random(1), LEASE, 2)) == 2
        late = later(2) + LEASE / 2
        assert not factories.deal(session, ada, late, random.Random(1), LEASE, 2, is_shared=True)
        states = {row.state for row in session.query(models.Assignment)}
        assert states == {"dealt"}


class TestQuota:
    def test_stays_what_it_was_where_a_prompt_is_taken(self, session):
        study = factories.make_study(
            session, prompts=4, votes_per_matchup=9, options={**OPTIONS, "quota": 3}
        )
        ada, ben = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        before = progress.progress(session, ben)
        made = take(session, study, send(session, ada, "Roses?"))
        after = progress.progress(session, ben)
        assert (before.total, after.total, after.is_enough) == (3, 3, False)
        assert made in judge_all(session, ben)
        given = progress.progress(session, ben)
        assert (given.done, given.is_enough) == (5, True)
        assert made not in judge_all(session, ada)


def alone(session, study):
    """Return the prompts that are said to wait for somebody else."""
    found = doubts.of_suggestions(session, study.name)
    return [key for one in found if one.code == "own_alone" for key in one.names]


class TestNobodyElse:
    def test_names_prompts_that_their_own_rater_alone_could_judge(self, session, study):
        ada = factories.make_rater(session, study, "Ada")
        made = take(session, study, send(session, ada, "Roses?"))
        key = session.get_one(models.Prompt, made).key
        assert alone(session, study) == [key]
        ben = factories.make_rater(session, study, "Ben")
        assert alone(session, study) == []
        session.query(models.Invite).filter_by(rater_id=ben).update({"revoked_at": later(3)})
        session.get_one(models.Rater, ben).finished_at = later(3)
        session.flush()
        assert alone(session, study) == [key]
        invites.make(session, study.name, "shared", "all", later(4), factories.KEY)
        assert alone(session, study) == []
