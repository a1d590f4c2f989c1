"""Attacks by whatever many sittings wrote down: does any of it tell texts of one author apart?

A signal is a number for each text in each sitting: whether it came, where it stood, how early,
what the total did, how large the answer was. If texts of one author are alike in any of them,
sums over authors are larger than over texts that are dealt out to authors by chance.
"""

import itertools
import random
from collections import Counter, defaultdict

import numpy as np
import pytest

from service.database import now
from service.store import models
from service.usecases.sighted.generation import publishing
from tests import factories
from tests.promises import worlds
from tests.promises.crowds import Crowd, shuffled

FOUR = ("Plain", "Retrieval", "Tuned", "Agent")
PROMPTS = 8
SITTINGS = 36
ACTS = 14
GOLD = [
    {"prompt": f"Gold {n}?", "better": f"Good text {n}.", "worse": f"Bad text {n}."}
    for n in range(3)
]
OPTIONS = {
    "repeats": 0.1,
    "practice": [],
    "gold": GOLD,
    "withdraws_flagged": True,
    "flags_to_withdraw": 3,
}
DEALT_OUT = 2000
# Of so many ways to deal texts out to authors by chance, more must do as well as the truth.
CHANCE = 0.001


def crowd_of(database, folder, **study) -> Crowd:
    fields = {"configurations": FOUR, "prompts": PROMPTS, "text": shuffled, "options": OPTIONS}
    worlds.hurry(database)
    return Crowd(database, folder, **{**fields, **study})


def fail_some(crowd: Crowd) -> None:
    """Let one configuration fail on most prompts, and another on the next."""
    ids = list(crowd.made.configurations.values())
    failed = [(3, 0), (3, 1), (3, 2), (1, 3)]
    with crowd.database.transaction() as session:
        for author, at in failed:
            of = {"prompt_id": crowd.made.prompts[at], "configuration_id": ids[author]}
            row = session.query(models.Completion).filter_by(**of).one()
            row.state, row.html, row.text_hash = "failed", [], None
        session.flush()
        publishing.settle(session, *crowd.made.prompts)


def more_samples(crowd: Crowd, samples: dict[str, int]) -> None:
    with crowd.database.transaction() as session:
        for number, prompt_id in enumerate(crowd.made.prompts):
            for name, most in samples.items():
                for sample in range(2, most + 1):
                    text, of = shuffled(f"{name} {sample}", number), crowd.made.configurations[name]
                    factories.make_completion(
                        session, crowd.made.id, of, prompt_id, text, sample=sample
                    )
        publishing.settle(session, *crowd.made.prompts)


def ask_a_panel_first(crowd: Crowd) -> None:
    with crowd.database.transaction() as session:
        study = session.get_one(models.Study, crowd.made.id)
        study.options = {**study.options, "norming": 7, "norming_holds": False}


def notes_of(crowd: Crowd, sittings, acts: int = ACTS, seed: int = 5):
    """What sittings wrote down: sitting, place in it, matchup, and what followed."""
    chance = random.Random(seed)
    for number in sittings:
        dealt = itertools.islice(crowd.sit_down(number).act(chance), acts)
        for place, (matchup, moved, size) in enumerate(dealt):
            yield number, place, matchup, moved, size


def ends_of(matchup, wrote) -> dict[str, int]:
    """The two texts of a matchup, and on which side each stood; {} for gold."""
    sides = ((1, matchup["left"]), (-1, matchup["right"]))
    return {text: side for side, shown in sides for text in wrote if text in shown}


def signals_of(notes, wrote) -> dict[str, dict[tuple[int, str], float]]:
    found: dict[str, dict] = {name: defaultdict(float) for name in ("came", "side", "moved")}
    found |= {"place": {}, "size": {}}
    for number, place, matchup, moved, size in notes:
        for text, side in ends_of(matchup, wrote).items():
            at = (number, text)
            found["came"][at] += 1
            found["side"][at] += side
            found["moved"][at] += moved
            found["place"].setdefault(at, place)
            found["size"][at] = size
    return found


