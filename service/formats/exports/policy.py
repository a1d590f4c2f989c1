"""What of the votes becomes a row: the policy of an export, and why something is left out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from service.domain.vote import Outcome
from service.errors import Invalid
from service.formats.exports.record import Judged, Tally, VoteTold, tally

NO_VOTES = "no_votes"
TOO_FEW_VOTES = "too_few_votes"
NO_MAJORITY = "no_net_majority"
TOO_LITTLE_AGREEMENT = "too_little_agreement"
SAME_TEXT = "identical_texts"
NO_TEXT = "empty_text"
CUT_OFF = "cut_off_text"
LEAK = "text_names_its_maker"
CONFLICT = "raters_disagree"
LENGTH = "length_balance"
HISTORY_DIFFERS = "history_differs"
NOT_TO_BE_TRAINED_ON = "not_to_be_trained_on"
NO_LABEL = "no_label"
# Why something is left out, in the order in which it is asked, as a sentence counts them.
WORDS = {
    NO_VOTES: "without votes",
    HISTORY_DIFFERS: "of conversations whose earlier answers differ",
    NO_TEXT: "with an empty text",
    SAME_TEXT: "with the same text twice",
    CUT_OFF: "with a text that was cut off",
    LEAK: "with a text that names its maker",
    TOO_FEW_VOTES: "with too few votes",
    NO_MAJORITY: "in which neither is preferred",
    CONFLICT: "on which raters disagree",
    TOO_LITTLE_AGREEMENT: "with too little agreement",
    NOT_TO_BE_TRAINED_ON: "whose preferred text must not be trained on",
    NO_LABEL: "in which nobody said whether an answer is good",
    LENGTH: "left out so that longer answers are not preferred more often",
}
REASONS = tuple(WORDS)
# What makes a text useless whoever is preferred.
OF_TEXTS = frozenset((HISTORY_DIFFERS, NO_TEXT, CUT_OFF, LEAK))
GOOD_GRADE, BAD_GRADE = 4.0, 2.0

Flagged = Literal["drop", "keep"]
# What ties do: they count among the votes, or not at all.
Ties = Literal["count", "ignore"]


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
    ties, both_bad : "count" or "ignore"
        Whether those who prefer neither count among the votes of agreement and margin.
    conflicts : bool
        Whether a majority is enough where some prefer the other answer.
    strength : bool
        Whether "much better" counts twice as much in the margin; else every vote counts alike.
    flagged : "drop" or "keep"
        Votes of raters who reported a problem with the matchup.
    imported : bool
        Whether votes that came from a file count beside those given blind.
    cut_off, leaks : bool
        Whether answers that ended at their bound, or that name their maker, may be rows.
    balanced : bool
        Whether longer answers are preferred as often as shorter ones; the others are left out.
    not_trained_on : tuple of str
        Configurations whose texts may not be preferred ones, such as by their provider's terms.
    wins_as_labels : bool
        Whether a win makes an answer good and a loss makes it bad, where labels are wanted.
    redacted : bool
        Whether personal data in prompts and answers is put out of sight.
    countries : tuple of str
        Whose national phone numbers are known as such, beside international ones.
    """

    least_votes: int = 1
    least_agreement: float = 0.0
    ties: Ties = "count"
    both_bad: Ties = "count"
    conflicts: bool = True
    strength: bool = False
    flagged: Flagged = "drop"
    imported: bool = True
    cut_off: bool = True
    leaks: bool = True
    balanced: bool = False
    not_trained_on: tuple[str, ...] = ()
    wins_as_labels: bool = False
    redacted: bool = False
    countries: tuple[str, ...] = ("US",)

    def __post_init__(self) -> None:
        """Refuse what cannot be followed."""
        if self.least_votes < 1:
            raise PolicyInvalid("The least number of votes is 1 or more.")
        if not 0 <= self.least_agreement <= 1:
            raise PolicyInvalid("The least agreement is a share from 0 to 1, such as 0.7.")

    def told(self) -> dict[str, Any]:
        """Return it as a manifest holds it, from which `from_told` makes the same one."""
        lists = {"not_trained_on", "countries"}
        return {
            name: list(value) if name in lists else value for name, value in asdict(self).items()
        }


