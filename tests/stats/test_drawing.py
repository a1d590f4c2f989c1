import pytest

from service.stats import drawing

TOPICS = {
    "refund": "my parcel came broken and I want a refund for order number",
    "python": "fix this python function that raises a TypeError when called with",
    "poem": "write a poem about the autumn moon over the quiet mountain lake of",
}


def log(number=30):
    """Return a log of three topics, of 3, 2 and 1 parts, all texts different."""
    weights = (("refund", 3), ("python", 2), ("poem", 1))
    texts = []
    for at in range(number):
        for topic, times in weights:
            texts += [
                f"{TOPICS[topic]} {topic} {topic} {at} {each} {at * 7 + each} {at * at}"
                for each in range(times)
            ]
    return texts


class TestDraw:
    def test_covers_every_cluster_by_its_share_and_names_it(self):
        texts = log(10)
        drawn = drawing.draw(texts, 12, 0)
        about = [next(topic for topic in TOPICS if topic in texts[at]) for at in drawn.chosen]
        assert len(set(drawn.chosen)) == 12
        assert set(about) == set(TOPICS)
        assert about.count("refund") > about.count("poem")
        assert len({term for term in drawn.terms if term}) == len(drawn.terms)

    def test_is_the_same_for_a_seed(self):
        texts = log(10)
        assert drawing.draw(texts, 7, 3) == drawing.draw(texts, 7, 3)
        assert drawing.draw(texts, 7, 3).chosen != drawing.draw(texts, 7, 4).chosen

    @pytest.mark.parametrize(
        ("texts", "chosen", "alike"),
        [
            ([], (), 0),
            (["one"], (0,), 0),
            (["the very same text"] * 9, (0,), 8),
            (["", "", "!?", "\ud800", "a\0b"], (0, 2, 3, 4), 1),
        ],
    )
    def test_takes_whatever_there_is(self, texts, chosen, alike):
        drawn = drawing.draw(texts, 30, 0)
        assert (tuple(sorted(drawn.chosen)), drawn.alike) == (chosen, alike)
        assert len(drawn.clusters) == len(drawn.chosen)
        assert drawing.draw(texts, 0, 0).chosen == ()

    def test_knows_scripts_without_spaces(self):
        texts = ["请写一首关于秋天月亮的诗", "请修复这个函数里的错误", "请写一首关于春天月亮的诗歌"]
        drawn = drawing.draw(texts, 2, 0)
        assert len(drawn.chosen) == 2
        assert drawn.terms == ("一首",)


class TestDistinct:
    def test_leaves_out_what_is_nearly_the_same(self):
        words = " ".join(f"word{at}" for at in range(60))
        texts = [words, f"{words} more", "quite another text of some words", words.upper()]
        assert drawing.distinct(texts) == [0, 2]

    def test_keeps_what_shares_half(self):
        first = " ".join(f"word{at}" for at in range(40))
        second = " ".join(f"word{at}" for at in range(20, 60))
        assert drawing.distinct([first, second]) == [0, 1]


class TestWordsOf:
    def test_is_bounded(self):
        assert len(drawing.words_of("a b c " * 100_000)) == 256
        assert drawing.words_of("Größe GRÖSSE") == ["grösse", "grösse"]
