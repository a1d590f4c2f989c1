import pytest
from sqlalchemy import delete, select

from service.store import leaderboards, models
from service.usecases.sighted.results import compute, decisions, verify
from service.usecases.sighted.results.decisions import (
    DecisionInvalid,
    NothingToDecideOn,
    ReasonMissing,
)
from service.usecases.sighted.results.read import StudySealed, UnknownLeaderboard
from service.usecases.sighted.results.verify import Check
from tests import boards, factories
from tests.factories import later
from tests.usecases.sighted.results import rated

OPEN, DECIDED = boards.board(), boards.pair()


def ranked(session, board=OPEN, **fields):
    factories.make_study(session, "noise")
    study = factories.make_study(session, **fields)
    boards.keep(session, study.id, board)
    session.flush()
    return study


def decide(session, study, chosen="retrieval", because="", who="Ada and Ben", number=None):
    return decisions.decide(session, study.name, number, chosen, who, because, "operator", later(5))


def newest(session, study):
    return leaderboards.latest(session, study.id)


class TestDecide:
    def test_records_who_decided_what_when_on_which_leaderboard(self, session):
        study = ranked(session, DECIDED)
        made = decide(session, study)
        assert made == decisions.of_study(session, study.name)[0]
        assert (made.chosen, made.decided_by, made.recorded_by) == (
            "retrieval",
            "Ada and Ben",
            "operator",
        )
        assert made.created_at == later(5)
        assert made.leaderboard_id == newest(session, study).id
        assert not made.is_against
        assert made.said[0].startswith("retrieval is preferred to fine-tune.")
        assert decisions.of_study(session, "noise") == []

    def test_needs_a_reason_against_what_the_card_says(self, session):
        study = ranked(session, DECIDED)
        for chosen in ("fine-tune", None):
            with pytest.raises(ReasonMissing, match="Say why"):
                decide(session, study, chosen, because="  ")
            made = decide(session, study, chosen, because="It costs a sixth.")
            assert made.is_against
            assert made.reason == "It costs a sixth."

    def test_needs_a_reason_where_the_card_says_nothing_is_decided(self, session):
        study = ranked(session, OPEN)
        with pytest.raises(ReasonMissing):
            decide(session, study)
        assert decide(session, study, because="The contract ends.").is_against

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"chosen": "nobody"}, "Choose one of these: retrieval and fine-tune"),
            ({"who": "  "}, "Say who decides"),
            ({"who": "x" * 81}, "80 characters"),
            ({"who": "a\x1b[2J"}, "cannot be shown"),
            ({"because": "x" * 2001}, "2000 characters"),
        ],
    )
    def test_says_what_cannot_be_taken(self, session, given, said):
        study = ranked(session, DECIDED)
        with pytest.raises(DecisionInvalid, match=said):
            decide(session, study, **given)
        assert decisions.of_study(session, study.name) == []

    def test_is_on_the_leaderboard_that_was_looked_at(self, session):
        study = ranked(session, DECIDED)
        first = newest(session, study).id
        boards.keep(session, study.id, OPEN)
        session.flush()
        assert decide(session, study, number=first).leaderboard_id == first
        with pytest.raises(ReasonMissing):
            decide(session, study)

    def test_takes_no_leaderboard_of_another_study(self, session):
        study, other = ranked(session, DECIDED), factories.make_study(session, "other")
        boards.keep(session, other.id, DECIDED)
        session.flush()
        with pytest.raises(UnknownLeaderboard, match="not kept any more"):
            decide(session, study, number=newest(session, other).id)

    def test_waits_for_a_leaderboard(self, session):
        study = factories.make_study(session)
        with pytest.raises(NothingToDecideOn):
            decide(session, study)

    def test_shows_and_takes_nothing_while_sealed(self, session):
        study = ranked(session, DECIDED, is_sealed=True)
        for act in (
            lambda: decide(session, study),
            lambda: decisions.of_study(session, study.name),
        ):
            with pytest.raises(StudySealed):
                act()

    def test_pressed_twice_is_one_and_a_later_one_stands_first(self, session):
        study = ranked(session, DECIDED)
        assert decide(session, study) == decide(session, study)
        decide(session, study, "fine-tune", because="Cheaper.")
        found = decisions.of_study(session, study.name)
        assert [one.chosen for one in found] == ["fine-tune", "retrieval"]


class TestKeeping:
    def test_keeps_what_was_decided_on_for_good_and_sweeps_the_rest(self, session):
        study = factories.make_study(session, prompts=5)
        rated.vote(session, study)
        rated.board(session, study)
        made = decide(session, study, "Retrieval", because="Why not.")
        basis = compute.load(session, study.id, later(3))
        board = compute.compute(basis)
        for count in range(leaderboards.KEPT + 3):
            compute.save(session, basis, board, later(4 + count))
        kept = session.scalars(
            select(models.Leaderboard.id).where(models.Leaderboard.study_id == study.id)
        ).all()
        assert made.leaderboard_id in kept
        assert len(kept) == leaderboards.KEPT + 2  # and the last one of its day

    def test_keeps_the_last_one_of_a_day_for_some_days(self, session):
        study = factories.make_study(session, prompts=5)
        rated.vote(session, study)
        basis = compute.load(session, study.id, later(3))
        board = compute.compute(basis)
        minutes = [day * 1440 + at for day in range(4) for at in range(20)]
        for at in minutes:
            compute.save(session, basis, board, later(4 + at))
        times = session.scalars(
            select(models.Leaderboard.created_at)
            .where(models.Leaderboard.study_id == study.id)
            .order_by(models.Leaderboard.id)
        ).all()
        assert times[:2] == [later(4 + 19), later(4 + 1440 + 9)]
        assert len(times) == leaderboards.KEPT + 2

    def test_can_be_verified_after_a_configuration_was_retired_and_votes_left_out(self, session):
        study = factories.make_study(session, prompts=5, configurations=["Plain", "Retrieval", "C"])
        rated.vote(session, study)
        rated.board(session, study)
        made = decide(session, study, "Retrieval", because="Why not.")
        row = session.get_one(models.Configuration, study.configurations["Plain"])
        row.retired_at = later(6)
        session.flush()
        rated.board(session, study, at=7)
        assert newest(session, study).id != made.leaderboard_id
        assert verify.verify_decision(session, made) is Check.FOLLOWS

    def test_tells_when_the_leaderboard_was_changed_after(self, session):
        study = factories.make_study(session, prompts=5)
        rated.vote(session, study)
        rated.board(session, study)
        made = decide(session, study, "Retrieval", because="Why not.")
        row = newest(session, study)
        row.content = {**row.content, "prompts": 99}
        session.flush()
        assert verify.verify_decision(session, made) is Check.DIFFERS

    def test_the_database_refuses_to_lose_it(self, session):
        study = ranked(session, DECIDED)
        made = decide(session, study)
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            session.execute(
                delete(models.Leaderboard).where(models.Leaderboard.id == made.leaderboard_id)
            )
