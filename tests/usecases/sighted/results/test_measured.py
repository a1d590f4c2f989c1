import random

import pytest

from service.usecases.sighted.results.looks import Looks
from tests.usecases.sighted.results import planted
from tests.usecases.sighted.results.planted import Vote

PLAIN = (0.0, 0.0, 0.0, 0.0)


def length_decides(votes=400):
    """Return votes that follow length alone; Alpha is usually the longer."""
    rng = random.Random(2)
    texts, said = {}, []
    for at in range(votes):
        vote = Vote(at % 20, at, "first", left=rng.random() < 0.5)
        long = rng.random() < 0.8
        words = (300.0, 100.0) if long else (100.0, 300.0)
        texts |= {text: (each, *PLAIN) for text, each in zip(vote.texts, words, strict=True)}
        first = long ^ (rng.random() < 0.15)
        said.append(Vote(vote.rater, at, "first" if first else "second", left=vote.left))
    return said, texts


class TestMeasure:
    def test_finds_a_planted_preference_for_length_and_adjusts_beside_the_raw(self):
        votes, texts = length_decides()
        found = planted.board(votes, looks=Looks(measured=texts))
        measured = found.grounds.measured
        length = measured.traits[0]
        assert (length.name, length.votes) == ("length", 400)
        assert length.low > 0.78
        assert length.share == pytest.approx(0.85, abs=0.04)
        assert dict(length.means)["Alpha"] > 1.5 * dict(length.means)["Beta"]
        (alpha, _) = measured.adjusted
        now = {row.configuration: rating for row, rating in found.competing}
        assert alpha.share == pytest.approx(now["Alpha"].expected_share)
        assert alpha.share > 0.68
        assert alpha.adjusted == pytest.approx(0.5, abs=0.09)
        assert alpha.low < 0.5 < alpha.high

    def test_counts_a_phrase_of_the_study(self):
        votes, texts = length_decides(120)
        with_phrase = {text: (*each, float(each[0] > 200)) for text, each in texts.items()}
        looks = Looks(measured=with_phrase, probes=("of course",))
        probe = planted.board(votes, looks=looks).grounds.measured.traits[-1]
        assert (probe.name, probe.is_probe, probe.votes) == ("of course", True, 120)
        assert probe.share > 0.7

    def test_adjusts_nothing_with_few_votes(self):
        votes, texts = length_decides(15)
        measured = planted.board(votes, looks=Looks(measured=texts)).grounds.measured
        assert [(trait.name, trait.votes) for trait in measured.traits] == [
            ("length", 15),
            *((name, 0) for name in ("headings", "lists", "bold", "code")),
        ]
        assert measured.adjusted == ()

    def test_says_why_there_is_nothing(self):
        votes, texts = length_decides(15)
        of = {
            "too_many_texts": {"looks": Looks(measured=None)},
            "too_many_votes": {"history": (), "looks": Looks(measured=texts)},
            "no_texts": {"looks": Looks()},
        }
        for why, fields in of.items():
            assert planted.board(votes, **fields).grounds.measured.why == why
