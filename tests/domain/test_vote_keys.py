import random
from collections import Counter, defaultdict
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.vote_keys import NO_FILE, FileVotes, VoteKeys

ALIKE = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60)


class Store:
    """What was imported: keys in their order, as the database holds them."""

    def __init__(self):
        self.keys = {}

    def bring(self, file):
        stored = defaultdict(FileVotes)
        for key in self.keys:
            digest, *rest = key.split("-")
            stored[rest[0] if len(rest) > 1 else NO_FILE].add(digest)
        keys, seen = VoteKeys(FileVotes(file), stored), Counter()
        before = len(self.keys)
        for digest in file:
            seen[digest] += 1
            self.keys[keys.key_of(digest, seen[digest])] = None
        return len(self.keys) - before


class TestVoteKeys:
    @given(ALIKE)
    def test_a_file_that_comes_again_adds_nothing(self, file):
        store = Store()
        assert store.bring(file) == len(file)
        assert store.bring(file) == 0

    @given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.randoms())
    def test_nor_in_another_order_where_there_are_many_kinds(self, some, chance):
        file = [*"abcdefghijklmnop", *some]
        store = Store()
        store.bring(file)
        shuffled = list(file)
        chance.shuffle(shuffled)
        assert store.bring(shuffled) == 0

    @given(ALIKE, ALIKE)
    def test_a_file_that_has_grown_adds_what_is_new(self, file, more):
        store = Store()
        store.bring(file)
        more = more[: len(file)]
        assert store.bring([*more, *file]) == len(more)
        assert store.bring([*more, *file]) == 0

    @settings(deadline=None)
    @given(
        st.integers(0, 10_000),
        st.sampled_from([3, 10, 80]),
        st.integers(2, 5),
        st.booleans(),
    )
    def test_pieces_of_a_file_lose_nothing_and_the_whole_adds_nothing(
        self, seed, kinds, number, is_backwards
    ):
        chance = random.Random(seed)
        whole = [f"d{chance.randrange(kinds)}" for _ in range(900)]
        cuts = [0, *sorted(chance.sample(range(60, 900, 60), number - 1)), 900]
        pieces = [whole[start:end] for start, end in pairwise(cuts)]
        store = Store()
        for piece in pieces[::-1] if is_backwards else pieces:
            assert store.bring(piece) == len(piece)
        assert [store.bring(piece) for piece in pieces] == [0] * number
        assert store.bring(whole) == 0

    def test_a_file_with_rows_mended_in_the_middle_adds_these(self):
        good = [f"d{n % 5}" for n in range(200)]
        store = Store()
        store.bring([*good[:50], *good[60:]])
        assert store.bring(good) == 10

    def test_a_small_file_is_no_part_of_a_much_larger_one(self):
        store = Store()
        store.bring(["a", "b"])
        assert store.bring(["a", "b", "c"] * 10) == 30

    def test_what_came_before_files_were_told_apart_is_there(self):
        store = Store()
        store.keys = dict.fromkeys(["a-1", "a-2"])
        assert store.bring(["a", "a", "a"]) == 1

    def test_goes_on_where_it_was_interrupted(self):
        file = ["a", "b"] * 30
        whole, half = Store(), Store()
        whole.bring(file)
        half.keys = dict.fromkeys(list(whole.keys)[:17])
        half.bring(file)
        assert half.keys.keys() == whole.keys.keys()

    def test_counts_what_nothing_tells_from_votes_of_another_file(self):
        keys = VoteKeys(FileVotes("aabc"), {"f1": FileVotes("aax")})
        assert keys.further == 2
