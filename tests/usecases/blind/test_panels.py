"""Panels as they are dealt: drawn once, first to all, and like everything that comes after."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.domain.budget import Cap
from service.domain.sitting import GoldTexts, SittingOptions
from service.store import models, tallies
from service.usecases.blind import progress, voting
from service.usecases.sighted.judges import making, pools
from service.usecases.sighted.results import fold
from service.usecases.sighted.studies import shelving
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
THREE = ("A", "B", "C")


GOLD = (GoldTexts("G?", "good", "bad"),)


def study_of(session, *, holds=False, prompts=8, gold=(), **fields):
    options = SittingOptions(norming=5, norming_holds=holds, repeats=0, practice=(), gold=gold)
    fields = {"configurations": THREE, "votes_per_matchup": 2, **fields}
    options = {**options.to_stored(), **fields.pop("options", {})}
    made = factories.make_study(session, prompts=prompts, options=options, **fields)
    shelving.fill(session, session.get_one(models.Study, made.id), gold, later(0))
    return made


def sit(session, rater_id, most=60, *, deck=5, seed=1, choice="left"):
    """Judge up to so many; return the assignments in the order in which they came."""
    rng, came = random.Random(seed), []
    for minute in range(most):
        dealt = factories.deal(session, rater_id, later(minute), rng, LEASE, deck)
        if not dealt:
            break
        token = dealt[0].token
        voting.cast(session, rater_id, token, choice, f"k-{token}", later(minute))
        came.append(session.query(models.Assignment).filter_by(token=token).one())
    return came


def matchups(came, kind="norming"):
    return [
        (one.prompt_id, one.first_configuration_id, one.second_configuration_id)
        for one in came
        if one.kind == kind
    ]


def panel(session):
    return session.scalars(select(models.NormingPanel)).one_or_none()


class TestDealing:
    def test_gives_all_raters_the_same_five_first_each_in_an_order_of_their_own(self, session):
        study = study_of(session)
        came = [
            sit(session, factories.make_rater(session, study, name), 24, seed=seed)
            for seed, name in enumerate(("Ada", "Ben", "Cleo"))
        ]
        assert all([one.kind for one in of][:5] == ["norming"] * 5 for of in came)
        assert all("norming" not in [one.kind for one in of][5:] for of in came)
        drawn = [matchups(of) for of in came]
        assert len({frozenset(of) for of in drawn}) == 1
        assert len({tuple(of) for of in drawn}) == 3
        assert len({key for key, *_ in drawn[0]}) == 5  # a prompt once while there are others

    def test_deals_none_of_them_in_another_way_and_wants_no_votes_for_them(self, session):
        study = study_of(session)
        wanted = 8 * 3 * 2
        came = []
        for seed, name in enumerate(("Ada", "Ben", "Cleo")):
            came += sit(session, factories.make_rater(session, study, name), seed=seed)
        regular = Counter(matchups(came, "regular"))
        assert not regular.keys() & set(matchups(came))
        assert sum(regular.values()) == wanted - 5 * 2
        open_ = session.scalars(select(models.Prompt.places_open))
        assert sum(open_) == 0

    def test_draws_sides_for_each_rater(self, session):
        study = study_of(session)
        stood = set()
        for seed in range(6):
            came = sit(session, factories.make_rater(session, study, f"R{seed}"), 5, seed=seed)
            stood.add(tuple(sorted((one.prompt_id, one.sides) for one in came)))
        assert len(stood) > 3

    def test_counts_steadily_whatever_comes(self, session):
        study = study_of(session, gold=GOLD, options={"repeats": 0.1})
        ada = factories.make_rater(session, study)
        totals = []
        for minute in range(40):
            told = progress.progress(session, ada)
            totals.append((told.done, told.total))
            if not sit(session, ada, 1, seed=minute):
                break
        done = [done for done, _ in totals]
        assert done == list(range(len(done)))
        assert len({total for _, total in totals}) == 1, totals

    def test_lays_what_lapsed_before_its_rater_again(self, session):
        study = study_of(session)
        ada, ben = (factories.make_rater(session, study, name) for name in ("Ada", "Ben"))
        rng = random.Random(3)
        first = factories.deal(session, ada, later(0), rng, LEASE, 5)
        for row in session.query(models.Assignment).filter_by(rater_id=ada):
            row.state, row.ended_at = "expired", later(40)
        session.flush()
        sit(session, ben, 6)
        again = factories.deal(session, ada, later(50), rng, LEASE, 5)
        assert {one.token for one in again} == {one.token for one in first}
        assert session.query(models.Assignment).filter_by(rater_id=ada).count() == 5

    def test_leaves_out_what_was_withdrawn_replaced_or_retired_since(self, session):
        study = study_of(session)
        (item, *_) = came = sit(session, factories.make_rater(session, study), 5)
        session.add(
            models.Flag(
                assignment_id=item.id,
                kind="broken",
                note="",
                withdraws=True,
                created_at=later(9),
            )
        )
        session.get_one(models.Completion, came[1].first_completion_id).state = "replaced"
        session.flush()
        found = matchups(sit(session, factories.make_rater(session, study, "Ben"), 9))
        assert set(found) == set(matchups(came[2:]))

    def test_gives_nobody_what_they_suggested(self, session):
        study = study_of(session)
        (one, *_) = came = sit(session, factories.make_rater(session, study), 5)
        ben = factories.make_rater(session, study, "Ben")
        suggested = {"study_id": study.id, "client_key": "k", "text": "?", "sound": ""}
        session.add(
            models.Submission(
                rater_id=ben,
                prompt_id=one.prompt_id,
                state="accepted",
                decided_by="ada",
                created_at=later(0),
                **suggested,
            )
        )
        session.flush()
        assert set(matchups(sit(session, ben, 9))) == set(matchups(came)) - set(matchups([one]))

    def test_repeats_what_the_panel_asked_as_all_else(self, session):
        study = study_of(session, prompts=12, options={"repeats": 0.5})
        came = sit(session, factories.make_rater(session, study), 70)
        repeated = set(matchups(came, "repeat"))
        assert repeated & set(matchups(came))
        assert repeated & set(matchups(came, "regular"))


class TestHolding:
    def test_deals_no_more_until_somebody_lets_it_go_on(self, session):
        study = study_of(session, holds=True)
        ada = factories.make_rater(session, study)
        assert progress.progress(session, ada).total == 5
        assert len(sit(session, ada)) == 5
        told = progress.progress(session, ada)
        assert (told.done, told.total, told.is_waiting, told.is_over) == (5, 5, True, False)
        panel(session).released_at = later(90)
        session.flush()
        assert len(sit(session, ada, 9)) == 9

    def test_lets_take_back_and_judge_anew_what_was_judged(self, session):
        study = study_of(session, holds=True)
        ada = factories.make_rater(session, study)
        sit(session, ada)
        token = voting.undo(session, ada, "undo", later(70))
        dealt = factories.deal(session, ada, later(71), random.Random(1), LEASE, 5)
        assert [one.token for one in dealt] == [token]

    def test_brings_the_gold_that_goes_with_it(self, session):
        study = study_of(session, holds=True, gold=GOLD)
        ada = factories.make_rater(session, study)
        assert progress.progress(session, ada).total == 6
        assert Counter(one.kind for one in sit(session, ada)) == {"norming": 5, "gold": 1}
        assert progress.progress(session, ada).total == 6


class TestDrawing:
    def test_waits_for_every_answer_or_for_somebody_who_says_not_to(self, session):
        study = study_of(session)
        last = session.query(models.Completion).filter_by(study_id=study.id).first()
        last.state = "pending"
        session.flush()
        ada = factories.make_rater(session, study)
        assert progress.progress(session, ada).is_waiting
        assert (sit(session, ada), panel(session)) == ([], None)
        session.add(models.NormingPanel(study_id=study.id, released_by=""))
        session.flush()
        came = sit(session, ada, 7)
        assert Counter(one.kind for one in came) == {"norming": 5, "regular": 2}
        assert last.prompt_id not in {key for key, *_ in matchups(came)}

    def test_is_left_where_too_few_matchups_are_there(self, session):
        study = study_of(session, prompts=3, votes_per_matchup=1)
        ada = factories.make_rater(session, study)
        assert {one.kind for one in sit(session, ada)} == {"regular"}
        assert panel(session).size == 0

    def test_waits_for_the_first_prompt(self, session):
        study = study_of(session, prompts=0)
        ada = factories.make_rater(session, study)
        assert (sit(session, ada), panel(session)) == ([], None)

    def test_is_the_same_for_ever(self, session):
        study = study_of(session)
        sit(session, factories.make_rater(session, study), 5)
        before = {one.id for one in session.scalars(select(models.NormingMatchup))}
        sit(session, factories.make_rater(session, study, "Ben"), 30)
        assert {one.id for one in session.scalars(select(models.NormingMatchup))} == before
        assert len(before) == panel(session).size == 5

    @pytest.mark.parametrize("choice", ["left", "both_bad"])
    def test_no_vote_of_it_counts(self, session, choice):
        study = study_of(session, holds=True)
        sit(session, factories.make_rater(session, study), choice=choice)
        while fold.fold(session, study.id):
            pass
        assert session.query(models.Tallied).count() == 0
        assert tallies.dirty_count(session, study.id) == 0


class TestJudges:
    def test_draw_no_audit_from_what_no_vote_counts_on(self, session):
        study = study_of(session, holds=True)
        sit(session, factories.make_rater(session, study))
        told = making.JudgeTold("Kindness", "offline/lead", rubric="Be kind.")
        making.create(session, study.name, "tone", told, Cap(usd=1), "ada", later(0))
        drawn = pools.draw_audit(session, study.name, "tone", 24, later(1), random.Random(1))
        assert drawn.added == 24 - 5
