import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.domain.sitting import GoldTexts, SittingOptions
from service.store import models
from service.usecases import accounts, invites
from service.usecases.blind import dealing, progress, voting
from service.usecases.blind import marks as blind
from service.usecases.sighted.generation import completions
from service.usecases.sighted.results import leaderboards, marks, outcomes, ratings
from service.usecases.sighted.studies import exports, gold_shelves, studies
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
GOLD = (GoldTexts("Which?", "A good text.", "A bad text."),)
OPTIONS = SittingOptions(
    repeats=0, practice=(), criteria=("Kind", "<b>Right</b>"), grades="with_votes", gold=GOLD
)


def rate(session, rater_id, seed=1, minutes=1):
    """Prefer what `Retrieval` says and the better gold, by all that is asked."""
    rng = random.Random(seed)
    while dealt := dealing.deal(session, rater_id, later(minutes), rng, LEASE, 1):
        piece = dealt[0]
        is_left = any(word in piece.left_turns[0] for word in ("Retrieval", "good"))
        lead, grades = ("left", (5, 2)) if is_left else ("right", (2, 5))
        kept = (session, rater_id, piece.token)
        key = f"k-{piece.token}"
        if not blind.wanted(session, rater_id).replaces_vote:
            voting.cast(*kept, lead, key, later(minutes))
            blind.keep(*kept, [lead, "equal"], grades, key, later(minutes))
        else:
            blind.keep(*kept, [], grades, key, later(minutes))


def made(session, options=OPTIONS, **fields):
    noise = factories.make_study(session, "noise", options=OPTIONS.to_stored())
    rate(session, factories.make_rater(session, noise), seed=9)
    study = factories.make_study(session, prompts=6, options=options.to_stored(), **fields)
    gold_shelves.fill(session, session.get_one(models.Study, study.id), options.gold, later(0))
    return study


def computed(session, study):
    """What a worker would put into a leaderboard now."""
    while outcomes.fold(session, study.id):
        pass
    basis = ratings.load(session, study.id, later(9))
    content = ratings.compute(basis)
    ratings.save(session, basis, content, later(9))
    assert json.dumps(content, allow_nan=False)
    return content["marks"]


def studies_to_look_at(session):
    """What the sweeper would ring for, the noise apart."""
    dirty = completions.due(session, later(9)).dirty_studies
    return {
        identity for identity in dirty if session.get_one(models.Study, identity).name != "noise"
    }


def regular(session, rater_id):
    """One of a rater's regular assignments."""
    kind = models.Assignment.kind == "regular"
    return session.scalars(
        select(models.Assignment).where(models.Assignment.rater_id == rater_id, kind).limit(1)
    ).one()


class TestExport:
    def test_holds_grades_and_leads_of_what_each_text_got(self, session):
        study = made(session)
        rate(session, factories.make_rater(session, study))
        outcomes.fold(session, study.id)
        found = exports.of_study(session, study.name)
        assert len(found) == 6
        for one in found:
            is_first = one.first_name == "Retrieval"
            assert one.grades == ((5.0, 2.0) if is_first else (2.0, 5.0))
            assert one.leads == {"Kind": 1.0 if is_first else -1.0, "<b>Right</b>": 0.0}


class TestCautions:
    def test_are_said_once_where_they_hold_for_all_criteria(self):
        assert marks.cautions([("Kind", ["Few."]), ("Right", ["Few."])]) == ["Few."]
        assert marks.cautions([]) == []

    def test_name_the_criterion_where_they_differ(self):
        assert marks.cautions([("Kind", ["Few."]), ("Right", [])]) == ["Kind: Few."]


