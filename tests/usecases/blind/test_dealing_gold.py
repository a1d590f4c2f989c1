import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.domain.sitting import GoldTexts, SittingOptions
from service.errors import Invalid
from service.store import models
from service.usecases.blind import flags, places, progress, voting
from service.usecases.sighted.studies import invariants, overviews, shelving
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
TEXTS = tuple(GoldTexts(f"Gold {n}?", f"A good text {n}.", f"A **bad** text {n}.") for n in (1, 2))


@pytest.fixture
def study(session):
    return make(session)


def make(session, prompts=20, texts=TEXTS, **fields):
    options = SittingOptions(repeats=0, practice=(), gold=texts)
    study = factories.make_study(session, prompts=prompts, options=options.to_stored(), **fields)
    row = session.get_one(models.Study, study.id)
    shelving.fill(session, row, texts, later(0))
    return study


def deal(session, rater_id, rng, ahead=1):
    return factories.deal(session, rater_id, later(1), rng, LEASE, ahead)


def rate_all(session, rater_id, seed=3):
    """Vote on everything there is; return the kinds in their order and what progress said."""
    rng = random.Random(seed)
    told = []
    while dealt := deal(session, rater_id, rng):
        standing = progress.progress(session, rater_id)
        told.append((standing.done, standing.total))
        voting.cast(session, rater_id, dealt[0].token, "left", f"k-{dealt[0].token}", later(2))
    rows = session.scalars(
        select(models.Assignment)
        .where(models.Assignment.rater_id == rater_id)
        .order_by(models.Assignment.id)
    )
    return [row.kind for row in rows], told


