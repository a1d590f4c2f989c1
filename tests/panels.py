"""Checks, grounds and a course of a realistic leaderboard, for tests."""

from service.domain.course import Course, Moment, Standing
from service.domain.grounds import (
    Adjusted,
    Example,
    Grounds,
    InFavour,
    Measured,
    PromptRow,
    Prompts,
    ReasonGroup,
    Reasons,
    Trait,
)
from service.domain.trust import CAUTION, CHECKS, NOT_CHECKED, NOTE, OK, Check

_OF = {
    "raters": Check("raters", OK, figures={"number": 6.0}),
    "prompts": Check("prompts", CAUTION, "these_prompts_only", figures={"prompts": 4.0}),
    "dominant_rater": Check("dominant_rater", OK, "weighed", figures={"share": 0.22}),
    "agreement": Check(
        "agreement", OK, figures={"value": 0.31, "low": 0.2, "high": 0.42, "units": 40.0}
    ),
    "norming": Check("norming", NOT_CHECKED, "no_norming"),
    "self_consistency": Check("self_consistency", NOT_CHECKED, "no_repeats"),
    "position": Check(
        "position", OK, figures={"value": 0.51, "low": 0.44, "high": 0.58, "number": 102.0}
    ),
    "robustness": Check(
        "robustness", NOTE, "open", ("retrieval", "fine-tune"), figures={"votes": 2, "of": 120}
    ),
    "one_rater_out": Check(
        "one_rater_out", CAUTION, items=("retrieval", "fine-tune"), figures={"votes": 20.0}
    ),
    "leaks": Check("leaks", OK),
    "failures": Check("failures", OK, figures={"worst": 0.016}),
    "exclusions": Check(
        "exclusions",
        OK,
        items=("retrieval", "retrieval"),
        figures={"votes": 4.0, "without": 0.61, "with": 0.6},
    ),
    "length": Check("length", NOTE, items=("retrieval",), figures={"ratio": 1.4}),
}
CHECKED = tuple(_OF.get(name, Check(name, OK)) for name in CHECKS)
GROUNDS = Grounds(
    Reasons(
        votes=120,
        with_reason=9,
        written=4,
        ungrouped=1,
        groups=(
            ReasonGroup(
                "chip",
                "correct",
                6,
                1,
                (InFavour("retrieval", 4, 0), InFavour("fine-tune", 1, 3)),
                (Example("retrieval", "fine-tune", "p1"),),
            ),
            ReasonGroup("word", "sources", 3, 0, (InFavour("retrieval", 3, 0),), ()),
        ),
    ),
    Measured(
        votes=120,
        texts=96,
        traits=(
            Trait(
                "length",
                is_probe=False,
                votes=100,
                share=0.6,
                low=0.5,
                high=0.69,
                means=(("retrieval", 210.4), ("fine-tune", 151)),
            ),
            Trait(
                "sure",
                is_probe=True,
                votes=0,
                share=0.5,
                low=0.0,
                high=1.0,
                means=(("retrieval", 0.0), ("fine-tune", 0.0)),
            ),
        ),
        adjusted=(
            Adjusted("retrieval", 0.61, 0.57, 0.48, 0.66),
            Adjusted("fine-tune", 0.59, 0.6, 0.5, 0.69),
        ),
    ),
    Prompts(
        prompts=24,
        enough=20,
        least=6,
        is_split_known=True,
        found=2,
        rows=(
            PromptRow("p7", 9, 3, 6, 0.5, 0.6, 1, 0, 0.1, 2, ("hard", "alike")),
            PromptRow("p2", 8, 8, 0, 0.02, 0.05, 6, 3, 0.42, 4, ("dividing",)),
        ),
    ),
)
COURSE = Course(
    tuple(
        Moment(
            f"2026-03-12T09:{minute:02}:00+00:00",
            votes,
            (
                Standing("retrieval", first, first - 0.2, first + 0.2),
                Standing("fine-tune", 1 - first, 0.8 - first, 1.2 - first),
            ),
        )
        for minute, votes, first in ((10, 40, 0.52), (20, 80, 0.58), (30, 120, 0.61))
    )
)
