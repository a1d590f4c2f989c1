from dataclasses import replace

import pytest

from service.domain.preregistration import Deviation
from service.reporting import preregistered
from service.reporting.words import ENGLISH, NONE
from tests.domain.test_preregistration import AT, DECLARED, PLAN


def told(**changed):
    return dict(preregistered.declared(replace(DECLARED, **changed), ENGLISH))


class TestDeclared:
    def test_says_all_that_was_frozen(self):
        said = told(
            plan=replace(PLAN, votes_per_rater=24, dealing="adaptive", incumbent="A"),
            prompt_set="Support, version 2",
        )
        assert said["Question"] == DECLARED.question
        assert said["Difference that counts"].startswith("more than 5 percentage points")
        assert said["Who is left out"] == DECLARED.exclusions
        assert said["Stop rule"] == "after 200 votes"
        assert said["Results until then"] == "sealed: shown nowhere"
        assert said["Plan"] == (
            "1 vote for each matchup; 24 matchups asked of each rater; drawn more often where "
            "votes tell more; compared with A"
        )
        assert said["Configurations"] == "A and B"
        assert said["Prompts"].startswith("2 prompts, of Support, version 2 (SHA-256 ")

    def test_says_what_was_not_declared(self):
        said = told(question="", exclusions="", end_votes=None, is_sealed=False)
        assert (said["Question"], said["Who is left out"]) == (NONE, NONE)
        assert said["Stop rule"] == "none declared: it ends when it is closed by hand"
        assert said["Results until then"] == "shown to whoever may see these pages"

    def test_says_which_end_comes_first(self):
        said = told(end_date="2026-12-31")
        assert said["Stop rule"] == (
            "after 200 votes or with the end of 2026-12-31 (UTC), whichever comes first"
        )


class TestDeviations:
    def test_says_so_where_there_are_none(self):
        assert preregistered.deviations((), ENGLISH) == [
            "Nothing deviates from what was registered."
        ]

    @pytest.mark.parametrize(
        ("found", "said"),
        [
            (
                Deviation("configurations_added", ("C", "D"), 2),
                "Added after the study opened: C and D.",
            ),
            (
                Deviation("configurations_retired", ("B",), 1),
                "Taken out of service after the study opened: B.",
            ),
            (
                Deviation("configurations_changed", ("A",), 1),
                "Changed after the study opened: A.",
            ),
            (
                Deviation("prompts_added", number=1),
                "1 prompt was added after the study opened.",
            ),
            (Deviation("prompts_changed"), "The prompts are not those that were registered."),
            (
                Deviation("settings_changed", ("margin",), 1),
                "Changed after the study opened: the settings margin.",
            ),
            (Deviation("end_moved"), "The declared end was moved."),
            (
                Deviation("excluded_by_hand", number=3, because="too fast"),
                "3 judgements are left out by hand. Reasons: too fast",
            ),
            (
                Deviation("lifted_by_hand", number=1),
                "1 judgement was left out by hand and counts again.",
            ),
            (
                Deviation("closed_early", at=AT),
                "Closed by hand on 2026-03-12, before the declared end.",
            ),
            (
                Deviation("unsealed_early", ("ada",), at=AT, because="No time."),
                "Unsealed by ada on 2026-03-12, before the stop rule was met. Reason: No time.",
            ),
        ],
    )
    def test_says_each_kind(self, found, said):
        assert preregistered.deviations((found,), ENGLISH) == [said]


class TestFingerprint:
    def test_is_told_in_full(self):
        assert preregistered.fingerprint("a" * 64, ENGLISH) == f"SHA-256 {'a' * 64}"
