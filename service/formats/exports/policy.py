"""What of the votes becomes a row: the policy of an export, and why something is left out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from service.errors import Invalid
from service.formats.exports.record import Judged, Tally, VoteTold, tally

NO_VOTES = "no_votes"
TOO_FEW_VOTES = "too_few_votes"
NO_MAJORITY = "no_net_majority"
TOO_LITTLE_AGREEMENT = "too_little_agreement"
SAME_TEXT = "identical_texts"
NO_TEXT = "empty_text"
CUT_OFF = "cut_off_text"
HISTORY_DIFFERS = "history_differs"
NOT_TO_BE_TRAINED_ON = "not_to_be_trained_on"
NO_LABEL = "no_label"
REASONS = (
    NO_VOTES,
    TOO_FEW_VOTES,
    NO_MAJORITY,
    TOO_LITTLE_AGREEMENT,
    SAME_TEXT,
    NO_TEXT,
    CUT_OFF,
    HISTORY_DIFFERS,
    NOT_TO_BE_TRAINED_ON,
    NO_LABEL,
)
GOOD_GRADE, BAD_GRADE = 4.0, 2.0

Flagged = Literal["drop", "keep"]


class PolicyInvalid(Invalid):
    """A policy that no export can follow."""


@dataclass(frozen=True)
class Policy:
    """What an export keeps; all of it stands in the manifest.

    Attributes
    ----------
    least_votes : int
        Fewer votes on a matchup give no row.
    least_agreement : float
        The share of all votes, ties among them, that the preferred answer needs, 0 to 1. More
        votes than the other one it always needs.
    flagged : "drop" or "keep"
        Votes of raters who reported a problem with the matchup.
    imported : bool
        Whether votes that came from a file count beside those given blind.
    cut_off : bool
        Whether answers that ended at their bound may be rows.
    not_trained_on : tuple of str
        Configurations whose texts may not be preferred ones, such as by their provider's terms.
    wins_as_labels : bool
        Whether a win makes an answer good and a loss makes it bad, where labels are wanted.
    """

    least_votes: int = 1
    least_agreement: float = 0.0
    flagged: Flagged = "drop"
    imported: bool = True
    cut_off: bool = True
    not_trained_on: tuple[str, ...] = ()
    wins_as_labels: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be followed."""
        if self.least_votes < 1:
            raise PolicyInvalid("The least number of votes is 1 or more.")
        if not 0 <= self.least_agreement <= 1:
            raise PolicyInvalid("The least agreement is a share from 0 to 1, such as 0.7.")


@dataclass(frozen=True)
class Kept:
    """What a policy makes of a record: its votes, and who is preferred, or why nobody is.

    `preferred` is 1 where the first answer is, -1 where the second is, 0 where there is no pair.
    """

    record: Judged
    votes: tuple[VoteTold, ...]
    counts: Tally
    preferred: int
    dropped: str = ""

    @property
    def chosen(self) -> str:
        """The preferred answer."""
        return self.record.first if self.preferred > 0 else self.record.second

    @property
    def rejected(self) -> str:
        """The other answer."""
        return self.record.second if self.preferred > 0 else self.record.first

    @property
    def agreement(self) -> float:
        """The share of all votes that prefer the chosen answer."""
        return max(self.counts.first, self.counts.second) / self.counts.votes

    @property
    def margin(self) -> float:
        """Votes for the chosen less those for the rejected answer, as a share of all; 0 to 1."""
        return abs(self.counts.first - self.counts.second) / self.counts.votes

    def labels(self, policy: Policy) -> tuple[bool | None, bool | None]:
        """Return whether first and second are good by themselves; None where nobody said so.

        Grades say it (4 and more good, 2 and less bad), else votes of which more than half say
        that both are good, or both bad. A win says it only where the policy does.
        """
        if self.record.grades is not None:
            first, second = (_of_grade(grade) for grade in self.record.grades)
            return first, second
        good = sum(vote.outcome == "both_good" for vote in self.votes)
        for number, label in ((good, True), (self.counts.both_bad, False)):
            if 2 * number > len(self.votes):
                return label, label
        if policy.wins_as_labels and self.preferred and not self.dropped:
            return self.preferred > 0, self.preferred < 0
        return None, None


def keep(record: Judged, policy: Policy) -> Kept:
    """Return what the policy makes of a record; equal votes give equal answers."""
    votes = tuple(vote for vote in record.votes if _counts(vote, policy))
    counts = tally(votes)
    preferred = (counts.first > counts.second) - (counts.first < counts.second)
    return Kept(record, votes, counts, preferred, _why_not(record, counts, preferred, policy))


def _counts(vote: VoteTold, policy: Policy) -> bool:
    return (policy.flagged == "keep" or not vote.is_flagged) and (
        policy.imported or not vote.is_imported
    )


def _why_not(record: Judged, counts: Tally, preferred: int, policy: Policy) -> str:
    written = record.first_configurations if preferred > 0 else record.second_configurations
    texts = [" ".join(text.split()) for text in (record.first, record.second)]
    rules: Sequence[tuple[bool, str]] = (
        (counts.votes == 0, NO_VOTES),
        (record.differs_before, HISTORY_DIFFERS),
        (not all(texts), NO_TEXT),
        (texts[0] == texts[1], SAME_TEXT),
        (record.is_cut_off and not policy.cut_off, CUT_OFF),
        (counts.votes < policy.least_votes, TOO_FEW_VOTES),
        (preferred == 0, NO_MAJORITY),
        (
            max(counts.first, counts.second) < policy.least_agreement * counts.votes,
            TOO_LITTLE_AGREEMENT,
        ),
        (bool(set(written) & set(policy.not_trained_on)), NOT_TO_BE_TRAINED_ON),
    )
    return next((reason for holds, reason in rules if holds), "")


def _of_grade(grade: float) -> bool | None:
    return True if grade >= GOOD_GRADE else False if grade <= BAD_GRADE else None


@dataclass(frozen=True)
class Split:
    """How prompts are parted: by a salted hash, so that each stays where it is as data grows."""

    test_share: float = 0.1
    salt: str = "evenhand-1"

    def is_test(self, key: str) -> bool:
        """Tell whether rows of this key belong to the test file."""
        digest = hashlib.sha256(f"{self.salt}\0{key}".encode()).hexdigest()
        return int(digest[:8], 16) / 2**32 < self.test_share
