from service.usecases.sighted.studies import overviews, vote_counts
from tests import factories
from tests.factories import later


class TestOfStudy:
    def test_counts_the_votes_of_a_small_study_at_once(self, session):
        study = factories.make_study(session, prompts=2)
        ben = factories.make_rater(session, study)
        factories.fill_places(session, study, study.prompts[0], {("Plain", "Retrieval"): ben})
        vote_counts.keep(session, study.id, vote_counts.count(session, study.id), later(1))
        assert vote_counts.of_study(session, study.id) == vote_counts.VoteCount(1, None)

    def test_tells_of_a_big_one_what_was_counted_and_when(self, session):
        study = factories.make_study(session, prompts=1)
        number = vote_counts.MOST_AT_ONCE + 1
        for moment in (later(1), later(2)):
            vote_counts.keep(session, study.id, number, moment)
        found = vote_counts.of_study(session, study.id)
        assert (found.number, found.as_of) == (number, later(2))
        view = overviews.study(session, study.name)
        (line,) = overviews.every(session)
        assert (view.votes, view.votes_as_of) == (line.votes, line.votes_as_of) == found_as(found)

    def test_counts_again_once_it_is_small(self, session):
        study = factories.make_study(session, prompts=1)
        vote_counts.keep(session, study.id, vote_counts.MOST_AT_ONCE + 1, later(1))
        vote_counts.keep(session, study.id, vote_counts.MOST_AT_ONCE, later(2))
        assert vote_counts.of_study(session, study.id) == vote_counts.VoteCount(0, None)


def found_as(found: vote_counts.VoteCount) -> tuple[object, object]:
    return found.number, found.as_of
