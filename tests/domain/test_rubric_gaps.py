from service.domain import rubric_gaps
from service.domain.judge import Settled
from service.domain.rubric_gaps import Missed


def missed(key, reason, *tags):
    return Missed(key, key, tags, Settled.FIRST, Settled.SECOND, (reason,))


class TestGroup:
    def test_goes_by_tags_first_then_by_words_that_reasons_share(self):
        found = rubric_gaps.group(
            [
                missed("1", "It names a date.", "refunds"),
                missed("2", "Nothing invented.", "refunds"),
                missed("3", "Shorter sentences."),
                missed("4", "The sentences are plain."),
                missed("5", "Funny."),
            ]
        )
        themes = [(gap.theme, gap.is_tag, [one.key for one in gap.missed]) for gap in found]
        assert themes == [
            ("refunds", True, ["1", "2"]),
            ("sentences", False, ["3", "4"]),
            ("", False, ["5"]),
        ]
        assert found[0].reasons == ("It names a date.", "Nothing invented.")

    def test_puts_each_matchup_in_one_gap(self):
        given = [missed(str(n), f"Reason {n} about tone.", "a", f"t{n % 3}") for n in range(30)]
        found = rubric_gaps.group(given)
        assert sorted(one.key for gap in found for one in gap.missed) == sorted(map(str, range(30)))
        assert rubric_gaps.group([]) == ()

    def test_takes_no_empty_word_for_a_theme(self):
        found = rubric_gaps.group([missed("1", "This one is better."), missed("2", "better, more")])
        assert [gap.theme for gap in found] == [""]
