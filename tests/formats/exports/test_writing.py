import hashlib
import json

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.domain.vote import Outcome
from service.formats import battles, completions, readings
from service.formats.exports import kinds, manifest, writing
from service.formats.exports.policy import Policy, Split
from service.formats.exports.record import Message
from service.formats.readings import Asked
from service.formats.rows import Note
from tests.formats.exports.judged import judged, votes

ABOUT = manifest.About("Sizes", "1.2.3", {"Plain (revision 1)": "0123"})
# Any text that can be stored, with something to read in it.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1
).filter(str.strip)
# Arenas publish no strength, and one word for ties.
SIDES = {
    Outcome.FIRST: "left",
    Outcome.FIRST_MUCH: "left",
    Outcome.SECOND: "right",
    Outcome.SECOND_MUCH: "right",
    Outcome.BOTH_GOOD: "tie",
    Outcome.BOTH_BAD: "both_bad",
    Outcome.TIE: "tie",
}
ALL_TRAIN = Split(test_share=0.0)


def write(folder, *records, name="trl-dpo", split=ALL_TRAIN, **policy):
    folder.mkdir()
    return writing.write(folder, records, kinds.by_name(name), ABOUT, Policy(**policy), split)


def rows_of(folder, name="train.jsonl"):
    return [json.loads(line) for line in (folder / name).read_text("ascii").splitlines()]


