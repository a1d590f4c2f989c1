from dataclasses import replace

import pytest

from service.formats.exports import policy
from service.formats.exports.policy import Policy, Split
from tests.formats.exports.judged import judged, votes


def why(given=Policy(), **changed):  # noqa: B008 - frozen
    return policy.keep(judged(**changed), given).dropped


class TestKeep:
    def test_prefers_the_side_with_more_votes(self):
        kept = policy.keep(judged(votes=votes(first=2, second_much=3, tie=9, both_bad=2)), Policy())
        assert (kept.preferred, kept.chosen, kept.rejected) == (-1, "bad 1", "good 1")
        assert (kept.agreement, kept.margin) == (3 / 16, 1 / 16)

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"votes": ()}, "no_votes"),
            ({"votes": votes(first=1, second=1)}, "no_net_majority"),
            ({"votes": votes(tie=2, both_bad=1)}, "no_net_majority"),
            ({"first": "same  text", "second": "same\ntext "}, "identical_texts"),
            ({"second": " "}, "empty_text"),
            ({"differs_before": True}, "history_differs"),
            ({}, ""),
        ],
    )
    def test_says_why_there_is_no_row(self, changed, reason):
        assert why(**changed) == reason

    def test_follows_what_the_policy_asks_for(self):
        assert why(Policy(least_votes=2)) == "too_few_votes"
        split = {"votes": votes(first=2, second=1)}
        assert why(Policy(least_agreement=0.7), **split) == "too_little_agreement"
        assert why(Policy(least_agreement=0.6), **split) == ""
        assert why(Policy(cut_off=False), is_cut_off=True) == "cut_off_text"
        assert why(Policy(cut_off=True), is_cut_off=True) == ""
        assert why(Policy(not_trained_on=("Plain",))) == "not_to_be_trained_on"
        assert why(Policy(not_trained_on=("Retrieval",))) == ""
        assert why(Policy(conflicts=False), **split) == "raters_disagree"
        assert why(Policy(conflicts=False), votes=votes(first=2, tie=1)) == ""
        assert why(Policy(leaks=False), has_leak=True) == "text_names_its_maker"
        assert why(Policy(leaks=True), has_leak=True) == ""

    def test_counts_ties_among_the_votes_or_ignores_them(self):
        cast = {"votes": votes(first=2, tie=2, both_bad=4)}
        found = [
            policy.keep(judged(**cast), Policy(ties=ties, both_bad=bad)).agreement
            for ties in ("count", "ignore")
            for bad in ("count", "ignore")
        ]
        assert found == [2 / 8, 2 / 4, 2 / 6, 2 / 2]
        ignored = Policy(ties="ignore", both_bad="ignore")
        assert why(ignored, votes=votes(tie=2, both_bad=1)) == "too_few_votes"
        assert policy.keep(judged(votes=votes(both_bad=1)), ignored).labels(ignored) == (
            False,
            False,
        )

    @pytest.mark.parametrize(
        ("cast", "margin"),
        [
            ({"first_much": 2}, 1.0),
            ({"first": 2}, 0.5),
            ({"first_much": 1, "first": 1, "second": 1, "tie": 1}, (1 + 0.5 - 0.5) / 4),
            ({"first": 3, "second_much": 2}, 0.0),
        ],
    )
    def test_weighs_the_margin_by_strength_on_request(self, cast, margin):
        assert policy.keep(judged(votes=votes(**cast)), Policy(strength=True)).margin == margin

    def test_leaves_flagged_and_imported_votes_out_where_it_is_asked(self):
        flagged, imported = votes(first=1, second=1)
        flagged, imported = replace(flagged, is_flagged=True), replace(imported, is_imported=True)
        cast = {"votes": (flagged, imported)}
        assert policy.keep(judged(**cast), Policy()).preferred == -1
        assert policy.keep(judged(**cast), Policy(flagged="keep", imported=False)).preferred == 1
        assert why(Policy(imported=False), **cast) == "no_votes"

    @pytest.mark.parametrize("wrong", [{"least_votes": 0}, {"least_agreement": 1.5}])
    def test_refuses_what_cannot_be_followed(self, wrong):
        with pytest.raises(policy.PolicyInvalid):
            Policy(**wrong)


class TestLabels:
    @pytest.mark.parametrize(
        ("changed", "labels"),
        [
            ({"grades": (4.5, 2.0)}, (True, False)),
            ({"grades": (3.0, 1.0)}, (None, False)),
            ({"votes": votes(both_good=2, first=1)}, (True, True)),
            ({"votes": votes(both_bad=2, first=1)}, (False, False)),
            ({"votes": votes(both_good=1, first=1)}, (None, None)),
            ({"votes": votes(tie=3)}, (None, None)),
            ({}, (None, None)),
        ],
    )
    def test_come_from_grades_and_from_what_both_are(self, changed, labels):
        assert policy.keep(judged(**changed), Policy()).labels(Policy()) == labels

    def test_come_from_wins_only_on_request(self):
        given = Policy(wins_as_labels=True)
        assert policy.keep(judged(), given).labels(given) == (True, False)
        assert policy.keep(judged(votes=votes(second=1)), given).labels(given) == (False, True)


class TestSplit:
    def test_takes_about_the_share_asked_for_and_never_moves_a_key(self):
        split = Split(0.2)
        chosen = {key for key in map(str, range(5000)) if split.is_test(key)}
        assert 900 < len(chosen) < 1100
        assert all(Split(0.3).is_test(key) for key in chosen)
