from dataclasses import asdict, fields

from service.blinding import payload, sides

PROMPT = {"turns": ["<p>Why?</p>"], "context": "<p>Sky</p>", "model": "not for raters"}


class TestBuild:
    def test_lets_the_texts_stand_where_the_sides_say(self):
        one, other = (
            payload.build("t", PROMPT, ["<p>first</p>"], ["<p>second</p>"], stand)
            for stand in sides.BOTH
        )
        assert (one.left_turns, one.right_turns) == (other.right_turns, other.left_turns)
        assert {one.left_turns, one.right_turns} == {("<p>first</p>",), ("<p>second</p>",)}

    def test_takes_nothing_from_the_prompt_but_its_turns_and_context(self):
        made = payload.build("t", PROMPT, ["a"], ["b"], sides.BOTH[0])
        assert (made.prompt_turns, made.context) == (("<p>Why?</p>",), "<p>Sky</p>")
        assert "not for raters" not in str(asdict(made))
        assert payload.build("t", {"turns": []}, ["a"], ["b"], sides.BOTH[0]).context == ""

    def test_has_the_whitelisted_fields_and_no_others(self):
        assert {one.name for one in fields(payload.BlindAssignment)} == {
            "token", "prompt_turns", "context", "left_turns", "right_turns", "is_practice",
        }  # fmt: skip
