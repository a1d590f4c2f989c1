import io

import pytest

from service.formats import sniffing
from service.formats.sniffing import KindUnknown


class TestSniffFile:
    @pytest.mark.parametrize(
        ("folder", "name", "kind"),
        [
            ("llmfao", "results.jsonl", "completions"),
            ("llmfao", "prompts.jsonl", "prompts"),
            ("llmfao", "crowd-comparisons.csv", "votes"),
            ("mt_bench", "question.jsonl", "prompts"),
            ("mt_bench", "reference_answer_gpt-4.jsonl", "completions"),
        ],
    )
    def test_tells_the_real_files(self, real_files, folder, name, kind):
        with real_files(folder, name).open("rb") as file:
            assert sniffing.sniff_file(file, name) == kind

    def test_says_when_no_row_can_be_read(self):
        with pytest.raises(KindUnknown, match="no row"):
            sniffing.sniff_file(io.BytesIO(b"a,b\n"), "x.csv")

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            (b'{"latency_ms": NaN}', "line 1: .*latency_ms is NaN.*line 3"),
            (b'{"completion": Infinity}', "completion is Infinity"),
            (b'{"a": "\xff"}', "byte 8 is not UTF-8"),
            (b'{"a"', "not valid JSON"),
        ],
    )
    def test_gives_the_reasons_of_the_first_rows_where_all_are_bad(self, row, said):
        with pytest.raises(KindUnknown, match=said):
            sniffing.sniff_file(io.BytesIO(b"\n".join([row] * 500)), "x.ndjson")


class TestSniff:
    @pytest.mark.parametrize(
        ("header", "kind"),
        [
            (["text"], "prompts"),
            (["Prompt", "Category", "reference"], "prompts"),
            (["messages", "whatever"], "prompts"),
            (["prompt", "generator", "output"], "completions"),
            (["question", "RAG", "Fine-tune"], "completions"),
            (["id", "prompt", "A", "B", "tags"], "completions"),
            (["prompt", "left", "right", "winner", "worker"], "votes"),
            (["question_id", "model_a", "model_b", "winner", "judge"], "votes"),
            (["prompt", "A", "B", "annotator", "created_at", "status"], "completions"),
            (["prompt", "annotator", "created_at", "status"], "prompts"),
            (["model_a", "model_b", "winner", "conversation_a", "conversation_b"], "battles"),
            (["prompt", "model_a", "model_b", "response_a", "response_b", "winner_tie"], "battles"),
        ],
    )
    def test_tells_the_kind_from_the_columns(self, header, kind):
        assert sniffing.sniff(header) == kind

    @pytest.mark.parametrize(
        ("header", "said"),
        [
            (["id", "api_id", "name", "api", "type", "org"], "no `prompt`"),
            (["prompt", "left", "right"], "`winner` is missing"),
            (["left", "right", "winner"], "`prompt` is missing"),
            (["prompt", "output"], "which configuration"),
            (["prompt", "remark"], "'remark' could be a configuration or a note"),
            (["question_id"], "no `prompt`"),
            (["prompt", "chosen", "rejected"], "which configuration wrote which"),
            (["prompt", "chosen", "rejected", "chosen_grade"], "which configuration wrote which"),
            (["prompt", "A", "status"], "'A' could be a configuration or a note"),
            ([], "no `prompt`"),
        ],
    )
    def test_says_what_is_missing(self, header, said):
        with pytest.raises(KindUnknown, match=said):
            sniffing.sniff(header)
