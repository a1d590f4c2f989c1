"""Attacks by patient raters who compare notes: can they sort texts by who wrote them?"""

import itertools
from collections import Counter
from math import sqrt

import pytest
from sqlalchemy import select

from service.database import Database, now
from service.store import models
from tests import databases, factories
from tests.promises.crowds import Crowd, shuffled

SITTINGS = 60
PROMPTS = 14
AUTHORS = ("Plain", "Retrieval")
# Standard deviations: a coin that keeps each configuration's sides in balance gives beyond 4.
CHANCE = 3.3


@pytest.fixture(scope="class")
def notes(tmp_path_factory):
    """What sixty sittings wrote down: for each prompt, whether its first text stood left."""
    folder = tmp_path_factory.mktemp("crowd")
    database = Database(databases.fresh_sqlite(databases.sqlite_template(folder), folder))
    crowd = Crowd(database, folder, configurations=AUTHORS, prompts=PROMPTS, text=shuffled)
    wrote = crowd.author_of()
    seen: list[dict[str, int]] = []
    first_is_by: dict[str, int] = {}
    for number in range(SITTINGS):
        sides = {}
        for dealt in crowd.sit_down(number).all_dealt():
            one, _ = sorted((dealt["left"], dealt["right"]))
            found = [text for text in wrote if text in one]
            first_is_by[dealt["prompt"]] = 1 if wrote[found[0]] == min(wrote.values()) else -1
            sides[dealt["prompt"]] = 1 if dealt["left"] == one else -1
        assert len(sides) == PROMPTS
        seen.append(sides)
    yield seen, first_is_by
    database.engine.dispose()


class TestSides:
    def test_of_many_sittings_do_not_sort_texts_by_author(self, notes):
        seen, first_is_by = notes
        pairs = list(itertools.combinations(first_is_by, 2))
        # If sides of one author hang together, products of the sides of its texts lean one way.
        lean = sum(
            first_is_by[one] * first_is_by[other] * sides[one] * sides[other]
            for one, other in pairs
            for sides in seen
        )
        assert abs(lean) / sqrt(len(pairs) * len(seen)) < CHANCE

    def test_are_a_fair_coin_for_each_author(self, notes):
        seen, first_is_by = notes
        left = sum(first_is_by[prompt] * side for sides in seen for prompt, side in sides.items())
        assert abs(left) / sqrt(len(seen) * PROMPTS) < CHANCE


class TestCounters:
    @pytest.mark.parametrize("wanted", [1, 999])
    def test_move_alike_for_all_kinds(self, tmp_path, sqlite_database, wanted):
        gold = [
            {"prompt": f"Gold {n}?", "better": f"Good text {n}.", "worse": f"Bad text {n}."}
            for n in range(4)
        ]
        crowd = Crowd(
            sqlite_database,
            tmp_path,
            prompts=10,
            configurations=("Plain", "Retrieval", "Tuned"),
            votes_per_matchup=wanted,
            options={
                "repeats": 0.1,
                "practice": [],
                "gold": gold,
                "norming": 5,
                "norming_holds": False,
            },
        )
        for number in (2, 3):
            crowd.sit_down(number).vote_on(9)
        sitting = crowd.sit_down(1)
        steps: dict[str, set] = {}
        judged = 0
        while waiting := sitting.client.get(sitting.at + "next").get_json():
            if not waiting["assignments"]:
                break
            dealt, before = waiting["assignments"][0], waiting["progress"]
            left_out = sitting.skip(dealt, f"a-{judged}")
            back = sitting.undo(dealt, f"b-{judged}")
            answer = sitting.client.post(
                f"{sitting.at}vote/{dealt['token']}",
                json={"choice": "left", "key": f"v-{judged}"},
            ).get_json()
            with sqlite_database.reading() as session:
                kind = session.scalars(
                    select(models.Assignment.kind).where(models.Assignment.token == dealt["token"])
                ).one()
            counted = [
                {name: told[name] - before[name] for name in ("done", "total")}
                for told in (left_out, back, answer["progress"])
            ]
            steps.setdefault(kind, set()).add(str(counted))
            judged += 1
        assert set(steps) == {"regular", "norming", "repeat", "gold"}
        assert all(moved == steps["regular"] for moved in steps.values()), steps
        assert len(steps["regular"]) == 1


