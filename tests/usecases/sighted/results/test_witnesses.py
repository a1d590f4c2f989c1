"""The votes behind a number: exactly those that it counts, whatever the filters, page by page."""

import itertools
import random
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.domain.vote import Outcome
from service.domain.witnessed import Filters
from service.store import models
from service.usecases.blind import reasons, voting
from service.usecases.sighted.results import compute, fold, witnesses
from service.usecases.sighted.results.witnesses import UnknownConfiguration, UnknownOutcome
from tests import factories
from tests.factories import later

NAMES = ("Ours", "Theirs", "Third")
CHOICES = ("left", "right", "left_much", "right_much", "both_bad", "both_good")
TAGS = {0: ["legal"], 1: ["legal", "mail"], 2: ["mail"], 3: []}
STRANGE = '50 % of "A_b\\c" über alles'


@dataclass
class Cast:
    """A study with votes, and these votes as they are stored."""

    session: object
    name: str
    votes: list


@pytest.fixture
def cast(session):
    """Six raters vote by chance; noise votes beside them."""
    noise = factories.make_study(session, "noise", configurations=NAMES, prompts=2)
    made = factories.make_study(
        session,
        configurations=NAMES,
        prompts=4,
        votes_per_matchup=4,
        text=lambda name, at: f"{name} says {STRANGE if name == 'Third' and at == 2 else at}",
    )
    chance = random.Random(4)
    for study in (noise, made):
        for at, prompt in enumerate(
            session.scalars(
                select(models.Prompt).filter_by(study_id=study.id).order_by(models.Prompt.position)
            )
        ):
            prompt.tags = TAGS[at]
        for number in range(6):
            rater = factories.make_rater(session, study, f"{study.id} {number}")
            for dealt in factories.deal(session, rater, later(0), chance, timedelta(hours=1), 12):
                choice = chance.choice(CHOICES)
                key = f"{study.id}-{number}-{dealt.token}"[:60]
                voting.cast(session, rater, dealt.token, choice, key, later(1))
                if choice == "both_bad":
                    told = (rater, dealt.token, [], "Both RAMBLE on", f"r{key}"[:60])
                    reasons.add(session, *told, later(1))
        while fold.fold(session, study.id):
            pass
    names = {identity: name for name, identity in made.configurations.items()}
    votes = [
        (names[row.first_configuration_id], names[row.second_configuration_id], outcome, prompt)
        for row, outcome, prompt in session.execute(
            select(models.Assignment, models.Tallied.outcome, models.Prompt)
            .join(models.Tallied, models.Tallied.assignment_id == models.Assignment.id)
            .join(models.Prompt, models.Prompt.id == models.Assignment.prompt_id)
            .where(models.Assignment.study_id == made.id)
        )
    ]
    assert len(votes) > 40
    return Cast(session, made.name, votes)


def looked(cast, start=0, most=2000, **filters):
    found = witnesses.look(cast.session, cast.name, Filters(**filters), start, most=most)
    assert found.number >= len(found.votes)
    return found


