"""Reads what judges answered, once, as soon as the answer is there."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.blinding import reasoning
from service.domain import judge_answer
from service.domain.completion import CompletionKind
from service.domain.judge import Verdict
from service.domain.judge_answer import Said
from service.store import judgements

_SAID = {Said.A: Verdict.FIRST, Said.B: Verdict.SECOND, Said.TIE: Verdict.TIE}


def read_answers(session: Session, completion_ids: Sequence[int]) -> int:
    """Store what these answers say where a judge gave them; returns how many were read."""
    rows = []
    for one in judgements.waiting(session, len(completion_ids), completion_ids):
        text = reasoning.without("\n".join(one.turns))
        found = judge_answer.read(text, refused=one.kind == CompletionKind.REFUSED)
        rows.append(
            {
                "id": one.id,
                "said": str(found.said),
                "a_grade": found.a_grade,
                "b_grade": found.b_grade,
                "reason": found.reason,
            }
        )
    judgements.write(session, rows)
    return len(rows)


def verdict_of(said: str, *, is_exchanged: bool) -> Verdict:
    """Return what was said of A and B as said of the matchup's first and second text."""
    found = _SAID.get(Said(said))
    if found is None:
        return Verdict(said)
    return found.exchanged if is_exchanged else found
