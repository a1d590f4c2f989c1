"""What dealing knows stays true while several assignments are dealt together."""

from service.domain.vote import AssignmentKind
from service.store.assignments import History
from service.usecases.blind import knowledge
from tests.factories import make_study


def dealt(prompt_id: int, kind: str = AssignmentKind.REGULAR) -> History:
    return History(1, prompt_id, kind, "dealt", 1, 2, 11, 12, first_is_left=True)


class TestKnowledge:
    def test_a_prompt_with_more_matchups_is_offered_again_as_seen(self, session):
        study = make_study(session, configurations=("Plain", "Retrieval", "Tuned"), prompts=3)
        known = knowledge.read(session, study.id, rater_id=0)
        prompt_id = study.prompts[1]
        known.add(dealt(prompt_id))
        again = next(one for one in known.offers if one.prompt_id == prompt_id)
        assert (again.times_seen, again.last_seen, len(known.offers)) == (1, 0, 3)
        known.add(dealt(prompt_id))
        known.add(dealt(prompt_id))
        assert prompt_id not in {one.prompt_id for one in known.offers}

    def test_a_repeat_takes_no_offer(self, session):
        study = make_study(session, prompts=2)
        known = knowledge.read(session, study.id, rater_id=0)
        known.add(dealt(study.prompts[0], AssignmentKind.REPEAT))
        assert len(known.offers) == 2
        assert (len(known.everything), known.history) == (1, [])
