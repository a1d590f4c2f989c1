"""A configuration that does not compete changes nothing of what is said about the others."""

import itertools
import json
import random
import re
from dataclasses import asdict
from math import exp

import pytest

from service.domain.leaderboard import to_json
from service.formats import study_file
from service.reporting import decision, headline, notes
from service.reporting.headline import Kind
from service.reporting.words import ENGLISH
from service.store import studies
from service.usecases.sighted.results import read
from service.usecases.sighted.studies import applying
from tests.factories import later
from tests.usecases.sighted.results import rated
from tests.usecases.sighted.results.bases import board, won

DECIDED = {
    "63-0": won("ours", "theirs", 63, 0),
    "51-7": won("ours", "theirs", 51, 7),
    "of four": (
        *won("ours", "theirs", 51, 7),
        *won("ours", "third", 50, 8),
        *won("theirs", "third", 33, 25),
        *won("ours", "fourth", 56, 4),
    ),
}
HANDFULS = {
    "none": (),
    "one": (("ours", "new", "second", 1),),
    "two": (*won("new", "ours", 1, 0), *won("new", "theirs", 1, 0)),
    "ten": (*won("new", "ours", 5, 0), *won("new", "theirs", 3, 2)),
    "ties": (("ours", "new", "both_bad", 9),),
}


def said(found):
    return [*decision.lines(found, ENGLISH), *notes.verdicts(found, ENGLISH)]


def of_others(found):
    """Return all figures of those who compete, by name; not the votes that others brought."""
    return {row.configuration: asdict(rating) for row, rating in found.competing}


@pytest.mark.parametrize("study", DECIDED)
@pytest.mark.parametrize("handful", HANDFULS)
class TestNewcomers:
    def test_change_neither_sentences_nor_ratings_nor_the_verdict(self, study, handful):
        before = board(*DECIDED[study])
        after = board(*DECIDED[study], *HANDFULS[handful], names=["new"])
        assert of_others(after) == of_others(before)
        assert [part.verdict for part in after.parts] == [part.verdict for part in before.parts]
        waiting = {"none": "No votes yet: new."}.get(handful, "Too few votes to compare yet: new (")
        texts = decision.lines(after, ENGLISH)
        assert [line for line in texts if "new" in line] == [
            line for line in texts if line.startswith(waiting)
        ]
        assert decision.lines(before, ENGLISH) == [line for line in texts if "new" not in line]
        assert notes.verdicts(after, ENGLISH) == notes.verdicts(before, ENGLISH)

    def test_have_no_rank_and_no_chance_to_be_best(self, study, handful):
        found = to_json(board(*DECIDED[study], *HANDFULS[handful], names=["new"]))
        (row,) = (row for row in found["ratings"] if row["configuration"] == "new")
        assert row["rating"] is None
        others = [row["rating"] for row in found["ratings"] if row["rating"]]
        assert sum(rating["p_best"] for rating in others) == pytest.approx(1)
        assert "p_best" not in json.dumps(row)


@pytest.mark.parametrize("study", ["63-0", "51-7"])
@pytest.mark.parametrize("handful", HANDFULS)
def test_decided_studies_stay_decided(study, handful):
    found = board(*DECIDED[study], *HANDFULS[handful], names=["new"])
    assert found.parts[0].verdict.state == "decided"
    assert said(found)[0].startswith("ours is preferred to theirs.")


class TestAgreement:
    """Card, verdict, brackets, places and differences never contradict each other."""

    def drawn(self, seed):
        """Return a leaderboard of a few configurations with votes of every kind, by chance."""
        rng = random.Random(seed)
        names = [f"c{number}" for number in range(rng.randint(2, 6))]
        strength = {name: rng.gauss(0, 0.8) for name in names}
        matchups = []
        for one, two in itertools.combinations(names, 2):
            votes = rng.choice([0, 8, 40, 160])
            share = 1 / (1 + exp(strength[two] - strength[one]))
            wins = sum(rng.random() < share for _ in range(votes))
            matchups += [*won(one, two, wins, votes - wins)]
            matchups += [(one, two, "both_bad", rng.choice([0, 0, 5, 30]))]
        votes = [matchup for matchup in matchups if matchup[-1]]
        return board(*votes, names=names, raters=rng.choice([1, 3, 8]), prompts=rng.choice([2, 9]))

    @pytest.mark.parametrize("seed", range(16))
    def test_holds_whatever_the_votes(self, seed):
        found = self.drawn(seed)
        texts = said(found)
        for part in found.parts:
            ahead = {claim.rival for claim in part.claims.ahead_of}
            behind = {claim.rival for claim in part.claims.not_ahead_of}
            best = part.claims.leader
            kind = headline.kind_of(part)
            ratings = {row.configuration: rating for row, rating in found.of_part(part)}
            assert (kind is Kind.WINNER) == (part.verdict.state == "decided") == (not behind)
            assert (ratings[best].rank_low, ratings[best].rank_high == 1) == (1, not behind)
            assert best in part.top
            assert ahead.isdisjoint(part.top)
            for one, two in itertools.combinations(part.top, 2):
                difference = found.difference(one, two)
                assert difference is not None
                assert not difference.told_apart
            (group,) = (group for group in part.groups if best in group)
            assert ahead.isdisjoint(group)
            preferred = [line for line in texts if f"{best} is preferred to" in line]
            for rival in ahead:
                assert found.difference(best, rival).told_apart
            for rival in behind:
                assert not found.difference(best, rival).told_apart
                assert not [line for line in preferred if f"preferred to {rival}." in line]
            decided = [line for line in texts if "is ahead of every other" in line]
            assert bool(decided) == (kind is Kind.WINNER) or len(found.parts) > 1


