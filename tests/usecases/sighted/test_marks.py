import random
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.domain.sitting import GoldTexts, SittingOptions
from service.store import models
from service.usecases.blind import assignments, votes
from service.usecases.blind import marks as blind
from service.usecases.sighted import exports, gold_shelves, marks, outcomes, studies
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
    while dealt := assignments.deal(session, rater_id, later(minutes), rng, LEASE, 1):
        piece = dealt[0]
        is_left = any(word in piece.left_turns[0] for word in ("Retrieval", "good"))
        lead, grades = ("left", (5, 2)) if is_left else ("right", (2, 5))
        kept = (session, rater_id, piece.token)
        key = f"k-{piece.token}"
        if not blind.wanted(session, rater_id).replaces_vote:
            votes.cast(*kept, lead, key, later(minutes))
            blind.keep(*kept, [lead, "equal"], grades, key, later(minutes))
        else:
            blind.keep(*kept, [], grades, key, later(minutes))


def made(session, options=OPTIONS, **fields):
    noise = factories.make_study(session, "noise", options=OPTIONS.to_stored())
    rate(session, factories.make_rater(session, noise), seed=9)
    study = factories.make_study(session, prompts=6, options=options.to_stored(), **fields)
    gold_shelves.fill(session, session.get_one(models.Study, study.id), options.gold, later(0))
    return study


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


class TestOfStudy:
    def test_unblinds_whatever_the_sides_were(self, session):
        study = made(session)
        rate(session, factories.make_rater(session, study))
        sides = set(session.scalars(select(models.Assignment.first_is_left)))
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
        assert (view.raters, [(row.right, row.of) for row in view.gold]) == (1, [(1, 1)])

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
        token = assignments.deal(session, late, later(1), random.Random(4), LEASE, 1)[0].token
        votes.cast(session, late, token, "left", "v", later(1))
        votes.finish(session, late, later(1))
        assert blind.keep(session, late, token, ["left", "left"], (5, 5), "m", later(2)).is_late
        of_bea = regular(session, bea)
        session.add(
            models.Exclusion(assignment_id=of_bea.id, reason="by hand", created_at=later(3))
        )
        of_ben = regular(session, ben)
        assert blind.undo(session, ben, "undo", later(3), token=of_ben.token) == of_ben.token
        view = marks.of_study(session, study.name)
        # Six by each of the two; less what was left out of Bea's and what Ben took back.
        assert [row.number for row in view.grades] == [10, 10]
        assert view.raters == 2

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
        assert (view.is_sealed, view.grades, view.criteria, view.raters) == (True, (), (), 0)
        studies.close_study(session, study.name, later(5))
        assert len(marks.of_study(session, study.name).grades) == 2

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
        while dealt := assignments.deal(session, ben, later(1), rng, LEASE, 1):
            said = choice
            if "bad" in dealt[0].left_turns[0]:
                said = {"left_much": "right", "right": "left"}.get(choice, choice)
            votes.cast(session, ben, dealt[0].token, said, f"k-{dealt[0].token}", later(1))
        assert [(row.right, row.of) for row in marks.of_study(session, study.name).gold] == [
            (right, 1)
        ]
