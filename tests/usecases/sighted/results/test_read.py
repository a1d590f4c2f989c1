import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from service.domain.sitting import SittingOptions
from service.reporting.marks import cautions, of_grades
from service.reporting.words import ENGLISH
from service.store import leaderboards, models
from service.usecases import accounts, invites
from service.usecases.blind import marks, progress, voting
from service.usecases.sighted.results import compute, read
from service.usecases.sighted.results.read import StudySealed
from service.usecases.sighted.studies import exports, opening
from tests import factories
from tests.factories import later
from tests.usecases.sighted.results import rated


def studies_to_look_at(session):
    """What the sweeper would ring for, the noise apart."""
    dirty = read.overdue(session, later(9))
    return {
        identity for identity in dirty if session.get_one(models.Study, identity).name != "noise"
    }


def regular(session, rater_id):
    """One of a rater's regular assignments."""
    kind = models.Assignment.kind == "regular"
    return session.scalars(
        select(models.Assignment).where(models.Assignment.rater_id == rater_id, kind).limit(1)
    ).one()


class TestLatest:
    def test_shows_nothing_of_a_sealed_study(self, session):
        study = factories.make_study(session, is_sealed=True)
        rated.vote(session, study)
        rated.board(session, study)

        with pytest.raises(StudySealed):
            read.latest(session, study.name)
        with pytest.raises(StudySealed):
            exports.of_study(session, study.name, b"key")


class Digest(str):
    """A digest that lets other threads go first whenever it is looked up."""

    __slots__ = ()

    def __hash__(self):
        os.sched_yield()
        return super().__hash__()


class TestNewest:
    def test_is_read_by_threads_beside_each_other(self, session):
        study = factories.make_study(session, prompts=4)
        rated.vote(session, study)
        rated.board(session, study)
        content = leaderboards.latest(session, study.id).content
        every = [models.Leaderboard(content=content, digest=Digest(at)) for at in range(7)]
        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda at: read._kept(every[at % 7])[1], range(700)))
        assert found == [str(at % 7) for at in range(700)]


class TestOtherVersions:
    def test_are_shown_as_none_and_computed_anew(self, session):
        study = factories.make_study(session, prompts=4)
        rated.vote(session, study)
        rated.board(session, study)
        assert read.overdue(session, later(9)) == []
        session.add(
            models.Leaderboard(
                study_id=study.id,
                created_at=later(3),
                votes=4,
                content={"ratings": [{"share": 0.5}], "marks": {"sentences": ["Old."]}},
                basis={},
                version=1,
            )
        )
        session.flush()
        view = read.latest(session, study.name)
        assert (view.board, view.votes) == (None, 4)
        assert not read.marks_of(session, study.name).is_computed
        assert compute.may_be_quick(session, study.id, later(9)) == (False, True)
        assert read.overdue(session, later(9)) == [study.id]
        rated.board(session, study)
        assert read.overdue(session, later(9)) == []
        assert read.latest(session, study.name).board.votes == 4


