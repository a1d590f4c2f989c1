"""States the rules that rows must always obey, and finds the rows that break them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.store import invariants, mark_invariants


@dataclass(frozen=True)
class Check:
    """A rule and what breaks it; nothing where it holds."""

    rule: str
    broken: tuple[str, ...]


def check(session: Session, now: datetime) -> list[Check]:
    """Return every rule with its violations, for `evenhand check-invariants`."""
    rules = (*invariants.RULES, *mark_invariants.RULES)
    return [Check(rule, tuple(find(session, now))) for rule, find in rules]
