import dataclasses
import hashlib
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Conflict
from service.formats import preferences
from service.formats.preferences import NothingToExport, Preference, Split

ALL_TRAIN = Split(test_share=0.0)


def preference(number=1, **changed):
    told = {
        "pair_id": f"pair-{number:04}",
        "prompt_key": f"prompt-{number}",
        "turns": (f"Question {number}?",),
        "first": (f"good {number}",),
        "second": (f"bad {number}",),
        "w_first": 1,
        "w_second": 0,
        "ties": 0,
        "both_bad": 0,
        "first_name": "Plain",
        "second_name": "Retrieval",
    }
    return Preference(**{**told, **changed})


def export(*given, split=ALL_TRAIN):
    return preferences.trl_dpo(given, study="Sizes", tool_version="1.2.3", split=split)


def rows_of(made, part="train"):
    content = made.files.get(f"{part}.jsonl", b"")
    return [json.loads(line) for line in content.decode("ascii").splitlines()]


class TestTrlDpo:
    def test_writes_conversations_with_an_explicit_prompt(self):
        (row,) = rows_of(export(preference()))
        assert row == {
            "prompt": [{"role": "user", "content": "Question 1?"}],
            "chosen": [{"role": "assistant", "content": "good 1"}],
            "rejected": [{"role": "assistant", "content": "bad 1"}],
        }

    def test_chooses_the_side_with_more_votes(self):
        (row,) = rows_of(export(preference(w_first=2, w_second=3, ties=9, both_bad=9)))
        assert row["chosen"][0]["content"] == "bad 1"

    def test_puts_the_context_before_the_first_message(self):
        (row,) = rows_of(export(preference(context="Read this.")))
        assert row["prompt"] == [{"role": "user", "content": "Read this.\n\nQuestion 1?"}]

    def test_drops_and_counts_what_teaches_nothing(self):
        made = export(
            preference(1),
            preference(2, w_first=0),
            preference(3, w_second=1),
            preference(4, w_first=0, ties=2, both_bad=1),
            preference(5, first=("same  text",), second=("same\ntext ",)),
            preference(6, second=(" ",)),
        )
        assert len(rows_of(made)) == 1
        assert made.manifest["matchups_in"] == 6
        assert made.manifest["votes_in"] == 8
        assert made.manifest["rows_out"] == 1
        assert made.manifest["dropped"] == {
            "no_votes": 1,
            "no_net_majority": 2,
            "identical_texts": 1,
            "empty_text": 1,
        }

    def test_takes_the_first_turn_only_and_counts_the_others(self):
        made = export(
            preference(1, turns=("a", "b", "c"), first=("x", "y", "z"), second=("u", "v", "w")),
            preference(2, turns=("a", "b"), first=("same", "y"), second=("same", "v")),
        )
        (row,) = rows_of(made)
        assert row["prompt"] == [{"role": "user", "content": "a"}]
        assert row["chosen"] == [{"role": "assistant", "content": "x"}]
        assert made.manifest["turns_dropped"] == 2
        assert made.manifest["dropped"]["identical_texts"] == 1

    def test_gives_the_same_bytes_in_any_order_and_from_either_side(self):
        given = [preference(number) for number in range(40)]
        mirrored = [
            dataclasses.replace(
                one,
                first=one.second,
                second=one.first,
                w_first=one.w_second,
                w_second=one.w_first,
                first_name=one.second_name,
                second_name=one.first_name,
            )
            for one in given
        ]
        random.Random(1).shuffle(mirrored)
        assert export(*given, split=None).files == export(*mirrored, split=None).files

    def test_sorts_rows_by_pair(self):
        found = rows_of(export(preference(3), preference(1), preference(2)))
        assert [row["chosen"][0]["content"] for row in found] == ["good 1", "good 2", "good 3"]

    def test_escapes_everything_beyond_ascii(self):
        text = "naïve\u2028\x85\x00😀\n"
        made = export(preference(first=(text,)))
        assert made.files["train.jsonl"].count(b"\n") == 1
        assert b"\r" not in made.files["train.jsonl"]
        assert rows_of(made)[0]["chosen"][0]["content"] == text

    def test_the_manifest_vouches_for_the_files(self):
        made = export(*[preference(number) for number in range(60)], split=None)
        assert json.loads(made.files["manifest.json"]) == made.manifest
        assert set(made.manifest["files"]) == {"train.jsonl", "test.jsonl"}
        for name, told in made.manifest["files"].items():
            content = made.files[name]
            assert told["sha256"] == hashlib.sha256(content).hexdigest()
            assert told["rows"] == len(content.splitlines())
            assert told["bytes"] == len(content)
        assert made.manifest["configurations"] == ["Plain", "Retrieval"]
        assert made.manifest["tool_version"] == "1.2.3"

    def test_the_card_lists_the_files_there_are(self):
        both = export(*[preference(number) for number in range(60)], split=None)
        assert b"path: test.jsonl" in both.files["README.md"]
        one = export(preference())
        assert b"path: test.jsonl" not in one.files["README.md"]
        assert "test.jsonl" not in one.files

    def test_refuses_an_export_without_votes_or_rows(self):
        with pytest.raises(NothingToExport, match="no votes"):
            export(preference(w_first=0))
        with pytest.raises(NothingToExport, match="no votes"):
            export()
        with pytest.raises(NothingToExport, match="None of the 1 matchups"):
            export(preference(w_second=1))
        assert issubclass(NothingToExport, Conflict)


