import pytest

from service.formats.json_values import Decoder, load_json, unstorable


class TestDecoder:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('{"latency_ms": NaN}', "latency_ms is NaN"),
            ('{"a": {"deep": [1, -Infinity]}}', "deep is -Infinity"),
            ("[NaN]", "NaN"),
            ('{"a": 1, "a": 2}', "'a' comes twice"),
        ],
    )
    def test_names_the_column_and_what_was_read(self, text, said):
        _, end, problem = Decoder().decode(text)
        assert said in problem
        assert end == len(text)

    def test_forgets_the_problem_of_the_value_before(self):
        decoder = Decoder()
        decoder.decode('{"a": NaN}')
        assert decoder.decode('{"a": 1}') == ({"a": 1}, 8, "")

    def test_gives_up_where_values_lie_too_deep(self):
        with pytest.raises(ValueError, match=r"deep|value"):
            Decoder().decode("[" * 100_000)


class TestLoadJson:
    def test_takes_one_value_and_nothing_behind_it(self):
        assert load_json(' {"a": [1]}\n') == {"a": [1]}
        with pytest.raises(ValueError, match="behind"):
            load_json("{} {}")
        with pytest.raises(ValueError, match="NaN"):
            load_json('{"a": NaN}')


class TestUnstorable:
    def test_looks_into_everything(self):
        assert "NUL" in unstorable({"a": ["x", ("\0",)]})
        assert "half" in unstorable({"\ud83d": 1})
        assert unstorable({"a": [1, None, "é"]}) == ""
