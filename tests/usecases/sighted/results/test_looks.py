import random

from sqlalchemy import select

from service.domain.sitting import SittingOptions
from service.domain.trust import OK
from service.store import models, tallies
from service.usecases.blind import reasons, voting
from service.usecases.sighted.results import compute, fold, looks
from service.usecases.sighted.studies import exclusions
from tests import factories
from tests.factories import later
from tests.usecases.sighted.results import planted, rated
from tests.usecases.sighted.results.rated import LEASE


def judged(session, **fields):
    """Let two people rate with a fixed taste, the first with a reason each time."""
    factories.make_study(session, "noise")
    study = factories.make_study(
        session,
        prompts=12,
        votes_per_matchup=2,
        text=lambda name, at: f"{name} " * (at + 2),
        **fields,
    )
    ids = [rated.vote(session, study, name) for name in ("Ben", "Cleo")]
    of_ben = session.scalars(
        select(models.Assignment).where(models.Assignment.rater_id == ids[0])
    ).all()
    for at, assignment in enumerate(of_ben):
        reasons.add(session, ids[0], assignment.token, ["clear"], "It cites", f"why{at}", later(1))
    while fold.fold(session, study.id):
        pass
    return study, ids


class TestLoad:
    def test_brings_what_the_panels_rest_on(self, session):
        study, _ = judged(session)
        basis = compute.load(session, study.id, later(2))
        found = basis.looks
        assert len(basis.history) == 24
        assert {given.prompt_key for given in found.reasons} <= set(found.prompts.values())
        assert len(found.measured) == 24
        assert [votes for votes, _ in found.moments] == [12, 24]
        assert found.uncounted == ()
        board = compute.compute(basis)
        (chip, word) = board.grounds.reasons.groups
        assert (chip.name, chip.sides[0].configuration, chip.votes) == ("clear", "Retrieval", 12)
        assert (word.name, word.votes) == ("cites", 12)
        assert board.grounds.prompts.prompts == 12
        assert board.course.moments[-1].votes == 24

    def test_counts_phrases_of_the_study(self, session):
        options = SittingOptions(repeats=0, practice=(), probes=("retrieval retrieval",))
        study, _ = judged(session, options=options.to_stored())
        traits = compute.compute(compute.load(session, study.id, later(2))).grounds.measured.traits
        assert traits[-1].is_probe
        assert (traits[-1].votes, traits[-1].share) == (24, 1.0)

    def test_brings_what_is_left_out_as_if_it_counted(self, session):
        study, ids = judged(session)
        cleo = session.get_one(models.Rater, ids[1]).pseudonym
        exclusions.exclude(session, study.name, cleo, "Away", later(2))
        board = rated.board(session, study, at=3)
        (check,) = planted.of(board, "exclusions")
        assert (check.state, check.figures["votes"]) == (OK, 12)
        assert board.votes == 12

    def test_measures_nothing_of_too_many_texts(self, session):
        study, _ = judged(session)
        told = tallies.in_order(session, study.id, 100)
        row = session.get_one(models.Study, study.id)
        texts = {text for one in told for text in one.texts}
        assert looks.load(session, row, told).measured.keys() == texts
        many = [one._replace(texts=(at, -at)) for at, one in enumerate(told * 100)]
        assert looks.load(session, row, many).measured is None


class TestRepeats:
    def test_are_what_was_said_again(self, session):
        factories.make_study(session, "noise")
        options = {"repeats": 0.5, "practice": []}
        study = factories.make_study(session, prompts=20, options=options)
        rater = factories.make_rater(session, study, "Ben")
        for at in range(60):
            dealt = factories.deal(session, rater, later(at), random.Random(at), LEASE, 1)
            if not dealt:
                break
            voting.cast(session, rater, dealt[0].token, "left", f"k{at}", later(at))
        again = fold.said_again(session, study.id, 100)
        assert len(again) >= 5
        # Always A: on a repeat, whose sides are exchanged, that is the other text.
        assert {one.before * one.after for one in again} == {-1}
        assert all(one.first_was_left == (one.before > 0) for one in again)
