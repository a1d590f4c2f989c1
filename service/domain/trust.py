"""Checks of whether a result can be trusted: every one is stated, also where it could not be made.

A check is a code with figures; its words are in `reporting`. Measurements that are no faults are
notes, never cautions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

OK, CAUTION, NOT_CHECKED, NOTE = "ok", "caution", "not_checked", "note"

# All of them, in the order in which they are said.
CHECKS = (
    "raters",
    "prompts",
    "connected",
    "dominant_rater",
    "dominant_prompt",
    "agreement",
    "norming",
    "self_consistency",
    "position",
    "order",
    "bounded",
    "robustness",
    "one_rater_out",
    "drift",
    "copies",
    "blindness",
    "leaks",
    "failures",
    "exclusions",
    "fit",
    "length",
)


@dataclass(frozen=True)
class Check:
    """One check: how it ended, `why` as a code, whom it concerns, and its figures.

    The state is `ok`, `caution`, `not_checked` (then `why` says what was missing) or, for what is
    no fault either way, `note`. `groups` are as in a finding.
    """

    name: str
    state: str
    why: str = ""
    items: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