class TestLook:
    def test_counts_and_shows_exactly_what_passes_all_filters(self, cast):
        kinds = {
            "": tuple(Outcome),
            "tied": tuple(one for one in Outcome if not one.sign),
            "both_bad": (Outcome.BOTH_BAD,),
        }
        pairs = (("", ""), ("Ours", ""), ("Theirs", "Ours"))
        tags = ("", "legal", "mail", "no such")
        for tag, outcomes, (first, second) in itertools.product(tags, kinds, pairs):
            wanted = sum(
                outcome in kinds[outcomes]
                and (not tag or tag in prompt.tags)
                and (not first or first in (one, two))
                and (not second or second in (one, two))
                for one, two, outcome, prompt in cast.votes
            )
            found = looked(cast, first=first, second=second, outcomes=outcomes, tag=tag)
            assert found.number == len(found.votes) == wanted
            assert all(vote.first == first for vote in found.votes if first)
            assert all(tag in vote.tags for vote in found.votes if tag)

    def test_keeps_to_the_members_of_a_part(self, cast):
        found = looked(cast, first="Ours", among=("Ours", "Third"))
        assert {vote.second for vote in found.votes} == {"Third"}
        assert looked(cast, among=()).number == 0

    def test_shows_votes_that_contradict_each_other_and_no_other(self, cast):
        signs = {}
        for one, two, outcome, prompt in cast.votes:
            sign = Outcome(outcome).sign
            signs.setdefault((one, two, prompt.key), set()).add(sign)
        split = {matchup for matchup, found in signs.items() if found >= {1, -1}}
        assert 0 < len(split) < len(signs)
        found = looked(cast, contradicts=True)
        wanted = sum(
            (one, two, prompt.key) in split and Outcome(outcome).sign != 0
            for one, two, outcome, prompt in cast.votes
        )
        assert found.number == len(found.votes) == wanted
        shown = {(*sorted((vote.first, vote.second)), vote.prompt_key) for vote in found.votes}
        assert shown == {(*sorted((one, two)), key) for one, two, key in split}
        assert all(Outcome(vote.outcome).sign for vote in found.votes)

    def test_finds_what_is_sought_in_answers_and_takes_no_sign_for_a_wildcard(self, cast):
        wanted = sum(
            "Third" in (one, two) and prompt.position == 2 for one, two, _, prompt in cast.votes
        )
        for sought in ("50 %", "A_b", '"A_b\\c"', "\\", "ÜBER alles", "third SAYS 50"):
            found = looked(cast, sought=sought)
            assert (sought, len(found.votes)) == (sought, wanted)
            for vote in found.votes:
                assert STRANGE in vote.first_text + vote.second_text
        for sought in ("5_ %", "%%%", "a%b", "A_b_c"):
            assert not looked(cast, sought=sought).votes, sought

    def test_finds_what_is_sought_in_prompts_and_reasons(self, cast):
        found = looked(cast, sought="question 1?")
        assert {vote.prompt for vote in found.votes} == {"Question 1?"}
        told = looked(cast, sought="ramble")
        assert {vote.outcome for vote in told.votes} == {"both_bad"}
        assert len(told.votes) == looked(cast, outcomes="both_bad").number
        assert all("Both RAMBLE on" in vote.reasons[0] for vote in told.votes)

    def test_goes_through_all_page_by_page_once(self, cast):
        for filters in ({}, {"sought": "says"}, {"contradicts": True}):
            whole = looked(cast, **filters)
            seen, start, pages = [], 0, 0
            while start is not None:
                found = witnesses.look(
                    cast.session, cast.name, Filters(**filters), start, page=7, most=11
                )
                assert len(found.votes) <= 7
                assert found.looked_at <= 11
                seen += found.votes
                start, pages = found.next_start, pages + 1
            assert Counter(seen) == Counter(whole.votes)
            assert pages > 2

    def test_reads_votes_for_what_contradicts_where_there_are_many(self, cast):
        whole = looked(cast, contradicts=True)
        every = looked(cast).number
        read = witnesses.look(
            cast.session, cast.name, Filters(contradicts=True), page=1000, compared=10
        )
        assert (whole.is_read, read.is_read, read.number) == (False, True, every)
        assert Counter(read.votes) == Counter(whole.votes)
        few = witnesses.look(
            cast.session, cast.name, Filters(contradicts=True), page=1000, most=11, compared=10
        )
        assert (few.looked_at, few.next_start) == (11, 11)

    def test_counts_from_sums_by_prompt_exactly_what_it_counts_from_matchups(self, cast):
        for filters in ({}, {"tag": "hard"}, {"outcomes": "tied"}, {"outcomes": "both_bad"}):
            alone = looked(cast, **filters)
            assert alone.number == len(alone.votes)
            among = ("Ours", "Third")
            assert looked(cast, among=among, **filters).number <= alone.number

    def test_reads_so_many_at_most_for_what_is_not_there(self, cast):
        found = looked(cast, most=11, sought="nowhere")
        assert (found.votes, found.looked_at, found.next_start) == ((), 11, 11)

    def test_begins_anywhere(self, cast):
        assert looked(cast, -3).votes == looked(cast, 0).votes != ()
        far = looked(cast, 10**9)
        assert (far.votes, far.looked_at, far.next_start) == ((), 0, None)

    def test_refuses_what_the_study_does_not_have(self, cast):
        for filters in ({"first": "No"}, {"first": "Ours", "second": "No"}, {"second": "No"}):
            with pytest.raises(UnknownConfiguration):
                looked(cast, **filters)
        with pytest.raises(UnknownOutcome):
            looked(cast, outcomes="won")

    def test_adds_up_to_the_leaderboard(self, cast):
        study = cast.session.scalars(
            select(models.Study).where(models.Study.name == cast.name)
        ).one()
        board = compute.compute(compute.load(cast.session, study.id, later(3)))
        for row in board.ratings:
            assert looked(cast, first=row.configuration).number == row.votes
        (part,) = board.parts
        for one in part.slices.slices:
            for row in one.rows:
                found = looked(
                    cast, first=row.configuration, tag=one.tag, among=part.configurations
                )
                assert found.number == row.votes


class TestChoices:
    def test_are_configurations_and_tags_of_the_study(self, cast):
        found = witnesses.choices(cast.session, cast.name)
        assert found.configurations == NAMES
        assert found.tags == ("legal", "mail")
