"""What dealing knows stays true while several assignments are dealt together."""

import random
from datetime import timedelta

from service.domain.assignment import AssignmentKind
from service.store import histories, studies
from service.usecases.blind import assignments, knowledge, places, skips
from tests.factories import later, make_rater, make_study

LEASE = timedelta(minutes=30)


def told(known: knowledge.Knowledge) -> list[tuple[int, int, int]]:
    return sorted((one.prompt_id, one.times_seen, one.places_open) for one in known.offers.values())


class TestKnowledge:
    def test_a_prompt_with_more_matchups_is_offered_again_as_seen(self, session):
        study = make_study(session, configurations=("Plain", "Retrieval", "Tuned"), prompts=3)
        known = knowledge.read(session, study.id, rater_id=0)
        prompt_id = study.prompts[1]
        known.add(AssignmentKind.REGULAR, prompt_id)
        again = next(one for one in known.fit if one.prompt_id == prompt_id)
        assert (again.times_seen, again.places_open, len(known.fit)) == (1, 2, 3)
        known.add(AssignmentKind.REGULAR, prompt_id)
        known.add(AssignmentKind.REGULAR, prompt_id)
        assert prompt_id not in {one.prompt_id for one in known.fit}

    def test_a_repeat_takes_no_offer(self, session):
        study = make_study(session, prompts=2)
        known = knowledge.read(session, study.id, rater_id=0)
        known.add(AssignmentKind.REPEAT, study.prompts[0])
        assert (len(known.fit), known.unheld, known.dealt) == (2, 2, {"repeat": 1})

    def test_what_it_takes_in_is_what_it_would_read(self, session):
        study = make_study(session, configurations=("Plain", "Retrieval", "Tuned"), prompts=4)
        rater_id = make_rater(session, study, "ada")
        known = knowledge.read(session, study.id, rater_id)
        dealt = assignments.deal(session, rater_id, later(0), random.Random(5), LEASE, ahead=6)
        assert len(dealt) == 6
        for one in histories.lying(session, rater_id):
            known.add(one.kind, one.prompt_id)
        read = knowledge.read(session, study.id, rater_id)
        assert (read.dealt, told(read)) == (
            known.dealt,
            [one for one in told(known) if one[2] > 0],
        )

    def test_what_lapsed_was_not_seen_and_what_was_skipped_was(self, session):
        study = make_study(session, prompts=2)
        rater_id = make_rater(session, study, "ada")
        first, _ = assignments.deal(session, rater_id, later(0), random.Random(5), LEASE, ahead=2)
        skips.leave_out(session, rater_id, first.token, "s", later(1))
        places.free_expired(session, studies.by_id(session, study.id), later(60))
        known = knowledge.read(session, study.id, rater_id)
        assert known.dealt == {"regular": 1}
        assert sorted(one.times_seen for one in known.offers.values()) == [0, 1]
