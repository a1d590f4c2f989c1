import io
import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.domain.vote import Choice
from service.formats import votes
from service.formats.rows import Note, RowError
from service.formats.votes import VoteRow


def read(*values):
    lines = "\n".join(json.dumps(value) for value in values)
    return list(votes.read(io.BytesIO(lines.encode()), "votes.jsonl"))


VOTE = {"prompt": "p", "left": "Ada", "right": "Bob", "winner": "left"}


class TestRead:
    def test_reads_the_real_file_whole(self, real_files):
        with real_files("llmfao", "crowd-comparisons.csv").open("rb") as file:
            found = list(votes.read(file, "crowd-comparisons.csv"))
        total, ties, left, raters, names = {
            "excerpt": (10, 3, 2, 10, 3),
            "whole": (8931, 3471, 2911, 124, 59),
        }[real_files.size]
        assert not [row for row in found if isinstance(row, RowError)]
        choices = Counter(row.choice for row in found)
        assert (len(found), choices[Choice.TIE], choices[Choice.LEFT]) == (total, ties, left)
        assert len({row.rater for row in found}) == raters
        assert len({row.left for row in found} | {row.right for row in found}) == names
        assert len({row.key for row in found}) == total
        assert all(row.prompt_is_id for row in found)

    @pytest.mark.parametrize(
        ("word", "choice"),
        [
            ("left", Choice.LEFT),
            ("A", Choice.LEFT),
            ("model_a", Choice.LEFT),
            ("Ada", Choice.LEFT),
            (" Bob ", Choice.RIGHT),
            ("b", Choice.RIGHT),
            ("Left Much", Choice.LEFT_MUCH),
            ("B much better", Choice.RIGHT_MUCH),
            ("both-good", Choice.BOTH_GOOD),
            ("both_bad", Choice.BOTH_BAD),
            ("tie (bothbad)", Choice.BOTH_BAD),
            ("TIE", Choice.TIE),
            ("A>>B", Choice.LEFT_MUCH),
            ("A >> B", Choice.LEFT_MUCH),
            ("A>B", Choice.LEFT),
            (">", Choice.LEFT),
            ("A=B", Choice.TIE),
            ("[[C]]", Choice.TIE),
            ("B>A", Choice.RIGHT),
            ("A<<B", Choice.RIGHT_MUCH),
            ("bothbad", Choice.BOTH_BAD),
            ("Model A", Choice.LEFT),
            ("assistant_b", Choice.RIGHT),
        ],
    )
    def test_understands_words_and_names_of_winners(self, word, choice):
        assert read({**VOTE, "winner": word})[0].choice is choice

    def test_refuses_a_winner_that_is_a_side_and_the_other_sides_name(self):
        (row,) = read({**VOTE, "right": "left"})
        assert "both a side and a name" in row.message
        assert read({**VOTE, "left": "left"})[0].choice is Choice.LEFT

    @pytest.mark.parametrize("kind", [int, float, str])
    def test_understands_winners_numbered_1_and_2(self, kind):
        told = [1, 2, 0] if kind is int else [1, 2, 1.5, 0]
        found = read(*[{**VOTE, "winner": kind(number)} for number in told])
        ties = [Choice.TIE] * (len(told) - 2)
        assert [row.choice for row in found] == [Choice.LEFT, Choice.RIGHT, *ties]

    @pytest.mark.parametrize("told", [[0, 1], [-1, 0, 1], [1], [1, 2, 3], [-1, 2]])
    def test_refuses_numbers_that_may_mean_something_else(self, told):
        found = read(*[{**VOTE, "winner": number} for number in told])
        bad = [row for row in found if isinstance(row, RowError)]
        assert bad
        assert all("1 for left, 2 for right" in row.message for row in bad)
        if 2 not in told or -1 in told:
            assert len(bad) == len(told)

    def test_takes_a_number_that_is_a_name_for_the_name(self):
        assert read({**VOTE, "left": "1", "winner": "1"})[0].choice is Choice.LEFT

    @pytest.mark.parametrize("name", ["Ada ", "\u00a0Ada", "Ada\u00a0"])
    def test_leaves_space_around_names_off_and_says_so(self, name):
        row, note = read({**VOTE, "left": name})
        assert row.left == "Ada"
        assert "white space around" in note.message

    def test_reads_prompts_by_id_and_by_text(self):
        by_text, by_number, by_id = read(
            VOTE, {**VOTE, "prompt": 8}, {**VOTE, "prompt": None, "question_id": "k"}
        )
        assert (by_text.prompt, by_text.prompt_is_id) == ("p", False)
        assert (by_number.prompt, by_number.prompt_is_id) == ("8", True)
        assert (by_id.prompt, by_id.prompt_is_id) == ("k", True)

    @pytest.mark.parametrize(
        "time",
        ["2026-03-01T12:00:00Z", "2026-03-01T13:00:00+01:00", "2026-03-01 12:00", 1772366400],
    )
    def test_reads_times_as_utc(self, time):
        assert read({**VOTE, "time": time})[0].voted_at == datetime(2026, 3, 1, 12, tzinfo=UTC)

    def test_reads_arena_columns(self):
        (row,) = read(
            {"question_id": 1, "model_a": "x", "model_b": "y", "winner": "model_b", "judge": 3}
        )
        assert (row.left, row.right, row.choice, row.rater) == ("x", "y", Choice.RIGHT, "3")

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"winner": None}, "winner is missing"),
            ({"winner": "Carol"}, "winner is 'Carol'"),
            ({"left": None}, "left is missing"),
            ({"right": "Ada"}, "never meets itself"),
            ({"prompt": None}, "which prompt"),
            ({"prompt": 1.5}, "prompt must be text"),
            ({"time": "yesterday"}, "time is 'yesterday'"),
            ({"time": 1e30}, "time is"),
            ({"time": True}, "time is"),
            ({"rater": ["x"]}, "rater must be"),
            ({"id": {}}, "id must be"),
        ],
    )
    def test_reports_a_bad_row_and_keeps_the_good_ones(self, change, said):
        found = read(VOTE, {**VOTE, **change}, VOTE)
        assert [type(row) for row in found] == [VoteRow, RowError, VoteRow]
        assert found[1].line == 2
        assert said in found[1].message


