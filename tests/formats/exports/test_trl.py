from service.formats.exports import trl
from tests.formats.exports.rows import BAD, GOOD, TALK, USER, from_either_side, rows


class TestDpo:
    def test_has_an_explicit_prompt(self):
        made = from_either_side(trl.dpo)
        assert made == {"prompt": [USER], "chosen": [GOOD], "rejected": [BAD]}

    def test_keeps_the_history_and_the_system_message(self):
        (row,) = rows(trl.dpo, prompt=TALK)
        assert row["prompt"] == [each.told() for each in TALK]


class TestReward:
    def test_has_whole_conversations_and_a_margin(self):
        made = from_either_side(trl.reward)
        assert made == {"chosen": [USER, GOOD], "rejected": [USER, BAD], "margin": 1.0}


class TestKto:
    def test_has_a_row_for_each_answer_that_is_known_to_be_good_or_bad(self):
        assert rows(trl.kto) == []
        made = rows(trl.kto, grades=(5.0, 1.0))
        assert [(row["completion"], row["label"]) for row in made] == [
            ([GOOD], True),
            ([BAD], False),
        ]