class TestOfStudy:
    def test_unblinds_whatever_the_sides_were(self, session):
        study = made(session)
        rate(session, factories.make_rater(session, study))
        sides = set(session.scalars(select(models.Assignment.sides)))
        assert sides == {True, False}
        view = marks.of_study(session, study.name)
        assert [(row.configuration, row.mean, row.number) for row in view.grades] == [
            ("Retrieval", 5.0, 6),
            ("Plain", 2.0, 6),
        ]
        assert view.grades[0].counts == (0, 0, 0, 0, 6)
        kind, right = view.criteria
        assert [(row.ahead, row.equal, row.behind) for row in kind.rows] == [(0, 0, 6), (6, 0, 0)]
        assert [(row.ahead, row.equal, row.behind) for row in right.rows] == [(0, 6, 0)] * 2
        assert [(row.right, row.of) for row in view.gold] == [(1, 1)]

    def test_counts_what_votes_count(self, session):
        study = made(session, votes_per_matchup=4)
        ben, bea, sighted, late = (
            factories.make_rater(session, study, name) for name in ("Ben", "Bea", "Sy", "Lou")
        )
        rate(session, ben)
        rate(session, bea, seed=2)
        rate(session, sighted, seed=3)
        session.execute(
            update(models.Rater).where(models.Rater.id == sighted).values(is_sighted=True)
        )
        token = dealing.deal(session, late, later(1), random.Random(4), LEASE, 1)[0].token
        voting.cast(session, late, token, "left", "v", later(1))
        progress.finish(session, late, later(1))
        assert blind.keep(session, late, token, ["left", "left"], (5, 5), "m", later(2)).is_late
        of_bea = regular(session, bea)
        session.add(
            models.Exclusion(assignment_id=of_bea.id, reason="by hand", created_at=later(3))
        )
        of_ben = regular(session, ben)
        assert voting.undo(session, ben, "undo", later(3), token=of_ben.token) == of_ben.token
        view = marks.of_study(session, study.name)
        # Six by each of the two; less what was left out of Bea's and what Ben took back.
        assert [row.number for row in view.grades] == [10, 10]
        assert computed(session, study)["raters"] == 2

    def test_of_grades_alone_are_grades_and_gold(self, session):
        study = made(session, SittingOptions(repeats=0, practice=(), grades="only", gold=GOLD))
        rate(session, factories.make_rater(session, study))
        view = marks.of_study(session, study.name)
        assert [(row.configuration, row.mean) for row in view.grades] == [
            ("Retrieval", 5.0),
            ("Plain", 2.0),
        ]
        assert [(row.right, row.of) for row in view.gold] == [(1, 1)]
        assert view.criteria == ()

    def test_of_a_sealed_study_show_nothing_before_it_is_closed(self, session):
        study = made(session, is_sealed=True)
        rate(session, factories.make_rater(session, study))
        view = marks.of_study(session, study.name)
        assert (view.is_sealed, view.grades, view.criteria) == (True, (), ())
        studies.close_study(session, study.name, later(5))
        assert len(marks.of_study(session, study.name).grades) == 2

    def test_have_intervals_once_a_worker_has_looked(self, session):
        study = made(session)
        rate(session, factories.make_rater(session, study))
        assert marks.of_study(session, study.name).sentences is None
        computed(session, study)
        view = marks.of_study(session, study.name)
        best, worst = view.grades
        assert (best.mean, best.number, best.high) == (5.0, 6, 5.0)
        assert 2.5 < best.low < 5
        assert 1 < worst.low < 2 < worst.high < 4
        kind, right = view.criteria
        assert kind.rows[1].share == 1.0
        assert 0.4 < kind.rows[1].low < 0.9
        assert right.rows[0].low < 0.5 < right.rows[0].high
        said = " ".join(view.sentences)
        assert said.startswith("Retrieval has the highest mean grade, 5.0 of 5 (95 % interval ")
        assert "–5.0), by 1 person." in said
        assert "Its grades are higher than those of Plain." in said
        assert "The intervals speak for this one person; from five on" in said
        assert kind.sentences == right.sentences
        assert "speak for this one person" in kind.sentences[0]

    def test_say_that_there_are_too_few_for_an_interval(self, session):
        study = made(session)
        rater = factories.make_rater(session, study)
        dealt = dealing.deal(session, rater, later(1), random.Random(1), LEASE, 1)[0]
        voting.cast(session, rater, dealt.token, "left", "k", later(1))
        blind.keep(session, rater, dealt.token, ["left", "equal"], (4, 4), "k", later(1))
        found = computed(session, study)
        assert [(row["mean"], row["low"]) for row in found["grades"]] == [(4.0, None)] * 2
        assert found["grade_differences"] == []
        view = marks.of_study(session, study.name)
        assert view.sentences[0] == "It is too early to say whose mean grade is the highest."
        assert "Too few grades for an interval. It takes five" in view.sentences[1]
        assert view.criteria[0].sentences[0].startswith("Too few answers for an interval.")

    def test_of_grades_alone_make_a_leaderboard_without_ratings(self, session):
        study = made(session, SittingOptions(repeats=0, practice=(), grades="only"))
        rate(session, factories.make_rater(session, study))
        assert leaderboards.latest(session, study.name) is None
        assert studies_to_look_at(session) == {study.id}
        found = computed(session, study)
        assert [row["configuration"] for row in found["grades"]] == ["Retrieval", "Plain"]
        board = leaderboards.latest(session, study.name)
        assert (board.votes, board.pending) == (0, 0)
        assert "votes compare better" not in " ".join(found["sentences"])

    def test_are_looked_at_again_when_they_change(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        dealt = dealing.deal(session, ben, later(1), random.Random(1), LEASE, 1)[0]
        voting.cast(session, ben, dealt.token, "left", "v", later(1))
        computed(session, study)
        blind.keep(session, ben, dealt.token, ["left", "left"], (5, 5), "m", later(2))
        assert studies_to_look_at(session) == {study.id}
        assert computed(session, study)["grades"][0]["number"] == 1
        voting.undo(session, ben, "u", later(3))
        assert studies_to_look_at(session) == {study.id}
        assert computed(session, study)["grades"] == []
        assert not marks.of_study(session, study.name).has_any

    def test_of_grades_alone_follow_undo_and_who_has_seen_results(self, session):
        study = made(session, SittingOptions(repeats=0, practice=(), grades="only"))
        ben = factories.make_rater(session, study)
        rate(session, ben)
        assert computed(session, study)["grades"][0]["number"] == 6
        voting.undo(session, ben, "u", later(3))
        assert studies_to_look_at(session) == {study.id}
        assert computed(session, study)["grades"][0]["number"] == 5
        operator = accounts.ensure_operator(session, later(4))
        link = accounts.make_sign_in_link(session, operator, later(4))
        seen = accounts.sign_in(session, link, later(4)).session_token
        invites.note_sighted(session, ben, seen, later(4))
        assert studies_to_look_at(session) == {study.id}
        assert computed(session, study)["grades"] == []

    def test_stay_as_they_were_on_a_leaderboard_from_counts_alone(self, session):
        study = made(session)
        rate(session, factories.make_rater(session, study))
        before = computed(session, study)
        basis = ratings.load(session, study.id, later(9.1), with_cells=False)
        content = ratings.compute(basis)
        assert content["marks"] == before
        assert content["gold"]["raters"][0]["of"] == 1
        assert content["blinding"]["state"] == "no_answers"

    def test_are_empty_where_nothing_is_asked(self, session):
        study = made(session, SittingOptions(repeats=0, practice=()))
        assert marks.of_study(session, study.name).is_empty

    @pytest.mark.parametrize(
        ("choice", "right"), [("left_much", 1), ("both_good", 0), ("both_bad", 0), ("right", 0)]
    )
    def test_gold_is_right_where_the_better_text_is_preferred(self, session, choice, right):
        options = SittingOptions(repeats=0, practice=(), gold=GOLD)
        study = made(session, options)
        ben = factories.make_rater(session, study)
        rng = random.Random(1)
        while dealt := dealing.deal(session, ben, later(1), rng, LEASE, 1):
            said = choice
            if "bad" in dealt[0].left_turns[0]:
                said = {"left_much": "right", "right": "left"}.get(choice, choice)
            voting.cast(session, ben, dealt[0].token, said, f"k-{dealt[0].token}", later(1))
        assert [(row.right, row.of) for row in marks.of_study(session, study.name).gold] == [
            (right, 1)
        ]
