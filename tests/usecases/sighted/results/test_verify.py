from sqlalchemy import select

from service.store import models
from service.usecases.sighted.results import compute, verify
from service.usecases.sighted.results.verify import Check
from tests import factories
from tests.factories import later
from tests.usecases.sighted.results import rated


class TestVerify:
    def test_recomputes_from_what_is_stored(self, session):
        study = factories.make_study(session, prompts=5)
        rated.vote(session, study)
        rated.board(session, study)

        assert verify.verify(session, study.id) is Check.FOLLOWS

    def test_finds_a_changed_number(self, session):
        study = factories.make_study(session, prompts=5)
        rated.vote(session, study)
        rated.board(session, study)
        row = session.scalars(
            select(models.Leaderboard).where(models.Leaderboard.study_id == study.id)
        ).one()
        changed = [dict(line) for line in row.content["ratings"]]
        changed[0]["rating"] = {**changed[0]["rating"], "points": 1.0}
        row.content = {**row.content, "ratings": changed}
        session.flush()

        assert verify.verify(session, study.id) is Check.DIFFERS

    def test_takes_who_competed_then(self, session):
        study = factories.make_study(session, prompts=5, configurations=("A", "B", "Retrieval"))
        rated.vote(session, study)
        rated.board(session, study)
        session.get_one(models.Configuration, study.configurations["A"]).retired_at = later(3)
        session.flush()

        assert verify.verify(session, study.id) is Check.FOLLOWS

    def test_recomputes_a_quick_one(self, session):
        study = factories.make_study(session, prompts=6)
        rated.vote(session, study)
        rated.board(session, study)
        basis = compute.load(session, study.id, later(3), with_cells=False)
        compute.save(session, basis, compute.compute(basis), later(3))

        assert verify.verify(session, study.id) is Check.FOLLOWS

    def test_counts_nothing_that_is_beside_votes(self, session):
        study = factories.make_study(session, prompts=6)
        rated.vote(session, study)
        rated.board(session, study)

        assert compute.load(session, study.id, later(3), with_cells=False).beside is None
        assert verify.verify(session, study.id) is Check.FOLLOWS

    def test_says_so_where_there_is_none_of_this_version(self, session):
        study = factories.make_study(session, prompts=2)
        assert verify.verify(session, study.id) is Check.NONE_YET
        rated.board(session, study)
        row = session.scalars(select(models.Leaderboard).filter_by(study_id=study.id)).one()
        row.content = {key: row.content[key] for key in row.content if key != "version"}
        session.flush()
        assert verify.verify(session, study.id) is Check.OTHER_VERSION