FOUR = ("Plain", "Retrieval", "Tuned", "Agent")
FEW_PROMPTS = 10
# What an adaptive study may come to once two lead: most of what is dealt is between these.
LEADING = {(0, 1): 0.5, (0, 2): 0.15, (1, 2): 0.15, (0, 3): 0.1, (1, 3): 0.05, (2, 3): 0.05}


def firsts(crowd: Crowd, sittings: int, prompts: int):
    """What each sitting sees first of every prompt: the prompt and its two texts."""
    wrote = crowd.author_of()
    for number in range(sittings):
        seen = itertools.islice(crowd.sit_down(number).all_dealt(), prompts)
        for dealt in seen:
            ends = [text for text in wrote if text in dealt["left"] + dealt["right"]]
            assert len(ends) == 2
            yield dealt["prompt"], tuple(sorted(ends))


def sorted_rightly(seen, wrote) -> float:
    """How many of the texts that an attacker puts together, by how often each came, belong so.

    The texts of each prompt are ranked by how often they came; those of one rank are called one
    author's. That is right for one in four by chance, where there are four authors.
    """
    came: dict[str, Counter] = {}
    of_prompt: dict[str, set] = {}
    for prompt, ends in seen:
        came.setdefault(prompt, Counter()).update(ends)
        of_prompt.setdefault(prompt, set()).update(ends)
    ranked = [
        sorted(of_prompt[prompt], key=lambda text: (-counted[text], text))
        for prompt, counted in came.items()
    ]
    together = [
        wrote[one] == wrote[other]
        for rank in zip(*ranked, strict=True)
        for one, other in itertools.combinations(rank, 2)
    ]
    return sum(together) / len(together)


class TestExceptions:
    """What SECURITY.md names as exceptions, measured: it says there what is seen here."""

    @pytest.mark.parametrize(
        ("dealing", "least", "most"), [("uniform", 0.15, 0.35), ("adaptive", 0.5, 0.9)]
    )
    def test_adaptive_dealing_tells_by_how_often_texts_come(
        self, tmp_path, sqlite_database, dealing, least, most
    ):
        crowd = Crowd(
            sqlite_database,
            tmp_path,
            configurations=FOUR,
            prompts=FEW_PROMPTS,
            text=shuffled,
            dealing=dealing,
        )
        ids = list(crowd.made.configurations.values())
        weights = [[ids[one], ids[other], weight] for (one, other), weight in LEADING.items()]
        with sqlite_database.transaction() as session:
            board = {"content": {"dealing_weights": weights}, "basis": {}, "votes": 0}
            session.add(
                models.Leaderboard(study_id=crowd.made.id, created_at=now(session), **board)
            )
        share = sorted_rightly(firsts(crowd, SITTINGS, FEW_PROMPTS), crowd.author_of())
        assert least < share < most

    def test_samples_that_never_meet_tell_who_belongs_together_within_a_prompt_alone(
        self, tmp_path, sqlite_database
    ):
        crowd = Crowd(
            sqlite_database,
            tmp_path,
            configurations=AUTHORS,
            prompts=FEW_PROMPTS,
            text=shuffled,
            configuration_fields={name: {"samples": 2} for name in AUTHORS},
        )
        with sqlite_database.transaction() as session:
            for number, prompt_id in enumerate(crowd.made.prompts):
                for name, identity in crowd.made.configurations.items():
                    text = shuffled(f"{name} again", number)
                    factories.make_completion(
                        session, crowd.made.id, identity, prompt_id, text, sample=2
                    )
        wrote = crowd.author_of()
        met: dict[str, set] = {}
        for prompt, ends in firsts(crowd, SITTINGS, FEW_PROMPTS):
            met.setdefault(prompt, set()).add(ends)
        groups = []
        for pairs in met.values():
            texts = sorted({text for pair in pairs for text in pair})
            apart = [pair for pair in itertools.combinations(texts, 2) if pair not in pairs]
            # All is known of a prompt: the two pairs that never met are two authors'.
            assert len(apart) == 2
            assert all(wrote[one] == wrote[other] for one, other in apart)
            groups.append(min(apart))
        # Which of them wrote which pair of another prompt stays a coin.
        same = [
            wrote[one[0]] == wrote[other[0]] for one, other in itertools.combinations(groups, 2)
        ]
        assert 0.25 < sum(same) / len(same) < 0.75
