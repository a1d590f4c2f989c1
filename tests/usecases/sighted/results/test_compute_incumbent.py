"""What is said against the incumbent, over planted truths in every state a study can be in."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from service.domain.leaderboard import End
from service.reporting import incumbent
from service.reporting.words import ENGLISH
from service.stats import fit
from service.stats.rivals import Clusters
from service.store import models
from service.usecases.sighted.results import claims, compute
from tests import factories
from tests.factories import later
from tests.oracles import simulate
from tests.usecases.sighted.results.bases import basis, board, won

STRONG = (*won("new", "live", 220, 60), *won("old", "live", 60, 220), *won("new", "old", 90, 10))


def said(board):
    found = incumbent.panel(board, ENGLISH)
    return found, {one.name: one for one in found.standings}


class TestStates:
    def test_better_worse_and_as_good(self):
        found, lines = said(board(*STRONG, *won("twin", "live", 1500, 1500), incumbent="live"))
        assert {name: one.state for name, one in lines.items()} == {
            "new": "better",
            "old": "worse",
            "twin": "equal",
        }
        assert lines["new"].sentence == (
            "new is better than live: it wins about 8 of 10 against what is live."
        )
        assert lines["old"].sentence.startswith("old is worse than live: it wins about 2 of 10")
        assert lines["twin"].sentence == (
            "twin is as good as live: within 5 percentage points of even."
        )
        assert found.incumbent == "live"

    def test_the_interval_is_the_one_of_the_difference(self):
        made = board(*STRONG, incumbent="live")
        _, lines = said(made)
        for name in ("new", "old"):
            found = made.difference(name, "live")
            one = lines[name]
            assert (one.share, one.low, one.high) == (found.share, found.low, found.high)
            assert one.figure == (
                f"expected: {ENGLISH.share(found.share)} "
                f"[{ENGLISH.interval(found.low, found.high)}]"
            )

    def test_without_any_vote(self):
        found, lines = said(board(names=("live", "new"), incumbent="live"))
        assert found.says.startswith("live is live today, and has no votes here yet")
        assert lines == {}

    def test_without_a_vote_of_its_own(self):
        found, lines = said(board(*won("a", "b", 40, 20), names=("live",), incumbent="live"))
        assert "has no votes here yet" in found.says
        assert lines == {}

    def test_after_one_vote(self):
        _, lines = said(board(*won("new", "live", 1, 0), incumbent="live"))
        assert lines["new"].state == "open"
        assert lines["new"].sentence == (
            "For this one rater and for this one prompt: new cannot be told from live yet."
        )

    def test_once_it_is_retired(self):
        votes = (*STRONG, *won("new", "other", 40, 40))
        found, lines = said(board(*votes, retired=("live",), incumbent="live"))
        assert found.says == (
            "live is live today, and retired in this study: nothing is compared with it."
        )
        assert lines == {}

    def test_of_a_part_that_never_met_it(self):
        votes = (*won("new", "live", 220, 60), *won("far", "away", 50, 10))
        _, lines = said(board(*votes, incumbent="live"))
        assert lines["new"].state == "better"
        for name in ("far", "away"):
            assert (lines[name].state, lines[name].share, lines[name].behind) == ("", None, None)
            assert "never met live" in lines[name].sentence

    @pytest.mark.parametrize("kind", ["both_good", "both_bad", "tie"])
    def test_of_all_ties(self, kind):
        found, lines = said(board(("new", "live", kind, 400), incumbent="live"))
        assert lines["new"].state == "open"
        assert lines["new"].sentence.endswith("No vote prefers new or live to another.")
        assert found.regressions == ()

    def test_where_it_leads_itself(self):
        made = board(*won("live", "new", 220, 60), incumbent="live")
        _, lines = said(made)
        assert made.parts[0].claims.leader == "live"
        assert lines["new"].state == "worse"

    def test_without_one(self):
        made = board(*STRONG)
        assert incumbent.panel(made, ENGLISH) is None
        assert incumbent.lines(made, ENGLISH) == []

    @pytest.mark.parametrize("number", [1, 5, 15])
    def test_a_handful_of_votes_never_speaks_nor_changes_what_is_said(self, number):
        few = won("late", "live", number, 0)
        with_it, without = board(*STRONG, *few, incumbent="live"), board(*STRONG, incumbent="live")
        _, lines = said(with_it)
        assert (lines.pop("late").state, "late" in with_it.parts[0].configurations) == ("", False)
        assert lines == said(without)[1]

    def test_the_incumbent_with_a_handful_compares_with_nothing(self):
        votes = (*won("a", "b", 80, 40), *won("a", "live", 3, 0))
        found, lines = said(board(*votes, incumbent="live"))
        assert found.says.startswith("live is live today, and has too few votes")
        assert lines == {}


class TestAgreement:
    """One question is asked of a difference: no panel says another thing of the same two."""

    @pytest.mark.parametrize("seed", range(6))
    def test_of_panels_about_leader_incumbent_and_brackets(self, seed):
        rng = np.random.default_rng(seed)
        names = ("a", "b", "live", "c", "d")
        strengths = rng.normal(0, 0.6, 5)
        votes = []
        for one, two in itertools.combinations(range(5), 2):
            share = 1 / (1 + np.exp(strengths[two] - strengths[one]))
            wins = int(rng.binomial(40, share))
            votes += won(names[one], names[two], wins, 40 - wins)
        made = board(*votes, incumbent="live")
        (part,) = made.parts
        told = {one.configuration: one.state for one in part.against}
        for claim in part.claims.rivals:
            if claim.rival == "live":
                wanted = {"ahead": "better"}.get(claim.state, claim.state)
                assert told[claim.leader] == wanted
            if claim.leader == "live":
                assert told[claim.rival] == {"ahead": "worse"}.get(claim.state, claim.state)
        for name, state in told.items():
            found = made.difference(name, "live")
            assert found.told_apart == (state in {"better", "worse"})
            if state == "better":
                assert found.share > 0.5
            together = any({name, "live"} <= set(group) for group in part.groups)
            assert not (together and found.told_apart)

    def test_a_quick_leaderboard_says_the_same(self):
        full = basis(*STRONG, incumbent="live")
        before = compute.compute(full)
        counts = replace(full, by_rater=(), by_prompt=(), earlier=before)
        quick = compute.compute(counts)
        assert quick.parts[0].against == before.parts[0].against


class TestLoad:
    def test_knows_the_incumbent_by_the_name_that_it_has_now(self, session):
        names = ("Plain", "Retrieval")
        made = factories.make_study(session, configurations=names, incumbent="Plain")
        other = factories.make_study(session, "noise", configurations=names)
        basis = compute.load(session, made.id, later(1))
        assert (basis.incumbent, basis.tags) == ("Plain", {})
        assert compute.load(session, other.id, later(1)).incumbent is None
        row = session.get_one(models.Configuration, made.configurations["Plain"])
        row.retired_at = later(1)
        prompt = session.scalars(select(models.Prompt).filter_by(study_id=made.id)).first()
        prompt.tags = ["legal"]
        session.flush()
        basis = compute.load(session, made.id, later(1))
        assert (basis.incumbent, basis.tags) == ("Plain (revision 1)", {prompt.id: ["legal"]})
        found = incumbent.panel(compute.compute(basis), ENGLISH)
        assert "retired in this study" in found.says


class TestJudgeAgainst:
    def judge(self, strengths, votes, seed, end=None):
        world = simulate.World(np.array(strengths), prompts=40, raters=12)
        rng = np.random.default_rng(seed)
        cast = world.populate(rng).vote(votes, rng)
        whole = fit(cast.counts(), prior=0.0)
        kinds = Clusters(whole, cast.by_rater()), Clusters(whole, cast.by_prompt())
        found, _ = claims.judge(whole, *kinds, end)
        return claims.judge_against("1", found, whole, *kinds, end)

    def test_tells_both_ways(self):
        found = self.judge([0.9, 0.0, -0.9], 3000, 3)
        assert [(one.configuration, one.state) for one in found] == [
            ("0", "better"),
            ("2", "worse"),
        ]
        assert {one.holds for one in found} == {"always"}

    def test_at_the_declared_end_more_is_told_and_says_so(self):
        before = self.judge([0.7, 0.0, -0.7], 150, 3, End(votes=150))
        after = self.judge([0.7, 0.0, -0.7], 150, 3, End(votes=150, reached=True))
        told = [sum(one.state != "open" for one in found) for found in (before, after)]
        assert told[1] > told[0]
        assert "at_end" in {one.holds for one in after}

    def test_equals_are_told_apart_in_few_studies(self):
        wrong = sum(
            any(one.state in {"better", "worse"} for one in self.judge([0.0] * 4, 300, seed))
            for seed in range(60)
        )
        assert wrong <= 2
