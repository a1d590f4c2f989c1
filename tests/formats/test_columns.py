import pytest

from service.formats import columns
from service.formats.columns import BadValue


class TestByPlainName:
    def test_compares_names_without_case_spaces_and_dashes(self):
        found = columns.by_plain_name({"Prompt-ID": 1, " Model A ": "x", "empty": "", "none": None})
        assert found == {"prompt_id": 1, "model_a": "x"}

    def test_lets_the_first_synonym_win(self):
        values = {"instruction": "second", "prompt": "first"}
        assert columns.pick(values, columns.PROMPT_TEXT) == "first"
        assert columns.pick(values, columns.CONTEXT) is None


class TestText:
    def test_joins_the_parts_of_a_message(self):
        assert columns.text(["a", {"type": "text", "text": "b"}], "completion") == "ab"

    @pytest.mark.parametrize(
        ("value", "why"),
        [(7, "must be text"), ([{"type": "image"}], "type image"), ([3], "without text")],
    )
    def test_refuses_what_cannot_be_compared(self, value, why):
        with pytest.raises(BadValue, match=f"completion .*{why}"):
            columns.text(value, "completion")


class TestLabel:
    def test_takes_names_and_whole_numbers(self):
        assert columns.label(" Lead ", "model") == "Lead"
        assert columns.label(7, "id") == "7"

    @pytest.mark.parametrize("value", [True, 1.5, None, " ", "x" * (columns.MAX_NAME + 1)])
    def test_refuses_everything_else(self, value):
        with pytest.raises(BadValue, match="model"):
            columns.label(value, "model")


class TestNumber:
    def test_takes_amounts_and_absence(self):
        assert columns.number("1.5", "cost") == 1.5
        assert columns.number(None, "cost") is None

    @pytest.mark.parametrize("value", [-1, "nan", "many", True, [], "1e999"])
    def test_refuses_what_is_no_amount(self, value):
        with pytest.raises(BadValue, match="not negative"):
            columns.number(value, "cost")


class TestTags:
    def test_gathers_each_once_from_lists_and_texts(self):
        values = {"tags": "a, b,,a", "category": '["b", "c"]', "topic": 7}
        assert columns.tags(values) == ("a", "b", "c", "7")


class TestUnpacked:
    def test_opens_json_in_a_cell_and_leaves_other_text_alone(self):
        assert columns.unpacked('["a", 1]') == ["a", 1]
        assert columns.unpacked("[not json") == "[not json"
        assert columns.unpacked("plain") == "plain"


class TestIsBareNumber:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [(7, True), (" 12 ", True), (True, False), ("a1", False), (1.5, False)],
    )
    def test_tells_an_id_from_a_text(self, value, expected):
        assert columns.is_bare_number(value) is expected
