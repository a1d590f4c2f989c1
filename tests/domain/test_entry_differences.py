from hypothesis import given
from hypothesis import strategies as st

from service.domain import entry_differences
from service.domain.entry_differences import Line, between, lines

TEXTS = st.lists(st.sampled_from(["a", "b", "", "c"]), max_size=12).map("\n".join)


class TestBetween:
    def test_names_each_field_that_differs_by_its_path(self):
        one = {
            "name": "One",
            "model": "a/b",
            "parameters": {"temperature": 0, "top_p": 0.5},
            "examples": [{"user": "Why?", "assistant": "So."}],
        }
        other = {
            "name": "Other",
            "model": "a/b",
            "parameters": {"temperature": 1, "seed": 7},
            "examples": [{"user": "Why?", "assistant": "Thus."}],
        }
        found = {each.field: each.lines for each in between(one, other)}
        assert found == {
            "parameters.temperature": (Line("0", "1"),),
            "parameters.top_p": (Line("0.5", None),),
            "examples.1.assistant": (Line("So.", "Thus."),),
            "parameters.seed": (Line(None, "7"),),
        }
        assert between(one, {**one, "name": "Twin"}) == ()


class TestLines:
    def test_set_equal_lines_face_to_face(self):
        found = lines("Be kind.\nBe brief.\nSign.", "Be kind.\nSign.")
        assert found == (
            Line("Be kind.", "Be kind."),
            Line("Be brief.", None),
            Line("Sign.", "Sign."),
        )

    @given(TEXTS, TEXTS)
    def test_hold_both_texts_whole_and_mirror(self, one, other):
        found = lines(one, other)
        assert "\n".join(line.one for line in found if line.one is not None) == one
        assert "\n".join(line.other for line in found if line.other is not None) == other

    def test_are_told_as_a_whole_where_comparing_would_take_too_long(self):
        one = "x\n" + "\n" * 20_000 + "y"
        other = "y\n" + "\n" * 19_000 + "x"
        found = lines(one, other)
        assert len(found) == 20_002
        assert not found[0].is_equal

    def test_spend_no_more_steps_than_they_may(self):
        """As many pairs of equal lines as are still compared, none of them in order."""
        number = 200
        one = "\n".join(str(at % 20) for at in range(number))
        other = "\n".join(str(at * 7 % 20) for at in range(number))
        assert number * number / 20 * number < entry_differences.MOST_STEPS
        assert len(lines(one, other)) >= number
