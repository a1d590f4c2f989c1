import pytest

from service.formats import study_nodes
from service.formats.study_problems import StudyFileInvalid


def message_of(text, source="study.yaml"):
    with pytest.raises(StudyFileInvalid) as caught:
        study_nodes.load(text, source)
    return caught.value.message


class TestLoad:
    def test_tells_the_line_of_every_value(self):
        document = study_nodes.load("a: 1\nb:\n  - x\n  - c: |\n      y\n", "s.yaml")
        assert document.value == {"a": 1, "b": ["x", {"c": "y\n"}]}
        assert document.lines[("a",)] == 1
        assert document.lines[("b", 0)] == 3
        assert document.lines[("b", 1, "c")] == 4

    def test_counts_lines_as_editors_do(self):
        document = study_nodes.load('a: "one\u2028\u0085two"\r\nb: 2\r\n', "s.yaml")
        assert document.lines[("b",)] == 2
        assert message_of('a: "one\u2028two"\nb: c: d').startswith("study.yaml, line 2")

    def test_reads_numbers_words_and_nothing(self):
        text = "{a: 1e-3, b: -2, c: no, d: 0o17, e: ~, f: , g: True, h: 1_000, i: 1:30, j: .5}"
        assert study_nodes.load(text, "s.yaml").value == {
            "a": 0.001,
            "b": -2,
            "c": "no",
            "d": "0o17",
            "e": None,
            "f": None,
            "g": True,
            "h": "1_000",
            "i": "1:30",
            "j": 0.5,
        }

    def test_merges_anchors_under_what_is_written(self):
        text = "a: &a {x: 1, y: 2}\nb: &b {y: 3}\nc:\n  y: 4\n  <<: *a\nd: {<<: [*b, *a]}\n"
        value = study_nodes.load(text, "s.yaml").value
        assert value["c"] == {"x": 1, "y": 4}
        assert value["d"] == {"x": 1, "y": 3}

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a: b: c", "line 1: this is not valid YAML: a text with a colon"),
            ("a: 1\n\tb: 2", "line 2: this is not valid YAML: a text that begins"),
            ("a: 'b", "a quote or bracket is opened and never closed"),
            ("a: *b", "a text that begins with * needs quotes"),
            ("a: 1\n---\nb: 2", "a second document"),
            ("a: {b: Why? c}", "a text with a question mark needs quotes"),
            ("a: [1, 2", "a closing bracket is missing"),
            ("a:\n  b: 1\n c: 2", "line 3"),
            ("a: \x00", "the character NUL"),
            ("a: 1\nb: \x07", "line 2: the file holds the character U+0007"),
            ("a: \ud83d", "U+D83D"),
            ('a: "\\ud83d"', "a: holds half of a character"),
            ('a: "\\0"', "a: holds a NUL"),
            ('a: "\\U0FFFFFFF"', "names no character"),
            ("a: !!python/object:os.system x", "the tag"),
            ("a: .nan", "not a number that can be used"),
            ("a: " + "9" * 400, "not a number that can be used"),
            ("? [x]\n: y", "a field's name must be plain text"),
            ("<<: x", "<< takes a group"),
            ("a: &a [*a]", "nested too deeply"),
            ("a: &a {<<: *a}", "nested too deeply"),
            ("[" * 3_000, "nested too deeply"),
            ("{" * 3_000, "nested too deeply"),
            ("x" * (study_nodes.MAX_BYTES + 1), "longer than 4 MiB"),
        ],
    )
    def test_refuses_in_plain_words(self, text, said):
        assert said in message_of(text)

    def test_refuses_aliases_that_grow_without_bound(self):
        levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
        assert "values" in message_of("a0: &a0 [x]\n" + "\n".join(levels))
        merges = [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 30)]
        assert "values" in message_of("a0: &a0 {}\n" + "\n".join(merges))

    def test_names_the_line_of_bad_json(self):
        assert "line 2: this is not valid JSON" in message_of('{"a": 1,\n}', "study.json")
        assert study_nodes.load("{a: 1}", "study.yaml").value == {"a": 1}

    def test_takes_a_byte_order_mark(self):
        assert study_nodes.load("\ufeffa: 1", "s.yaml").value == {"a": 1}
