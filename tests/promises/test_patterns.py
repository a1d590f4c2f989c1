"""No pattern that strangers' texts reach takes more than time in proportion to the text."""

import re

import pytest

from tests.promises import patterns

LONG = 20_000  # signs
# Four times the length may take this many times as long: four is linear, sixteen is the square.
LINEAR = 10
# Sentences are cut before phrases look at them, so that the square of that is all they can take.
SENTENCE = 1_000
SQUARE = 40
ON_SENTENCES = ("service.blinding.leaks.engine._SELF", "service.blinding.leaks.engine._UNKNOWN")
ON_SENTENCES += ("service.blinding.leaks.engine._APPEAL",)
EVERY_ONE = patterns.every_one()


def too_steep(found, longest, bound):
    """The first repetition with which a pattern's time grows faster than the bound."""
    for before, unit in patterns.hostile(found.pattern):
        growth = patterns.growth(found, before, unit, longest)
        if growth is not None and growth > bound:
            return growth, before, unit
    return None


class TestPatterns:
    def test_are_found_in_modules_and_functions(self):
        places = {found.where for found in EVERY_ONE}
        assert "service.web.rater.text_languages._LETTER" in places
        assert any(re.fullmatch(r"service\.blinding\.differences:\d+", place) for place in places)
        assert sum(place in ON_SENTENCES for place in places) == len(ON_SENTENCES)

    @pytest.mark.parametrize("found", EVERY_ONE, ids=lambda found: found.where)
    def test_take_time_in_proportion(self, found):
        on_sentence = found.where in ON_SENTENCES
        bounds = (SENTENCE, SQUARE) if on_sentence else (LONG, LINEAR)
        assert too_steep(found, *bounds) is None

    @pytest.mark.parametrize(
        "pattern", [r"(?:a+)+b", r"(?:a|a)*b", r"a+b", r"\s+$", r"(?:[a-z0-9][a-z0-9.]*/?)*!"]
    )
    def test_would_not_pass_otherwise(self, pattern):
        found = patterns.Found("planted", re.compile(pattern), is_anchored=False)
        assert too_steep(found, LONG, LINEAR)
