import pytest

from service.web.researcher import speech
from tests.web.researcher import contents


def said(content) -> list[str]:
    return [sentence.text for sentence in speech.decide(content)]


class TestDecide:
    def test_says_who_is_preferred_with_share_and_interval(self):
        first = speech.decide(contents.content())[0]
        assert first.text == "retrieval is preferred to plain-prompt."
        assert first.figure == "63\xa0% of all votes (ties count half), 95\xa0% interval 55–71"
        assert first.matchup == ("retrieval", "plain-prompt")

    def test_says_who_cannot_be_told_apart_and_how_far_they_may_be(self):
        sentence = speech.decide(contents.content())[2]
        assert sentence.text == "fine-tune cannot be told from retrieval."
        assert sentence.figure == "49\xa0% [41–57]; a difference beyond ±9 points is unlikely"

    def test_says_what_is_cheapest_within_noise_of_the_best(self):
        sentence = speech.decide(contents.content())[3]
        assert sentence.text == "Cheapest within noise of the best: fine-tune"
        assert sentence.figure == "$0.42 per 1,000 requests · retrieval $2.60"

    def test_names_an_unknown_cost_and_never_takes_it_for_nothing(self):
        content = contents.content()
        content["ratings"][1]["cost_per_1000"] = None
        sentence = speech.decide(content)[3]
        assert sentence.text == "Cheapest within noise of the best: retrieval"
        assert sentence.figure == "$2.60 per 1,000 requests · unknown for fine-tune"

    def test_says_nothing_of_cost_where_all_are_free(self):
        content = contents.content()
        for row in content["ratings"]:
            row["cost_per_1000"] = 0.0
        assert not [text for text in said(content) if "heapest" in text]

    def test_speaks_for_these_raters_below_five(self):
        assert not [text for text in said(contents.content(raters=5)) if "speaks for" in text]
        assert said(contents.content(raters=2))[-1] == "All this speaks for these 2 raters."
        assert said(contents.content(raters=1))[-1] == "All this speaks for this one rater."

    @pytest.mark.parametrize("votes", [0, 3])
    def test_says_not_enough_data_instead_of_a_number(self, votes):
        content = contents.content(votes=votes)
        for row in content["ratings"][1:]:
            row["votes"] = 0
        sentences = speech.decide(content)
        assert [sentence.text for sentence in sentences] == [
            "There is not enough data to compare yet."
        ]
        assert sentences[0].figure

    def test_says_so_when_nobody_is_ahead(self):
        content = contents.content()
        for row in content["differences"]:
            row["told_apart"] = False
        texts = said(content)
        assert texts[0] == "Nobody is ahead yet: the best cannot be told from any other."
        assert not [text for text in texts if "preferred" in text]

    def test_explains_an_interval_beside_the_middle_that_does_not_settle_it(self):
        content = contents.content()
        content["differences"][1]["told_apart"] = False
        (sentence,) = [
            each for each in speech.decide(content) if each.text.startswith("plain-prompt cannot")
        ]
        assert "not settled once all comparisons are taken together" in sentence.figure
        assert "unlikely" not in sentence.figure

    def test_sums_up_many_rivals(self):
        names = [f"rival-{number}" for number in range(9)]
        content = contents.content(
            ratings=[contents.row(name, 0.5, 0.4, 0.6, None) for name in ["best", *names]],
            differences=[
                contents.difference("best", name, 0.6 + place / 100, told_apart=True)
                for place, name in enumerate(names)
            ],
        )
        sentences = speech.decide(content)
        assert sentences[0].text == "best is preferred to 9 of the others."
        assert sentences[0].figure.startswith("The closest of them is rival-0: 60\xa0%")
        for row in content["differences"]:
            row["told_apart"] = False
        assert said(content)[0] == "9 others cannot be told from best."

    def test_leaves_out_the_retired(self):
        content = contents.content()
        content["ratings"][0]["is_retired"] = True
        assert not [text for text in said(content) if text.startswith("retrieval")]
        assert said(content)[0] == "fine-tune is preferred to plain-prompt."


class TestDifference:
    def test_turns_round_what_was_stored_the_other_way(self):
        found = speech.difference(contents.content(), "plain-prompt", "retrieval")
        assert found is not None
        assert found.share == pytest.approx(0.37)
        assert (found.low, found.high) == (pytest.approx(0.29), pytest.approx(0.45))

    def test_knows_none_between_unconnected_configurations(self):
        assert speech.difference(contents.content(differences=[]), "retrieval", "x") is None


class TestNotes:
    def test_names_whom_a_finding_concerns_and_says_each_once(self):
        finding = {"message": "It won every vote.", "items": ["retrieval"]}
        notes = speech.notes({"findings": [finding, finding, {"message": "Few prompts."}]})
        assert notes == ["retrieval: It won every vote.", "Few prompts."]


class TestLeftOut:
    def test_says_how_many_and_why(self):
        assert speech.left_out(contents.content()) == [
            "1 vote cast after the study closed or the rater finished",
            "3 votes by people who had seen the results",
        ]

    def test_is_silent_about_nothing(self):
        assert speech.left_out({"excluded": {"late": 0}}) == []


class TestListed:
    @pytest.mark.parametrize(
        ("names", "text"),
        [
            ([], ""),
            (["a"], "a"),
            (["a", "b"], "a and b"),
            (["a", "b", "c"], "a, b and c"),
            (list("abcdefg"), "a, b, c, d and 3 others"),
        ],
    )
    def test_reads_as_one_says_it(self, names, text):
        assert speech.listed(names) == text