class TestRetired:
    def test_are_never_crowned_however_many_votes_they_won(self):
        found = board(
            *won("old", "ours", 90, 10),
            *won("old", "theirs", 90, 10),
            *won("ours", "theirs", 51, 7),
            retired=["old"],
        )
        assert [row.configuration for row, _ in found.competing] == ["ours", "theirs"]
        assert not [line for line in said(found) if re.search(r"\bold\b", line)]
        assert found.excluded == {"retired": 200}
        assert "200 votes on configurations that are retired" in notes.left_out(found, ENGLISH)
        (row,) = (row for row in found.ratings if row.is_retired)
        assert (row.rating, row.votes, row.observed_share) == (None, 200, 0.9)
        assert found.ratings[-1] == row

    def test_change_nothing_for_the_others(self):
        alone = board(*won("ours", "theirs", 51, 7))
        found = board(*won("ours", "theirs", 51, 7), *won("old", "ours", 90, 10), retired=["old"])
        assert of_others(found) == of_others(alone)
        assert said(found) == said(alone)

    def test_of_a_pair_leave_nothing_to_compare(self):
        found = board(*won("ours", "old", 51, 7), retired=["old"])
        assert found.parts == ()
        (line,) = said(found)
        assert line.startswith("There is not enough data to compare yet.")
        assert line.endswith("More votes are needed between configurations in service.")


class TestNeverMet:
    FOUND = (*won("a", "b", 51, 7), *won("c", "d", 30, 28))

    def test_are_judged_each_by_itself(self):
        found = board(*self.FOUND)
        first, second = found.parts
        assert (set(first.configurations), set(second.configurations)) == (
            {"a", "b"},
            {"c", "d"},
        )
        assert [part.votes for part in found.parts] == [58, 58]
        alone = board(*won("a", "b", 51, 7))
        assert first.verdict == alone.parts[0].verdict
        kept = of_others(found)
        for name, rating in of_others(alone).items():
            assert kept[name] == pytest.approx(rating, abs=1e-9)

    def test_share_no_group_no_difference_and_no_chance(self):
        found = board(*self.FOUND)
        for part in found.parts:
            chances = [rating.p_best for _, rating in found.of_part(part)]
            assert sum(chances) == pytest.approx(1)
            assert {name for group in part.groups for name in group} == set(part.configurations)
        assert {(row.first, row.second) for row in found.differences} == {("a", "b"), ("c", "d")}

    def test_say_so_first(self):
        texts = said(board(*self.FOUND))
        assert texts[0].startswith("Not comparable: a + b and c + d never met.")
        names = [set(re.findall(r"\b[a-d]\b", line.replace("a half", ""))) for line in texts[1:]]
        assert not [found for found in names if found & {"a", "b"} and found & {"c", "d"}]


class TestStates:
    """What the card says first in every state that a study can be in."""

    @pytest.mark.parametrize(
        ("votes", "fields", "words"),
        [
            ((), {"names": ["a", "b"]}, "There is not enough data to compare yet."),
            ((("a", "b", "first", 1),), {}, "For this one rater and for this one prompt: "),
            ((("a", "b", "tie", 40),), {}, "No signal: all 40 votes prefer neither answer."),
            ((("a", "b", "both_bad", 40),), {}, "No signal: all 40 votes find both answers bad."),
            (won("a", "b", 51, 7), {"raters": 1}, "For this one rater: a"),
            (won("a", "b", 51, 7), {"prompts": 3}, "For these 3 prompts: a"),
            (won("a", "b", 51, 7), {"prompts": 2, "raters": 3}, "For these 3 raters and for "),
            (won("a", "b", 30, 28), {}, "a and b cannot be told apart."),
        ],
    )
    def test_begin_with_what_is_true(self, votes, fields, words):
        assert said(board(*votes, **fields))[0].startswith(words)

    @pytest.mark.parametrize("votes", [(), (("a", "b", "both_bad", 40),)])
    def test_without_a_preference_recommend_nothing(self, votes):
        found = board(*votes, names=["a", "b"])
        assert not [line for line in said(found) if "heapest" in line or "Choose" in line]


class TestChangedStudies:
    def apply(self, session, *names, at=0):
        """Apply a file with these configurations."""
        configurations = "".join(f"  - {{name: {name}, model: openai/x}}\n" for name in names)
        text = (
            f"title: T\nname: changed\nprompts: [{{text: One}}]\nconfigurations:\n{configurations}"
        )
        applying.apply(session, study_file.read(text, "study.yaml", lambda _: ""), later(at))
        return studies.by_name(session, "changed")

    def test_are_rated_anew_when_who_competes_changes(self, session):
        study = self.apply(session, "Plain", "Retrieval")
        study.state = "open"
        rated.board(session, study)
        assert read.overdue(session, later(3)) == []
        self.apply(session, "Plain", "Retrieval", at=3)
        assert read.overdue(session, later(3)) == []
        self.apply(session, "Plain", "Tuned", at=3)
        assert read.overdue(session, later(3)) == [study.id]
        found = rated.board(session, study, at=4)
        assert read.overdue(session, later(4)) == []
        assert {row.configuration: row.is_retired for row in found.ratings} == {
            "Plain": False,
            "Tuned": False,
            "Retrieval (revision 1)": True,
        }

    def test_show_what_there_was_until_then(self, session):
        study = self.apply(session, "Plain", "Retrieval")
        study.state = "open"
        before = rated.board(session, study)
        self.apply(session, "Plain", "Retrieval", "Tuned", at=3)
        view = read.latest(session, "changed")
        assert view is not None
        assert view.board == before
