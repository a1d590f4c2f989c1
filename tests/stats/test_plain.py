from dataclasses import dataclass, field

import numpy as np
import pytest

from service.stats import Code, Finding
from service.stats.plain import plain


@dataclass
class Thing:
    shown: object
    hidden: object = field(default=1, metadata={"plain": False})


class TestPlain:
    def test_builds_plain_values(self):
        value = Thing({"a": (np.int64(1), np.float64(0.5), np.bool_(1))})
        found = plain(value)
        assert found == {"shown": {"a": [1, 0.5, True]}}
        assert [type(entry) for entry in found["shown"]["a"]] == [int, float, bool]

    def test_has_no_number_for_what_is_not_finite(self):
        assert plain(np.array([[1.0, np.nan], [np.inf, 0.0]])) == [[1.0, None], [None, 0.0]]

    def test_says_findings_by_their_code(self):
        found = plain(Finding(Code.ONLY_TIES, "All tied.", groups=(("a",), ("b",))))
        assert found["code"] == "only_ties"
        assert found["groups"] == [["a"], ["b"]]

    def test_refuses_what_has_no_plain_form(self):
        with pytest.raises(TypeError):
            plain(object())
