import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.labels import labels_of


def shown(*names):
    found = labels_of(names)
    return [found.of(name) for name in names]


class TestLabelsOf:
    def test_leaves_out_what_all_begin_with_up_to_a_sign_between_words(self):
        names = ("openai/gpt-4o-2024-08-06", "openai/gpt-4o-mini", "openai/gpt-4.1")
        assert shown(*names) == ["…4o-2024-08-06", "…4o-mini", "…4.1"]
        assert labels_of(names).elided == "openai/gpt-"

    def test_does_not_cut_within_a_word(self):
        assert shown("summariser-short", "summariser-shortest") == ["…short", "…shortest"]

    @pytest.mark.parametrize(
        "names",
        [
            ("retrieval", "fine-tune"),
            ("gpt-4o", "gpt-4o-mini"),  # a short beginning is left
            ("prompt-a", "prompt-b"),
            ("alone/with-a-very-long-name",),
            ("summariser/one", "summariser/two", "other"),  # not what all begin with
            (),
        ],
    )
    def test_leaves_names_as_they_are_where_nothing_is_gained(self, names):
        assert shown(*names) == list(names)
        assert labels_of(names).elided == ""

    def test_never_leaves_nothing_of_a_name(self):
        assert shown("shop/models/", "shop/models/large") == ["shop/models/", "shop/models/large"]
        names = ("the/team/all-models/", "the/team/all-models/large")
        assert shown(*names) == ["…models/", "…models/large"]

    def test_numbers_names_that_look_equal(self):
        names = ("large model", "large\u00a0model", "large\u200b model", "small")
        assert shown(*names) == [
            "large model (1)",
            "large\u00a0model (2)",
            "large\u200b model (3)",
            "small",
        ]

    def test_does_not_number_into_a_name_that_is_there(self):
        assert shown("a b", "a\u00a0b", "a b (1)") == ["a b (2)", "a\u00a0b (3)", "a b (1)"]

    def test_knows_what_a_stranger_is_called(self):
        assert labels_of(["a", "b"]).of("(revision 3)") == "(revision 3)"

    @given(st.lists(st.text("ab-/ \u00a0\u200b", min_size=1, max_size=14), max_size=8))
    def test_keeps_what_differs_and_never_makes_two_equal(self, names):
        found = labels_of(names)
        labels = [found.of(name) for name in dict.fromkeys(names)]
        assert len(set(labels)) == len(labels)
        for name in names:
            assert name[len(found.elided) :] in found.of(name)
            assert name.startswith(found.elided)
            assert len(name) > len(found.elided)
