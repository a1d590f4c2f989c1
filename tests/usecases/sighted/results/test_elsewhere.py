import pytest

from service.usecases.sighted.results import elsewhere
from service.usecases.sighted.results.read import StudySealed
from tests import factories
from tests.usecases.sighted.results import rated


def made(session, name, prints, **fields):
    """Make a study whose configurations have these fingerprints, by their names."""
    own = {
        each: {"fingerprint": print_, "model": "provider/model"} for each, print_ in prints.items()
    }
    return factories.make_study(
        session, name, configurations=tuple(prints), configuration_fields=own, **fields
    )


class TestFindElsewhere:
    def test_finds_the_same_fingerprint_under_another_name_with_its_rating(self, session):
        made(session, "here", {"Retrieval": "f1", "Plain": "f2"})
        there = made(session, "there", {"Old": "f1", "New": "f3"}, prompts=8)
        rated.vote(session, there, prefers="Old")
        board = rated.board(session, there)
        (found,) = elsewhere.find_elsewhere(session, "here")
        assert (found.configuration, found.study, found.called) == ("Retrieval", "there", "Old")
        rating = {row.configuration: one for row, one in board.competing}["Old"]
        assert (found.rating, found.votes, found.is_sealed) == (rating, 8, False)

    def test_tells_nothing_of_a_sealed_study(self, session):
        made(session, "here", {"Retrieval": "f1", "Plain": "f2"})
        there = made(session, "there", {"Old": "f1", "New": "f3"}, is_sealed=True, prompts=8)
        rated.vote(session, there, prefers="Old")
        rated.board(session, there)
        (found,) = elsewhere.find_elsewhere(session, "here")
        assert (found.is_sealed, found.rating, found.votes) == (True, None, 0)
        with pytest.raises(StudySealed):
            elsewhere.find_elsewhere(session, "there")

    def test_takes_imported_answers_for_nobody(self, session):
        own = {"A": {"fingerprint": "f1", "model": None}}
        for name in ("mine", "yours"):
            factories.make_study(session, name, configurations=("A", "B"), configuration_fields=own)
        assert elsewhere.find_elsewhere(session, "mine") == []
