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
            ([], "no `prompt`"),
        ],
    )
    def test_says_what_is_missing(self, header, said):
        with pytest.raises(KindUnknown, match=said):
            sniffing.sniff(header)
