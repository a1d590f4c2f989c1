import pytest

from service.domain.study import Lacks
from service.reporting import readiness
from service.reporting.words import ENGLISH


class TestMissing:
    def test_names_each_thing_and_the_step_where_it_is_mended(self):
        found = readiness.missing(Lacks(1, prompt=True, cap=True), ENGLISH)
        assert [(each.text, each.endpoint) for each in found] == [
            ("Needs two configurations: 1 more.", "studio.list_configurations"),
            ("Needs a prompt.", "studio.list_prompts"),
            ("Needs a cap: in US dollars, or on calls and tokens.", "studio.show_settings"),
        ]
        (price,) = readiness.missing(Lacks(cap=True, unpriced="Mine"), ENGLISH)
        assert price.text == "Needs a price of Mine, or a cap on calls and tokens."
        assert readiness.missing(Lacks(), ENGLISH) == ()

    @pytest.mark.parametrize("other", ["calls", "tokens"])
    def test_names_the_cap_that_is_missing_beside_the_one_there_is(self, other):
        (cap,) = readiness.missing(Lacks(cap=True, unpriced="Mine", other_cap=other), ENGLISH)
        assert cap.text.startswith(f"Needs a cap on {other} as well")


class TestSilent:
    def test_names_who_has_nothing_to_show(self):
        assert readiness.silent(Lacks(silent=("One", "Two")), ENGLISH).startswith("One and Two: ")
        assert readiness.silent(Lacks(), ENGLISH) == ""