class TestSplit:
    def test_keeps_all_rows_of_a_prompt_in_one_file(self):
        given = [preference(number, prompt_key=f"p{number % 30}") for number in range(300)]
        made = export(*given, split=Split(test_share=0.4))
        asked = {
            part: {row["chosen"][0]["content"].split()[1] for row in rows_of(made, part)}
            for part in ("train", "test")
        }
        keys = {part: {int(number) % 30 for number in found} for part, found in asked.items()}
        assert keys["train"].isdisjoint(keys["test"])
        assert keys["train"] | keys["test"] == set(range(30))
        assert made.manifest["split"]["prompts"] == {
            part: len(found) for part, found in keys.items()
        }

    def test_does_not_move_prompts_as_data_grows(self):
        few = rows_of(export(*map(preference, range(50)), split=None), "test")
        many = rows_of(export(*map(preference, range(100)), split=None), "test")
        assert [row for row in many if row in few] == few

    def test_takes_about_the_share_asked_for(self):
        split = Split()
        share = sum(split.is_test(f"key-{number}") for number in range(5_000)) / 5_000
        assert 0.08 < share < 0.12

    def test_puts_everything_into_training_when_it_would_be_empty(self):
        made = export(preference(), split=Split(test_share=1.0))
        assert len(rows_of(made)) == 1
        assert made.manifest["split"]["all_in_train"] is True


class TestInvariants:
    @given(
        st.lists(
            st.builds(
                preference,
                number=st.integers(0, 5),
                first=st.tuples(st.text(max_size=3)),
                second=st.tuples(st.text(max_size=3)),
                w_first=st.integers(0, 3),
                w_second=st.integers(0, 3),
                ties=st.integers(0, 2),
            ),
            max_size=8,
        )
    )
    def test_every_matchup_is_a_row_or_counted_as_dropped(self, given):
        try:
            made = export(*given, split=Split(test_share=0.5))
        except NothingToExport:
            return
        told = made.manifest
        assert told["rows_out"] + sum(told["dropped"].values()) == len(given)
        for part in ("train", "test"):
            for row in rows_of(made, part):
                chosen, rejected = row["chosen"][0]["content"], row["rejected"][0]["content"]
                assert chosen.split() != rejected.split()
                assert chosen.strip()
                assert rejected.strip()
                assert [message["role"] for message in row["prompt"]] == ["user"]


class TestMarks:
    def test_stand_beside_the_texts_that_they_are_of(self):
        made = export(
            preference(1, grades=(4.5, 2.0), leads={"Kind": 1.0, "Right": 0.0}),
            preference(2, w_second=3, grades=(4.0, 2.0), leads={"Kind": 0.5, "Right": 0.0}),
            preference(3),
        )
        rows = rows_of(made)
        assert [(row["chosen_grade"], row["rejected_grade"]) for row in rows] == [
            (4.5, 2.0),
            (2.0, 4.0),
            (None, None),
        ]
        assert [row["criteria"] for row in rows] == [
            {"Kind": 1.0, "Right": 0.0},
            {"Kind": -0.5, "Right": 0.0},
            {"Kind": None, "Right": None},
        ]
        assert "-0.0" not in made.files["train.jsonl"].decode()
        assert "criteria" in made.manifest["policy"]

    def test_leave_no_trace_where_none_were_asked(self):
        made = export(preference())
        assert set(rows_of(made)[0]) == {"prompt", "chosen", "rejected"}
        assert "grade" not in json.dumps(made.manifest)

    @pytest.mark.parametrize("marked", [range(40), range(0, 40, 7), [5], []])
    def test_no_column_is_null_throughout_a_file_and_the_first_rows_show_its_type(self, marked):
        made = export(
            *[
                preference(
                    number,
                    grades=(4.5, 2.0) if number in marked else None,
                    leads={"Kind": 0.5} if number + 1 in marked else {},
                )
                for number in range(40)
            ],
            split=Split(test_share=0.3),
        )
        assert {"train.jsonl", "test.jsonl"} <= set(made.files)
        columns = set()
        for part in ("train", "test"):
            rows = rows_of(made, part)
            there = {name for name in rows[0] if name not in {"prompt", "chosen", "rejected"}}
            columns.add(frozenset(there))
            for name in there:
                values = [row[name] for row in rows]
                told = [
                    next(iter(value.values())) if isinstance(value, dict) else value
                    for value in values
                ]
                assert {type(value) for value in told} <= {float, type(None)}
                assert any(value is not None for value in told[:2])
        assert len(columns) == 1
        lacking = {"chosen_grade", "rejected_grade", "criteria.Kind"} - {
            f"{name}.Kind" if name == "criteria" else name for name in next(iter(columns))
        }
        assert set(made.manifest["columns_left_out"]) == (lacking if marked else set())

    def test_a_column_for_one_file_alone_is_left_out_of_both_and_named(self):
        """Grades only on prompts whose rows fall into the test file: `datasets` loads neither."""
        split = Split()
        made = export(
            *[
                preference(n, grades=(4.0, 2.0) if split.is_test(f"prompt-{n}") else None)
                for n in range(60)
            ],
            split=split,
        )
        for part in ("train", "test"):
            assert {frozenset(row) for row in rows_of(made, part)} == {
                frozenset({"prompt", "chosen", "rejected"})
            }
        assert set(made.manifest["columns_left_out"]) == {"chosen_grade", "rejected_grade"}