def from_told(told: Mapping[str, Any]) -> Policy:
    """Return the policy that `told` was made from; what it does not name is as usual.

    Raises
    ------
    PolicyInvalid
    """
    known = {each.name for each in fields(Policy)}
    given = {name: value for name, value in told.items() if name in known}
    for name in ("not_trained_on", "countries"):
        if name in given:
            given[name] = tuple(given[name])
    return Policy(**given)


@dataclass(frozen=True)
class Kept:
    """What a policy makes of a record: its votes, and who is preferred, or why nobody is.

    `preferred` is 1 where the first answer is, -1 where the second is, 0 where there is no pair.
    `margin` is votes for the one less those for the other, as a share of all; 0 to 1. `counts`
    holds no ties where the policy ignores them; `votes` does.
    """

    record: Judged
    votes: tuple[VoteTold, ...]
    counts: Tally
    preferred: int
    margin: float
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
        """The share of the votes that prefer the chosen answer; 0 without any."""
        return max(self.counts.first, self.counts.second) / max(1, self.counts.votes)

    def labels(self, policy: Policy) -> tuple[bool | None, bool | None]:
        """Return whether first and second are good by themselves; None where nobody said so.

        Grades say it (4 and more good, 2 and less bad), else votes of which more than half say
        that both are good, or both bad. A win says it only where the policy does.
        """
        if self.record.grades is not None:
            first, second = (_of_grade(grade) for grade in self.record.grades)
            return first, second
        good = sum(vote.outcome == "both_good" for vote in self.votes)
        bad = sum(vote.outcome.is_bad for vote in self.votes)
        for number, label in ((good, True), (bad, False)):
            if 2 * number > len(self.votes):
                return label, label
        if policy.wins_as_labels and self.preferred and not self.dropped:
            return self.preferred > 0, self.preferred < 0
        return None, None


def keep(record: Judged, policy: Policy) -> Kept:
    """Return what the policy makes of a record; equal votes give equal answers."""
    votes = tuple(vote for vote in record.votes if _counts(vote, policy))
    counts = tally(votes)
    if policy.ties == "ignore":
        counts = counts._replace(ties=0)
    if policy.both_bad == "ignore":
        counts = counts._replace(both_bad=0)
    preferred = (counts.first > counts.second) - (counts.first < counts.second)
    reason = _why_not(record, counts, preferred, policy) if votes else NO_VOTES
    margin = _margin(votes, counts, is_weighted=policy.strength)
    return Kept(record, votes, counts, preferred, margin, reason)


def _margin(votes: Sequence[VoteTold], counts: Tally, *, is_weighted: bool) -> float:
    ahead = counts.first - counts.second
    if not is_weighted:
        return abs(ahead) / max(1, counts.votes)
    # "Much better" is the whole of what a vote can say, "better" half of it.
    strengths = sum(_STRENGTHS[vote.outcome] for vote in votes) / 2
    # The margin belongs to the preferred answer, whom the votes decide one by one.
    return max(0.0, strengths * ((ahead > 0) - (ahead < 0))) / max(1, counts.votes)


_STRENGTHS = {outcome: outcome.sign * outcome.choice.row.strength for outcome in Outcome}


def _counts(vote: VoteTold, policy: Policy) -> bool:
    return (policy.flagged == "keep" or not vote.is_flagged) and (
        policy.imported or not vote.is_imported
    )


def _why_not(record: Judged, counts: Tally, preferred: int, policy: Policy) -> str:
    written = record.first_configurations if preferred > 0 else record.second_configurations
    texts = [" ".join(text.split()) for text in (record.first, record.second)]
    rules: Sequence[tuple[bool, str]] = (
        (record.differs_before, HISTORY_DIFFERS),
        (not all(texts), NO_TEXT),
        (texts[0] == texts[1], SAME_TEXT),
        (record.is_cut_off and not policy.cut_off, CUT_OFF),
        (record.has_leak and not policy.leaks, LEAK),
        (counts.votes < policy.least_votes, TOO_FEW_VOTES),
        (preferred == 0, NO_MAJORITY),
        (not policy.conflicts and min(counts.first, counts.second) > 0, CONFLICT),
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
