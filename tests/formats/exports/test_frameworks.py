import json

from service.formats.exports import frameworks
from tests.formats.exports.judged import votes
from tests.formats.exports.rows import BAD, GOOD, USER, from_either_side, rows


class TestUltrafeedback:
    def test_has_its_columns_with_shares_of_votes_as_scores(self):
        (row,) = rows(frameworks.ultrafeedback, votes=votes(second=2, first=1, tie=1))
        assert row == {
            "prompt": "Question 1?",
            "prompt_id": "prompt-1",
            "chosen": [USER, BAD],
            "rejected": [USER, GOOD],
            "messages": [USER, BAD],
            "score_chosen": 0.625,
            "score_rejected": 0.375,
        }


class TestLlamaFactory:
    def test_has_objects_and_no_lists_where_its_converter_wants_them(self):
        made = from_either_side(frameworks.llama_factory)
        assert made == {"messages": [USER], "chosen": GOOD, "rejected": BAD}


class TestMsSwift:
    def test_has_the_preferred_conversation_and_the_other_answer(self):
        made = from_either_side(frameworks.ms_swift)
        assert made == {"messages": [USER, GOOD], "rejected_response": "bad 1", "margin": 1.0}


class TestNemoRl:
    def test_ranks_the_preferred_answer_first(self):
        made = from_either_side(frameworks.nemo_rl)
        assert made == {
            "context": [USER],
            "completions": [
                {"rank": 0, "completion": [GOOD]},
                {"rank": 1, "completion": [BAD]},
            ],
        }


class TestTinker:
    def test_says_which_of_two_is_preferred(self):
        for cast, label in (({"first": 2}, "A"), ({"second": 1}, "B")):
            (row,) = rows(frameworks.tinker, votes=votes(**cast))
            assert row == {
                "comparison": {
                    "prompt_conversation": [USER],
                    "completion_A": [GOOD],
                    "completion_B": [BAD],
                },
                "label": label,
            }


class TestDatasetInfo:
    def test_names_each_file_as_a_ranking(self):
        names = {"train": "train.jsonl", "test": "test.jsonl"}
        told = json.loads(frameworks.dataset_info(names)["dataset_info.json"])
        assert told["evenhand_train"]["file_name"] == "train.jsonl"
        assert all(each["ranking"] for each in told.values())
