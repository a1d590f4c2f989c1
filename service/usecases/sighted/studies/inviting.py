"""Makes personal links for many people at once, from a pasted column of names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.errors import Invalid
from service.usecases import invites
from service.usecases.invites import InviteView

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class ManyMade:
    """Personal links for many people, and how many names had a link that still lets in."""

    made: tuple[InviteView, ...]
    known: int


def make_many(
    session: Session, study_name: str, pasted: str, now: datetime, key: str, days: int | None = None
) -> ManyMade:
    """Make a personal link for each name of a pasted column, the first cell of each line.

    A name that has a personal link which still lets in gets no second one, so that a longer list
    can be pasted again.
    """
    return make_for(session, study_name, _names(pasted), now, key, days)


def make_for(
    session: Session,
    study_name: str,
    names: Sequence[str],
    now: datetime,
    key: str,
    days: int | None = None,
) -> ManyMade:
    """Make a personal link for each name that has none which still lets in."""
    names = list(dict.fromkeys(" ".join(name.split())[: invites.MAX_NAME] for name in names))
    if not all(names):
        raise Invalid("A name is empty. Leave it out.")
    live = {
        each.label
        for each in invites.of_study(session, study_name, key)
        if each.kind == "personal" and each.lets_in(now)
    }
    fresh = [name for name in names if name not in live]
    made = [invites.make(session, study_name, "personal", name, now, key, days) for name in fresh]
    return ManyMade(tuple(made), len(names) - len(fresh))


def _names(pasted: str) -> list[str]:
    """Return the names of a pasted column, each once."""
    names: dict[str, None] = {}
    for number, line in enumerate(pasted.splitlines(), start=1):
        name = line.strip().split("	")[0].strip().strip('"').strip()
        if len(name) > invites.MAX_NAME:
            raise Invalid(
                "Line %(line)s is longer than %(most)s characters: paste a column of names, one a "
                "line.",
                line=number,
                most=invites.MAX_NAME,
            )
        if name:
            names[name] = None
    if not names:
        raise Invalid("There is no name among these lines. Paste one name a line.")
    if len(names) > MOST_AT_ONCE:
        raise Invalid(
            "These are %(number)s names. Paste at most %(most)s at once.",
            number=len(names),
            most=MOST_AT_ONCE,
        )
    return list(names)
