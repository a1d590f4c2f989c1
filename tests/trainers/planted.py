"""Exports of planted preferences, for loaders that live in another environment.

The preferred answer of every pair holds one word that the other lacks; who stands first is
chance, so a reward model learns the word only where chosen and rejected are the right way round.
"""

import random
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from service.domain.vote import Outcome
from service.formats.exports import kinds, manifest, record, writing
from service.formats.exports.policy import Policy, Split
from service.formats.exports.record import Judged, Message, VoteTold

PAIRS = 400
WORD = "carefully"
_WORDS = ("red", "blue", "green", "small", "large", "warm", "cold", "quick", "slow", "bright")
AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


def planted(number: int, *, texts: tuple[str, str] | None = None) -> Judged:
    """Return a pair in which the answer with the planted word won two votes of two."""
    rng = random.Random(number)
    asked = (Message("user", f"Question {number} about {rng.choice(_WORDS)}?"),)
    plain, marked = (" ".join(rng.choices(_WORDS, k=6)) for _ in range(2))
    better, worse = texts or (f"{marked} {WORD}", f"{plain} {rng.choice(_WORDS)}")
    is_first = record.comes_first([better], [worse])
    outcome = Outcome("first" if is_first else "second")
    first, second = (better, worse) if is_first else (worse, better)
    return Judged(
        pair_id=record.pair_id(asked, [first], [second]),
        prompt_key=f"p{number}",
        split_key=record.split_key(asked),
        prompt=asked,
        first=first,
        second=second,
        first_configurations=("Plain",),
        second_configurations=("Tuned",),
        votes=tuple(VoteTold(f"rater-{n}", outcome, AT) for n in range(2)),
    )


def main(target: Path) -> None:
    """Write every format, and one export whose answers look like times."""
    shutil.rmtree(target, ignore_errors=True)
    records = [planted(number) for number in range(PAIRS)]
    about = manifest.About("Planted", "0")
    policy, split = Policy(wins_as_labels=True), Split(0.15)
    for form in kinds.FORMATS.values():
        folder = target / form.name
        folder.mkdir(parents=True)
        writing.write(folder, records, form, about, policy, split)
    dates = [planted(n, texts=("2026-01-02", "2025-03-04")) for n in range(40)]
    for name, form in (("dates", "trl-dpo"), ("dates-parquet", "trl-dpo-parquet")):
        (target / name).mkdir()
        writing.write(target / name, dates, kinds.by_name(form), about, policy, split)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