class TestMarksOf:
    def test_unblinds_whatever_the_sides_were(self, session):
        study = rated.made(session)
        rated.mark(session, factories.make_rater(session, study))
        sides = set(session.scalars(select(models.Assignment.sides)))
        assert sides == {True, False}
        view = read.marks_of(session, study.name)
        assert [(row.configuration, row.mean, row.number) for row in view.marks.grades] == [
            ("Retrieval", 5.0, 6),
            ("Plain", 2.0, 6),
        ]
        assert view.marks.grades[0].counts == (0, 0, 0, 0, 6)
        kind, right = view.marks.criteria
        assert [(row.ahead, row.equal, row.behind) for row in kind.rows] == [(0, 0, 6), (6, 0, 0)]
        assert [(row.ahead, row.equal, row.behind) for row in right.rows] == [(0, 6, 0)] * 2
        assert [(row.right, row.of) for row in view.gold.raters] == [(1, 1)]

    def test_counts_what_votes_count(self, session):
        study = rated.made(session, votes_per_matchup=4)
        ben, bea, sighted, late = (
            factories.make_rater(session, study, name) for name in ("Ben", "Bea", "Sy", "Lou")
        )
        rated.mark(session, ben)
        rated.mark(session, bea, seed=2)
        rated.mark(session, sighted, seed=3)
        session.execute(
            update(models.Rater).where(models.Rater.id == sighted).values(is_sighted=True)
        )
        token = factories.deal(session, late, later(1), random.Random(4), rated.LEASE, 1)[0].token
        voting.cast(session, late, token, "left", "v", later(1))
        progress.finish(session, late, later(1))
        assert marks.keep(session, late, token, ["left", "left"], (5, 5), "m", later(2)).is_late
        of_bea = regular(session, bea)
        session.add(
            models.Exclusion(assignment_id=of_bea.id, reason="by hand", created_at=later(3))
        )
        of_ben = regular(session, ben)
        assert voting.undo(session, ben, "undo", later(3), token=of_ben.token) == of_ben.token
        view = read.marks_of(session, study.name)
        # Six by each of the two; less what was left out of Bea's and what Ben took back.
        assert [row.number for row in view.marks.grades] == [10, 10]
        assert rated.board(session, study, 9).marks.raters == 2

    def test_of_grades_alone_are_grades_and_gold(self, session):
        study = rated.made(
            session, SittingOptions(repeats=0, practice=(), grades="only", gold=rated.GOLD)
        )
        rated.mark(session, factories.make_rater(session, study))
        view = read.marks_of(session, study.name)
        assert [(row.configuration, row.mean) for row in view.marks.grades] == [
            ("Retrieval", 5.0),
            ("Plain", 2.0),
        ]
        assert [(row.right, row.of) for row in view.gold.raters] == [(1, 1)]
        assert view.marks.criteria == ()

    def test_of_a_sealed_study_show_nothing_before_it_is_closed(self, session):
        study = rated.made(session, is_sealed=True)
        rated.mark(session, factories.make_rater(session, study))
        view = read.marks_of(session, study.name)
        assert (view.is_sealed, view.marks.grades, view.marks.criteria) == (True, (), ())
        opening.close_study(session, study.name, later(5))
        assert len(read.marks_of(session, study.name).marks.grades) == 2

    def test_have_intervals_once_a_worker_has_looked(self, session):
        study = rated.made(session)
        rated.mark(session, factories.make_rater(session, study))
        assert not read.marks_of(session, study.name).is_computed
        rated.board(session, study, 9)
        view = read.marks_of(session, study.name)
        best, worst = view.marks.grades
        assert (best.mean, best.number, best.high) == (5.0, 6, 5.0)
        assert 2.5 < best.low < 5
        assert 1 < worst.low < 2 < worst.high < 4
        kind, right = view.marks.criteria
        assert kind.rows[1].share == 1.0
        assert 0.4 < kind.rows[1].low < 0.9
        assert right.rows[0].low < 0.5 < right.rows[0].high
        said = " ".join(of_grades(view.marks, ENGLISH))
        assert said.startswith("Retrieval has the highest mean grade, 5.0 of 5 (95 % interval ")
        assert "–5.0), by 1 person." in said
        assert "Its grades are higher than those of Plain." in said
        assert "The intervals speak for this one person; from five on" in said
        assert kind.findings == right.findings
        (caution,) = cautions(view.marks, ENGLISH)
        assert "speak for this one person" in caution

    def test_say_that_there_are_too_few_for_an_interval(self, session):
        study = rated.made(session)
        rater = factories.make_rater(session, study)
        dealt = factories.deal(session, rater, later(1), random.Random(1), rated.LEASE, 1)[0]
        voting.cast(session, rater, dealt.token, "left", "k", later(1))
        marks.keep(session, rater, dealt.token, ["left", "equal"], (4, 4), "k", later(1))
        found = rated.board(session, study, 9).marks
        assert [(row.mean, row.low) for row in found.grades] == [(4.0, None)] * 2
        assert found.grade_differences == ()
        view = read.marks_of(session, study.name)
        said = of_grades(view.marks, ENGLISH)
        assert said[0] == "It is too early to say whose mean grade is the highest."
        assert "Too few grades for an interval. It takes five" in said[1]
        assert cautions(view.marks, ENGLISH)[0].startswith("Too few answers for an interval.")

    def test_of_grades_alone_make_a_leaderboard_without_ratings(self, session):
        study = rated.made(session, SittingOptions(repeats=0, practice=(), grades="only"))
        rated.mark(session, factories.make_rater(session, study))
        assert read.latest(session, study.name) is None
        assert studies_to_look_at(session) == {study.id}
        found = rated.board(session, study, 9).marks
        assert [row.configuration for row in found.grades] == ["Retrieval", "Plain"]
        board = read.latest(session, study.name)
        assert (board.votes, board.pending) == (0, 0)
        assert "votes compare better" not in " ".join(of_grades(found, ENGLISH))

    def test_are_looked_at_again_when_they_change(self, session):
        study = rated.made(session)
        ben = factories.make_rater(session, study)
        dealt = factories.deal(session, ben, later(1), random.Random(1), rated.LEASE, 1)[0]
        voting.cast(session, ben, dealt.token, "left", "v", later(1))
        rated.board(session, study, 9)
        marks.keep(session, ben, dealt.token, ["left", "left"], (5, 5), "m", later(2))
        assert studies_to_look_at(session) == {study.id}
        assert rated.board(session, study, 9).marks.grades[0].number == 1
        voting.undo(session, ben, "u", later(3))
        assert studies_to_look_at(session) == {study.id}
        assert rated.board(session, study, 9).marks.grades == ()
        assert not read.marks_of(session, study.name).has_any

    def test_of_grades_alone_follow_undo_and_who_has_seen_results(self, session):
        study = rated.made(session, SittingOptions(repeats=0, practice=(), grades="only"))
        ben = factories.make_rater(session, study)
        rated.mark(session, ben)
        assert rated.board(session, study, 9).marks.grades[0].number == 6
        voting.undo(session, ben, "u", later(3))
        assert studies_to_look_at(session) == {study.id}
        assert rated.board(session, study, 9).marks.grades[0].number == 5
        operator = accounts.ensure_operator(session, later(4))
        link = accounts.make_sign_in_link(session, operator, later(4))
        seen = accounts.sign_in(session, link, later(4)).session_token
        invites.note_sighted(session, ben, seen, (), later(4))
        assert studies_to_look_at(session) == {study.id}
        assert rated.board(session, study, 9).marks.grades == ()

    def test_stay_as_they_were_on_a_leaderboard_from_counts_alone(self, session):
        study = rated.made(session)
        rated.mark(session, factories.make_rater(session, study))
        before = rated.board(session, study, 9).marks
        basis = compute.load(session, study.id, later(9.1), with_cells=False)
        found = compute.compute(basis)
        assert found.marks == before
        assert found.gold.raters[0].of == 1
        assert found.blinding.state == "no_answers"

    def test_are_empty_where_nothing_is_asked(self, session):
        study = rated.made(session, SittingOptions(repeats=0, practice=()))
        assert read.marks_of(session, study.name).is_empty

    @pytest.mark.parametrize(
        ("choice", "right"), [("left_much", 1), ("both_good", 0), ("both_bad", 0), ("right", 0)]
    )
    def test_gold_is_right_where_the_better_text_is_preferred(self, session, choice, right):
        options = SittingOptions(repeats=0, practice=(), gold=rated.GOLD)
        study = rated.made(session, options)
        ben = factories.make_rater(session, study)
        rng = random.Random(1)
        while dealt := factories.deal(session, ben, later(1), rng, rated.LEASE, 1):
            said = choice
            if "bad" in dealt[0].left_turns[0]:
                said = {"left_much": "right", "right": "left"}.get(choice, choice)
            voting.cast(session, ben, dealt[0].token, said, f"k-{dealt[0].token}", later(1))
        assert [(row.right, row.of) for row in read.marks_of(session, study.name).gold.raters] == [
            (right, 1)
        ]