class TestWrite:
    @pytest.mark.parametrize("name", kinds.FORMATS)
    def test_vouches_for_every_file_in_every_format(self, tmp_path, name):
        records = [judged(number, grades=(5.0, 1.0)) for number in range(1, 40)]
        manifest = write(tmp_path / "out", *records, name=name, split=Split(0.2))
        found = {path.name for path in (tmp_path / "out").iterdir()}
        assert found == {*manifest["files"], "manifest.json", "README.md"}
        for file, told in manifest["files"].items():
            content = (tmp_path / "out" / file).read_bytes()
            assert told["sha256"] == hashlib.sha256(content).hexdigest()
            assert told["bytes"] == len(content)
        assert json.loads((tmp_path / "out/manifest.json").read_text()) == json.loads(
            json.dumps(manifest)
        )
        again = write(tmp_path / "again", *records, name=name, split=Split(0.2))
        assert again == manifest

    @pytest.mark.parametrize(
        "name", [n for n, one in kinds.FORMATS.items() if one.ending == ".jsonl"]
    )
    def test_gives_a_column_one_type_in_all_files_though_few_are_graded(self, tmp_path, name):
        split = Split(0.3)
        records = [
            judged(n, grades=(5.0, 1.0) if split.is_test(judged(n).split_key) else None)
            for n in range(1, 60)
        ]
        write(tmp_path / "out", *records, name=name, split=split)
        found = [
            {column: type(value).__name__ for column, value in row.items()}
            for path in (tmp_path / "out").glob("*.jsonl")
            if ".meta." not in path.name
            for row in rows_of(tmp_path / "out", path.name)
        ]
        assert found
        assert all(one == found[0] for one in found)
        assert "NoneType" not in found[0].values()

    def test_counts_what_it_leaves_out_and_why(self, tmp_path):
        manifest = write(
            tmp_path / "out",
            judged(1),
            judged(2, votes=()),
            judged(3, votes=votes(first=1, second=1)),
            judged(4, differs_before=True),
        )
        assert manifest["dropped"] == {"no_votes": 1, "no_net_majority": 1, "history_differs": 1}
        assert (manifest["matchups_in"], manifest["votes_in"], manifest["rows_out"]) == (4, 4, 1)

    def test_keeps_all_rows_of_a_prompt_in_one_file(self, tmp_path):
        records = [judged(n, split_key=f"key-{n % 20}") for n in range(200)]
        write(tmp_path / "out", *records, split=Split(0.3))
        by_part = [
            {int(row["prompt"][0]["content"][9:-1]) % 20 for row in rows_of(tmp_path / "out", name)}
            for name in ("train.jsonl", "test.jsonl")
        ]
        assert all(by_part)
        assert not by_part[0] & by_part[1]

    def test_puts_everything_into_training_when_it_would_be_empty(self, tmp_path):
        manifest = write(tmp_path / "out", judged(), name="chat-pair", split=Split(1.0))
        assert sorted(manifest["files"]) == ["train.jsonl", "train.meta.jsonl"]
        assert manifest["split"]["all_in_train"]

    def test_stands_ids_beside_rows_of_strict_formats(self, tmp_path):
        write(tmp_path / "out", judged(1), judged(2), name="nova")
        beside = rows_of(tmp_path / "out", "train.meta.jsonl")
        assert [(each["row"], each["pair_id"]) for each in beside] == [
            (1, "pair-0001"),
            (2, "pair-0002"),
        ]

    def test_refuses_an_export_without_votes_or_rows_and_says_what_is_missing(self, tmp_path):
        with pytest.raises(writing.NothingToExport, match="no votes to export yet"):
            write(tmp_path / "none", judged(votes=()))
        with pytest.raises(writing.NothingToExport, match="1 in which neither is preferred"):
            write(tmp_path / "ties", judged(votes=votes(tie=1)))
        with pytest.raises(writing.NothingToExport, match="Grades say which answers are good"):
            write(tmp_path / "kto", judged(), name="trl-kto")

    def test_balances_lengths_and_counts_what_that_leaves_out(self, tmp_path):
        records = [judged(n, first="long " * n, second="no") for n in range(1, 9)]
        records += [judged(n, second="long " * n, first="no") for n in range(11, 13)]
        made = write(tmp_path / "out", *records, balanced=True)
        assert made["dropped"] == {"length_balance": 6}
        assert made["chosen_is_longer"] == {"pairs": 2, "of": 4}

    def test_drops_conversations_without_a_shared_history_in_every_format(self, tmp_path):
        for name in kinds.FORMATS:
            made = write(
                tmp_path / name, judged(1, grades=(5.0, 1.0)), judged(2, differs_before=True),
                name=name, wins_as_labels=True,
            )  # fmt: skip
            assert made["dropped"] == {"history_differs": 1}, name

    @given(texts=st.tuples(TEXTS, TEXTS, TEXTS), outcome=st.sampled_from(Outcome))
    @settings(max_examples=40)
    def test_comes_back_as_it_was_whatever_the_texts_and_votes(
        self, tmp_path_factory, texts, outcome
    ):
        asked, first, second = texts
        assume(first != second)
        record = judged(
            prompt=(Message("user", asked),),
            first=first,
            second=second,
            votes=votes(**{outcome: 1}),
        )
        for name in ("arena", "canonical"):
            folder = tmp_path_factory.mktemp("export") / "out"
            write(folder, record, name=name)
            path = folder / "rows.jsonl"
            reading = readings.of_file(lambda path=path: path.open("rb"), path.name, Asked())
            read = battles.read_completions if reading.kind == "battles" else completions.read
            with path.open("rb") as stream:
                found = [
                    row for row in read(stream, path.name, reading.prepare)
                    if not isinstance(row, Note)
                ]  # fmt: skip
            assert [row.turns for row in found] == [(first,), (second,)]
            assert {row.prompt.turns for row in found} == {(asked,)}
            if reading.kind == "battles":
                with path.open("rb") as stream:
                    (vote,) = battles.read_votes(stream, path.name, reading.prepare)
                assert (vote.left, vote.right) == ("Plain", "Retrieval")
                assert vote.choice.value.partition("_much")[0] == SIDES[outcome]

    @given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.randoms())
    def test_every_matchup_is_a_row_or_counted_as_dropped(self, tmp_path_factory, wins, rng):
        records = [judged(n, votes=votes(first=won, second=1)) for n, won in enumerate(wins)]
        rng.shuffle(records)
        folder = tmp_path_factory.mktemp("export") / "out"
        try:
            manifest = write(folder, *records)
        except writing.NothingToExport:
            assert all(won == 1 for won in wins)
        else:
            assert manifest["rows_out"] + sum(manifest["dropped"].values()) == len(wins)


class TestNotes:
    def test_say_where_loaders_would_make_times_of_texts(self, tmp_path):
        times = [judged(n, first=f"2026-01-{n:02}", second=f"No {n}.") for n in range(10, 20)]
        assert "look like times" in write(tmp_path / "times", *times)["notes"][0]
        assert write(tmp_path / "others", *times, judged(1))["notes"] == []


class TestCard:
    def test_lists_the_files_and_the_types_of_their_columns(self, tmp_path):
        write(tmp_path / "out", *map(judged, range(30)), split=Split(0.3))
        told = yaml.safe_load((tmp_path / "out/README.md").read_text().split("---")[1])
        files = told["configs"][0]["data_files"]
        assert {each["split"]: each["path"] for each in files} == {
            "train": "train.jsonl",
            "test": "test.jsonl",
        }
        features = told["dataset_info"][0]["features"]
        assert [each["name"] for each in features] == ["prompt", "chosen", "rejected"]