def by_chance(signal, wrote, prompt_of) -> float:
    """Of texts that are dealt out to authors anew, how often they hang together as well."""
    texts = sorted(wrote)
    row = {text: at for at, text in enumerate(texts)}
    column = {number: at for at, number in enumerate(sorted({number for number, _ in signal}))}
    seen = np.zeros((len(texts), len(column)))
    mean = np.mean(list(signal.values()))
    for (number, text), value in signal.items():
        seen[row[text], column[number]] = value - mean
    prompts = [
        [row[text] for text in texts if prompt_of[text] == prompt]
        for prompt in sorted(set(prompt_of.values()))
    ]
    for of_one in prompts:
        seen[of_one] -= seen[of_one].mean(axis=0)
    together = seen @ seen.T
    for of_one in prompts:
        together[np.ix_(of_one, of_one)] = 0

    truth = np.array([wrote[text] for text in texts])
    chance, dealt = np.random.default_rng(7), np.tile(truth, (DEALT_OUT + 1, 1))
    for of_one in prompts:
        dealt[1:, of_one] = chance.permuted(dealt[1:, of_one], axis=1)
    # One row for each way to deal, the truth first; one column for each text, and its authors.
    is_by = (dealt[:, :, None] == np.unique(truth)).astype(float)
    sums = (is_by * (together @ is_by)).sum(axis=(1, 2))
    return float((sums[1:] >= sums[0]).mean())


def prompts_of(crowd: Crowd) -> dict[str, int]:
    with crowd.database.reading() as session:
        rows = session.query(models.Completion).filter_by(study_id=crowd.made.id)
        return {row.html[0]: row.prompt_id for row in rows if row.html}


class TestEverySignal:
    @pytest.mark.parametrize(
        ("places", "prepare"),
        [
            (999, lambda _: None),
            (9, lambda _: None),
            (999, fail_some),
            (999, lambda crowd: more_samples(crowd, dict.fromkeys(FOUR, 2))),
            (999, ask_a_panel_first),
        ],
        ids=["many places", "few", "some answers failed", "as many samples of each", "norming"],
    )
    def test_sorts_texts_of_different_prompts_no_better_than_chance(
        self, tmp_path, sqlite_database, places, prepare
    ):
        crowd = crowd_of(sqlite_database, tmp_path, votes_per_matchup=places)
        prepare(crowd)
        wrote, prompt_of = crowd.author_of(), prompts_of(crowd)
        signals = signals_of(notes_of(crowd, range(SITTINGS)), wrote)
        told = {name: by_chance(signal, wrote, prompt_of) for name, signal in signals.items()}
        assert min(told.values()) > CHANCE, told


class TestExceptions:
    """What SECURITY.md names besides: with patience, all of it is told."""

    def test_other_numbers_of_samples_tell_whose_they_are(self, tmp_path, sqlite_database):
        crowd = crowd_of(sqlite_database, tmp_path, configurations=FOUR[:3], options={})
        more_samples(crowd, {FOUR[1]: 3})
        wrote, prompt_of = crowd.author_of(), prompts_of(crowd)
        met = defaultdict(set)
        for _, _, matchup, _, _ in notes_of(crowd, range(SITTINGS)):
            one, other = ends_of(matchup, wrote)
            met[one].add(other)
            met[other].add(one)
        # Who met two others alone is one of three that never meet.
        of_three = {text for text, others in met.items() if len(others) == 2}
        assert {wrote[text] for text in of_three} == {crowd.made.configurations[FOUR[1]]}
        assert Counter(prompt_of[text] for text in of_three) == dict.fromkeys(crowd.made.prompts, 3)

    @pytest.mark.parametrize("leaves", [True, False])
    def test_what_joins_or_leaves_at_one_time_is_one_author_s(
        self, tmp_path, sqlite_database, leaves
    ):
        crowd = crowd_of(sqlite_database, tmp_path, options={})
        moving = crowd.made.configurations[FOUR[2]]

        def put(*, out: bool) -> None:
            with crowd.database.transaction() as session:
                row = session.get_one(models.Configuration, moving)
                row.retired_at = now(session) if out else None
                session.flush()
                publishing.settle(session, *crowd.made.prompts)

        wrote = crowd.author_of()
        seen = []
        for out in (not leaves, leaves):
            put(out=out)
            sittings = range(SITTINGS * len(seen), SITTINGS * (len(seen) + 1))
            notes = notes_of(crowd, sittings)
            seen.append({text for note in notes for text in ends_of(note[2], wrote)})
        moved = seen[0] ^ seen[1]
        assert {wrote[text] for text in moved} == {moving}
        assert len(moved) == PROMPTS
