from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.api import paging
from service.web.api.problems import BadRequest


class TestCursor:
    @given(st.integers(0, 2**63 - 1))
    def test_comes_back_as_it_was(self, after):
        assert paging.read(paging.write(after)) == after

    def test_of_the_first_and_behind_the_last_page(self):
        assert paging.read(None) == 0
        assert paging.write(None) is None

    @given(st.text(max_size=64))
    def test_of_anybody_else_is_refused_or_a_number(self, text):
        with suppress(BadRequest):
            assert paging.read(text) in range(2**63)

    @pytest.mark.parametrize("text", ["", "YQ==", "YS0x", "YTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk="])
    def test_refuses(self, text):
        with pytest.raises(BadRequest):
            paging.read(text)
