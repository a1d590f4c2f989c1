import pytest

from service.domain import prompt_set
from service.domain.prompt import Prompt
from service.domain.prompt_set import Chosen, Origin, OriginKind, SetVersion

A, B = Prompt(turns=("Why?",), key="a"), Prompt(turns=("How?",))
FULL = Prompt(("One", "Two"), "k", "context", "reference", ("x", "y"), {"v": 1})


class TestPlain:
    @pytest.mark.parametrize("prompt", [A, B, FULL])
    def test_reads_back_what_was_written(self, prompt):
        assert prompt_set.from_plain(prompt_set.to_plain(prompt)) == prompt

    def test_is_short_where_there_is_little(self):
        assert prompt_set.to_plain(B) == {"text": "How?"}


class TestDigest:
    def test_knows_all_there_is_of_a_prompt(self):
        others = [Prompt(turns=("Why?",)), Prompt(turns=("Why?",), key="a", tags=("t",))]
        assert prompt_set.digest_of(A) not in {prompt_set.digest_of(each) for each in others}

    def test_of_a_version_minds_no_order(self):
        assert prompt_set.digest_of_all([A, B]) == prompt_set.digest_of_all([B, A])
        assert prompt_set.digest_of_all([A]) != prompt_set.digest_of_all([A, B])


class TestDifference:
    def test_tells_added_removed_and_changed_apart(self):
        new = Prompt(turns=("Why not?",), key="a")
        found = prompt_set.difference([A, B], [new, FULL])
        assert (found.added, found.removed, found.changed) == ((FULL,), (B,), ((A, new),))

    def test_of_the_same_is_none(self):
        assert prompt_set.difference([A, B], [B, A]).is_none


class TestOrigin:
    def test_reads_back(self):
        told = Origin(OriginKind.STUDY, "replies", chosen=Chosen.HARD)
        assert prompt_set.origin_of(told.to_stored()) == told
        assert Origin(OriginKind.HAND).to_stored() == {"kind": "hand"}


class TestSetVersion:
    def test_reads_back_and_may_be_none(self):
        told = SetVersion("support", 2, "ab" * 32)
        assert prompt_set.version_of(told.to_stored()) == told
        assert prompt_set.version_of(None) is None