class TestDeal:
    def test_one_comes_in_each_block_of_regular_ones(self, session, study):
        kinds, _ = rate_all(session, factories.make_rater(session, study))
        assert Counter(kinds) == {"regular": 20, "gold": 2}
        first, second = (place for place, kind in enumerate(kinds) if kind == "gold")
        assert 1 <= first <= 8 < second <= 17

    def test_progress_counts_on_as_if_nothing_were(self, session, study):
        _, told = rate_all(session, factories.make_rater(session, study))
        assert told == [(done, 22) for done in range(22)]

    def test_places_differ_from_rater_to_rater(self, session):
        study = make(session, prompts=8, votes_per_matchup=30)
        places = set()
        for seed in range(6):
            kinds, _ = rate_all(session, factories.make_rater(session, study, f"r{seed}"), seed)
            places.add(kinds.index("gold"))
        assert len(places) >= 3

    def test_nobody_gets_one_twice_nor_before_anything_else(self, session):
        study = make(session, prompts=2, texts=TEXTS[:1])
        ben = factories.make_rater(session, study)
        kinds, _ = rate_all(session, ben)
        assert kinds.count("gold") == 1
        assert deal(session, ben, random.Random(1)) == ()
        bea = factories.make_rater(session, study, "Bea")  # the places are taken
        assert [deal(session, bea, random.Random(seed)) for seed in range(9)] == [()] * 9

    def test_looking_again_and_again_brings_none(self, session, study):
        ben = factories.make_rater(session, study)
        first = deal(session, ben, random.Random(0), 2)
        number = len(session.scalars(select(models.Assignment)).all())
        for seed in range(20):
            assert deal(session, ben, random.Random(seed), 2) == first
        assert len(session.scalars(select(models.Assignment)).all()) == number

    def test_takes_no_place_and_enters_no_count(self, session, study):
        ben = factories.make_rater(session, study)
        rate_all(session, ben)
        assert sum(session.scalars(select(models.Prompt.places_open))) == 0
        view = overviews.study(session, study.name)
        assert (view.votes, view.prompts, len(view.configurations)) == (20, 20, 2)
        assert [one for one in invariants.check(session, later(5)) if one.broken] == []
        assert [each.name for each in overviews.every(session)] == [study.name]

    def test_looks_like_all_others(self, session, study):
        rng = random.Random(3)
        ben = factories.make_rater(session, study)
        shown = {}
        while dealt := deal(session, ben, rng):
            shown[dealt[0].prompt_turns[0]] = dealt[0]
            voting.cast(session, ben, dealt[0].token, "left", f"k-{dealt[0].token}", later(2))
        gold = [piece for prompt, piece in shown.items() if "Gold" in prompt]
        assert len(gold) == 2
        for piece in shown.values():
            assert len(piece.token) == 22
            assert not piece.is_practice
        texts = {gold[0].left_turns[0], gold[0].right_turns[0]}
        assert any("<strong>bad</strong>" in text for text in texts)

    def test_that_lapsed_is_opened_anew_as_any_other_is(self, session):
        """Else what never comes back would be known to have been gold."""
        study = make(session, prompts=1, texts=TEXTS[:1])
        ben, rng = factories.make_rater(session, study), random.Random(3)
        dealt = {piece.token for piece in deal(session, ben, rng, 2)}
        assert len(dealt) == 2
        row = session.get_one(models.Study, study.id)
        assert places.free_expired(session, row, later(60)) == 2
        again = factories.deal(session, ben, later(61), rng, LEASE, 2)
        assert {piece.token for piece in again} == dealt
        session.expire_all()
        rows = session.scalars(select(models.Assignment)).all()
        assert [one.state for one in rows] == ["dealt", "dealt"]
        assert {one.kind for one in rows} == {"regular", "gold"}

    def test_may_be_skipped_flagged_and_left_until_its_lease_ends(self, session, study):
        ben = factories.make_rater(session, study)
        rng = random.Random(3)
        while True:
            token = deal(session, ben, rng)[0].token
            row = session.scalars(
                select(models.Assignment).where(models.Assignment.token == token)
            ).one()
            if row.kind == "gold":
                break
            voting.cast(session, ben, token, "left", f"k-{token}", later(2))
        flags.flag(session, ben, token, "other", "odd", later(2))
        voting.skip(session, ben, token, "s", later(2))
        assert row.state == "skipped"
        voting.cast(session, ben, token, "left", "late", later(3))
        assert row.state == "voted"
        assert [one for one in invariants.check(session, later(5)) if one.broken] == []

    @pytest.mark.parametrize("kind", ["regular", "gold"])
    def test_that_is_withdrawn_comes_to_nobody_of_whatever_kind_it_is(self, session, kind):
        """Else whoever flags with two browsers learns what is gold: it comes all the same."""
        options = {"withdraws_flagged": True, "flags_to_withdraw": 2}
        study = make(session, prompts=9, texts=TEXTS[:1], votes_per_matchup=3)
        row = session.get_one(models.Study, study.id)
        row.options = {**row.options, **options}
        session.flush()
        for number in range(2):
            rater = factories.make_rater(session, study, f"R{number}")
            rate_all(session, rater)
            of_kind = (
                select(models.Assignment.token)
                .where(models.Assignment.rater_id == rater, models.Assignment.kind == kind)
                .order_by(models.Assignment.prompt_id)
            )
            token = session.scalars(of_kind).first()
            flags.flag(session, rater, token, "other", "", later(3), f"f{number}")
        nora = factories.make_rater(session, study, "Nora")
        before = progress.progress(session, nora).total
        kinds, told = rate_all(session, nora)
        assert kinds.count(kind) == {"regular": 8, "gold": 0}[kind]
        assert [told[0][1], before, len(kinds)] == [len(kinds)] * 3
        assert [one for one in invariants.check(session, later(5)) if one.broken] == []


class TestFill:
    def test_anew_replaces_what_was_there(self, session, study):
        row = session.get_one(models.Study, study.id)
        for texts in (TEXTS[:1], TEXTS, (), TEXTS):
            shelving.fill(session, row, texts, later(0))
            assert len(session.scalars(select(models.Gold)).all()) == len(texts)

    @pytest.mark.parametrize(
        ("better", "worse"), [("*So* it is.", "_So_ it is."), ("A  line.\u200b", "A line.\n")]
    )
    def test_refuses_two_texts_that_are_shown_alike(self, session, study, better, worse):
        row = session.get_one(models.Study, study.id)
        with pytest.raises(Invalid, match=r"^Gold matchup 2 has two texts that raters see alike"):
            shelving.fill(session, row, (TEXTS[0], GoldTexts("Which?", better, worse)), later(0))

    def test_two_may_share_a_prompt(self, session):
        shared = (GoldTexts("Which?", "good", "bad"), GoldTexts("Which?", "fine", "poor"))
        make(session, texts=shared)
        rows = session.scalars(select(models.Gold)).all()
        assert len({row.prompt_id for row in rows}) == 1
        assert len({row.better_completion_id for row in rows}) == 2