class TestKey:
    def test_is_the_same_when_the_file_is_read_again_in_another_order(self):
        values = [VOTE, {**VOTE, "winner": "tie"}, VOTE, {**VOTE, "rater": "r"}]
        keys = {row.key for row in read(*values)}
        assert len(keys) == 4
        assert {row.key for row in read(*reversed(values))} == keys

    def test_of_a_row_with_an_id_does_not_hang_on_what_was_chosen(self):
        (one,) = read({**VOTE, "id": 1, "rater": "r"})
        (corrected,) = read({**VOTE, "id": 1, "rater": "r", "winner": "right"})
        (other,) = read({**VOTE, "id": 2, "rater": "r"})
        assert one.key == corrected.key != other.key

    def test_tells_raters_apart_where_the_id_numbers_matchups(self):
        values = [{**VOTE, "id": 1, "rater": "r"}, {**VOTE, "id": 1, "rater": "s"}]
        keys = {row.rater: row.key for row in read(*values)}
        assert len(set(keys.values())) == 2
        assert {row.rater: row.key for row in read(*reversed(values))} == keys


class TestReadAnything:
    @given(
        st.dictionaries(
            st.sampled_from([*VOTE, "id", "rater", "time", "prompt_id"]),
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("left"),
        )
    )
    @example({"left": "0\r"})
    def test_any_object_gives_a_vote_or_a_message_and_a_note_on_space_it_left_off(self, values):
        given_row = {**VOTE, **values}
        row, *notes = read(given_row)
        names = [name for name in (given_row["left"], given_row["right"]) if isinstance(name, str)]
        is_spaced = isinstance(row, VoteRow) and any(name != name.strip() for name in names)
        assert type(row) is VoteRow or (type(row) is RowError and row.message != "")
        assert [type(note) for note in notes] == [Note] * is_spaced
