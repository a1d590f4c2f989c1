"""What can be wrong with data, said for machines and people; misuse alone raises an error."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class StatsError(Exception):
    """The library was called in a way that no data could make right."""


class Code(StrEnum):
    """The machine-readable name of a finding; the strings are part of the interface."""

    NO_VOTES = "no_votes"
    ITEM_WITHOUT_VOTES = "item_without_votes"
    SELF_COMPARISON = "self_comparison"
    ONLY_TIES = "only_ties"
    NO_TIES = "no_ties"
    DISCONNECTED = "disconnected"
    UNBOUNDED_ABOVE = "unbounded_above"
    UNBOUNDED_BELOW = "unbounded_below"
    SEPARATED = "separated"
    UNBOUNDED_TIES = "unbounded_ties"
    UNBOUNDED_COEFFICIENT = "unbounded_coefficient"
    PRIOR_USED = "prior_used"
    NOT_CONVERGED = "not_converged"
    RATERS_UNKNOWN = "raters_unknown"
    PROMPTS_UNKNOWN = "prompts_unknown"
    ONE_RATER = "one_rater"
    THESE_RATERS_ONLY = "these_raters_only"
    THESE_PROMPTS_ONLY = "these_prompts_only"
    DOMINANT_RATER = "dominant_rater"
    DOMINANT_PROMPT = "dominant_prompt"
    TOO_FEW = "too_few"
    DRIFT = "drift"
    COPIED_RATERS = "copied_raters"


@dataclass(frozen=True)
class Finding:
    """One thing that a reader of a result has to know.

    Attributes
    ----------
    code : Code
        What it is; compare with this, never with the text.
    text : str
        One plain sentence. It names no item or cluster, so that it may stand on any page.
    items : tuple of str
        The items concerned; empty where it concerns all of them.
    groups : tuple of tuple of str
        Components, or levels from the best to the worst, where the finding is about groups.
    figures : mapping of str to float
        The numbers behind the sentence.
    """

    code: Code
    text: str
    items: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
