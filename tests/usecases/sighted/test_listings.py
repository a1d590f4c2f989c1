import pytest

from service.database import Database
from service.usecases.sighted import listings
from service.usecases.sighted.results.read import StudySealed
from tests import boards, factories


class TestListed:
    def test_every_list_is_whole_and_without_doubles(self, database: Database):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=5)
            factories.make_study(session, name="noise", prompts=2)
            boards.keep(session, study.id, boards.board())
        factories.cast_all(database, study)
        with database.reading() as session:
            for listed, number in (
                (lambda after: listings.prompts(session, study.name, after, 2), 5),
                (lambda after: listings.completions(session, study.name, "", after, 2), 10),
                (lambda after: listings.completions(session, study.name, "Plain", after, 2), 5),
                (lambda after: listings.votes_of(session, study.name, after, 2), 5),
                (lambda after: listings.leaderboards(session, study.name, after, 2), 1),
                (lambda after: listings.studies(session, after, 1, None), 2),
                (lambda after: listings.studies(session, after, 1, study.id), 1),
            ):
                found, after = [], 0
                while after is not None:
                    page = listed(after)
                    found += page.items
                    after = page.next_after
                assert len(found) == number
                assert len({repr(one) for one in found}) == number


class TestVotesOf:
    def test_tells_which_configuration_was_preferred(self, database: Database):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=8)
        factories.cast_all(database, study)
        with database.reading() as session:
            found = listings.votes_of(session, study.name, 0, 100).items
            truth = {
                one.id: one.turns[0]
                for one in listings.completions(session, study.name, "", 0, 100).items
            }
        assert len(truth) == 16
        assert {one.outcome for one in found} == {"first", "second"}, "both sides were drawn"
        assert {(one.first, one.second) for one in found} == {("Plain", "Retrieval")}

    def test_shows_nothing_of_a_sealed_study(self, session):
        study = factories.make_study(session, is_sealed=True)
        with pytest.raises(StudySealed):
            listings.votes_of(session, study.name, 0, 10)
        with pytest.raises(StudySealed):
            listings.leaderboards(session, study.name, 0, 10)
