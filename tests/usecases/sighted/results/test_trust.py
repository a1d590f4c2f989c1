from dataclasses import replace

import pytest

from service.domain.completion import CompletionState
from service.domain.trust import CAUTION, CHECKS, NOT_CHECKED, NOTE, OK
from service.reporting import trust
from service.reporting.words import ENGLISH
from service.store.completions import Measures
from service.usecases.sighted.results.looks import Looks
from tests.usecases.sighted.results import planted
from tests.usecases.sighted.results.planted import Vote, fair

THREE = ((1, 2), (1, 3), (2, 3))


def measures(failed=0):
    settled = [("ready", "complete")] * (10 - failed) + [("failed", None)] * failed
    return tuple(
        Measures(configuration, CompletionState(state), kind, 1, 1, 1, 0, 0)
        for configuration in (1, 2)
        for state, kind in (settled if configuration == 2 else settled[:5])
    )


STATES = {
    "no votes": [],
    "one vote": [Vote(1, 1, "first")],
    "one rater": fair(raters=1, prompts=20),
    "all ties": [Vote(rater, prompt, "both_good") for rater in range(6) for prompt in range(6)],
    "never met": [*fair(pairs=((1, 2),)), *fair(seed=2, prompts=6, pairs=((3, 4),))],
    "all one way": fair(share=1.0),
    "many": fair(pairs=THREE),
}


class TestEveryState:
    @pytest.mark.parametrize("name", STATES)
    def test_states_every_check_in_order_with_a_sentence_of_its_own(self, name):
        names = ("Alpha", "Beta", "Gamma", "Delta")
        found = planted.board(STATES[name], names=names, measures=measures())
        assert tuple(dict.fromkeys(check.name for check in found.checks)) == CHECKS
        lines = trust.lines(found, ENGLISH)
        assert len(lines) == len(CHECKS)
        for line in lines:
            assert line.said, line.name
            assert not any(
                "_" in said or "%" in said.replace("\N{NO-BREAK SPACE}%", "") for said in line.said
            )

    def test_is_stated_where_nobody_looked_beside_counts(self):
        found = planted.board(fair(), looks=None, history=())
        assert {check.name for check in found.checks} == set(CHECKS)
        assert planted.state(found, "agreement") == (NOT_CHECKED, "too_many_votes")

    def test_is_taken_over_where_counts_alone_are_looked_at(self):
        votes = fair(pairs=THREE)
        whole = planted.board(votes)
        quick = planted.board(
            [*votes, Vote(1, 1, "first")],
            earlier=whole,
            by_rater=(),
            by_prompt=(),
            history=(),
        )
        assert quick.votes == whole.votes + 1
        assert (quick.checks, quick.grounds, quick.course) == (
            whole.checks,
            whole.grounds,
            whole.course,
        )

    def test_says_of_the_retired_nothing(self):
        votes = fair(pairs=THREE)
        found = planted.board(votes, retired=frozenset({3}))
        alone = planted.board(fair(pairs=THREE), retired=frozenset({3}))
        assert found.checks == alone.checks
        assert all("Gamma" not in check.items for check in found.checks)


class TestFindings:
    def test_are_cautions_of_the_check_they_belong_to(self):
        found = planted.board(fair(raters=3, prompts=3, share=1.0))
        assert planted.state(found, "raters") == (CAUTION, "these_raters_only")
        assert planted.state(found, "prompts") == (CAUTION, "these_prompts_only")
        assert "unbounded_above" in {check.why for check in planted.of(found, "bounded")}
        assert {check.state for check in planted.of(found, "bounded")} == {CAUTION}

    def test_are_ok_where_there_are_none(self):
        found = planted.board(fair())
        for name in ("raters", "prompts", "connected", "bounded", "drift", "copies", "fit"):
            assert planted.state(found, name)[0] == OK
        (raters,) = planted.of(found, "raters")
        assert raters.figures == {"number": 8.0}

    def test_name_groups_that_never_met(self):
        found = planted.board(STATES["never met"], names=("Alpha", "Beta", "Gamma", "Delta"))
        assert planted.state(found, "connected") == (CAUTION, "disconnected")
        assert "largest group" in trust.summary(found, ENGLISH)


class TestOrder:
    def test_finds_a_planted_circle(self):
        circle = [
            Vote(rater, prompt, outcome, first, second)
            for rater in range(8)
            for prompt in range(8)
            for first, second, outcome in ((1, 2, "first"), (2, 3, "first"), (1, 3, "second"))
        ]
        mixed = [replace(one, outcome="second") for one in circle[::7] if one.outcome == "first"]
        assert planted.state(planted.board([*circle, *mixed]), "order")[0] == CAUTION

    def test_cannot_be_contradicted_by_two(self):
        assert planted.state(planted.board(fair()), "order") == (
            NOT_CHECKED,
            "too_few_configurations",
        )
        assert planted.state(planted.board(fair(pairs=THREE)), "order")[0] == OK


class TestTexts:
    def test_failures_are_named_by_configuration(self):
        assert planted.state(planted.board(fair(), measures=measures()), "failures")[0] == OK
        (check,) = planted.of(planted.board(fair(), measures=measures(failed=2)), "failures")
        assert (check.state, check.items) == (CAUTION, ("Beta",))
        assert check.figures["worst"] == pytest.approx(0.2)

    @pytest.mark.parametrize(("policy", "state"), [("report", CAUTION), ("mask", OK)])
    def test_leaks_count_for_what_was_done_about_them(self, policy, state):
        looks = Looks(leaks={2: 3}, leak_policy=policy)
        found = planted.board(fair(), looks=looks, measures=measures())
        (check,) = planted.of(found, "leaks")
        assert (check.state, check.items, check.figures) == (state, ("Beta",), {"number": 3.0})
        none = planted.board(fair(), measures=measures())
        assert planted.state(none, "leaks")[0] == OK

    def test_length_is_a_measurement_and_never_a_caution(self):
        votes = fair()
        amounts = {
            text: (300.0 if place == 0 else 100.0, 0, 0, 0, 0)
            for one in votes
            for place, text in enumerate(one.texts)
        }
        (check,) = planted.of(planted.board(votes, looks=Looks(measured=amounts)), "length")
        assert (check.state, check.items) == (NOTE, ("Alpha",))
        assert check.figures["ratio"] == pytest.approx(3)
