"""Shapes for people and analysis: the whole record, votes as arenas publish them, and a table."""

from collections.abc import Iterator
from typing import Any

from service.domain.vote import Outcome
from service.formats.exports.columns import Columns
from service.formats.exports.policy import Kept, Policy
from service.formats.exports.record import Message

CANONICAL: Columns = {
    "pair_id": "text",
    "prompt_id": "text",
    "prompt": "messages",
    "first": "text",
    "second": "text",
    "first_configurations": "texts",
    "second_configurations": "texts",
    "preferred": "text",
    "dropped": "text",
    "votes": "count",
    **{f"votes_{outcome}": "count" for outcome in Outcome},
    "agreement": "number",
    "margin": "number",
    "votes_imported": "count",
    "raters": "texts",
    "first_grade": "number",
    "second_grade": "number",
    "first_label": "text",
    "second_label": "text",
    "criteria": "criteria",
    "turns": "count",
    "voted": "text",
}


def canonical(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield all that is known of a matchup, with or without a preferred answer.

    Every column has one type in every row: texts are empty and figures -1 where there are none.
    """
    first_label, second_label = kept.labels(policy)
    record = kept.record
    first_grade, second_grade = record.grades or (-1.0, -1.0)
    times = sorted(vote.at.isoformat() for vote in kept.votes) or [""]
    yield {
        "pair_id": record.pair_id,
        "prompt_id": record.prompt_key,
        "prompt": [message.told() for message in record.prompt],
        "first": record.first,
        "second": record.second,
        "first_configurations": list(record.first_configurations),
        "second_configurations": list(record.second_configurations),
        "preferred": {1: "first", -1: "second", 0: "neither"}[kept.preferred],
        "dropped": kept.dropped,
        "votes": len(kept.votes),
        **{f"votes_{outcome}": record_count for outcome, record_count in _by_outcome(kept)},
        "agreement": float(kept.agreement) if kept.votes else -1.0,
        "margin": float(kept.margin) if kept.votes else -1.0,
        "votes_imported": sum(vote.is_imported for vote in kept.votes),
        "raters": sorted({vote.rater for vote in kept.votes}),
        "first_grade": float(first_grade),
        "second_grade": float(second_grade),
        "first_label": _label(first_label),
        "second_label": _label(second_label),
        "criteria": [
            {"name": name, "lead": float(lead)} for name, lead in sorted(record.leads.items())
        ],
        "turns": record.turns,
        # A word before the time keeps loaders from making a timestamp of some rows.
        "voted": f"{times[0]} to {times[-1]}",
    }


def arena(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield a row for each vote, in the columns that arenas publish."""
    del policy
    record = kept.record
    asked = [message.told() for message in record.prompt]
    for number, vote in enumerate(kept.votes, start=1):
        yield {
            "question_id": f"{record.pair_id}-{number}",
            "model_a": record.first_configurations[0],
            "model_b": record.second_configurations[0],
            "winner": _winner(vote.outcome),
            "judge": vote.rater,
            "conversation_a": [*asked, Message("assistant", record.first).told()],
            "conversation_b": [*asked, Message("assistant", record.second).told()],
            "turn": record.turns,
            "tstamp": vote.at.timestamp(),
        }


def table(kept: Kept, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield a line for a spreadsheet: texts, counts, and who wrote them."""
    del policy
    record = kept.record
    yield {
        "prompt": record.prompt[-1].content,
        "answer_1": record.first,
        "answer_2": record.second,
        "configuration_1": ", ".join(record.first_configurations),
        "configuration_2": ", ".join(record.second_configurations),
        "votes": kept.counts.votes,
        "votes_1": kept.counts.first,
        "votes_2": kept.counts.second,
        "ties": kept.counts.ties,
        "both_bad": kept.counts.both_bad,
        "left_out_because": kept.dropped,
        "pair_id": record.pair_id,
    }


def _by_outcome(kept: Kept) -> Iterator[tuple[str, int]]:
    counts = dict.fromkeys(Outcome, 0)
    for vote in kept.votes:
        counts[vote.outcome] += 1
    return ((str(outcome), number) for outcome, number in counts.items())


def _winner(outcome: Outcome) -> str:
    if outcome.sign:
        return "model_a" if outcome.sign > 0 else "model_b"
    return "tie (bothbad)" if outcome.is_bad else "tie"


def _label(label: bool | None) -> str:  # noqa: FBT001 - three states of one answer
    return "unknown" if label is None else "good" if label else "bad"
