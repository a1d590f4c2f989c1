"""Says which end a study declared, what happens there, and how it was met."""

from collections.abc import Iterator

from service.domain.ending import By, DeclaredEnd, Met, Then, When
from service.domain.leaderboard import End
from service.reporting.words import Words, msgid

_WHEN = {
    When.WINNER: msgid("when one configuration is ahead of every other one"),
    When.SETTLED: msgid("when each of the others is behind the best or practically equal to it"),
}
_BY = {
    By.VOTES: msgid("its votes are in"),
    By.DATE: msgid("its last day is over"),
    By.DECIDED: msgid("it is decided"),
}
_NOTIFY = msgid(
    "It is then told and the study goes on, so that claims hold at every look or not at all."
)


def declared(
    votes: int | None, day: str | None, decided: str | None, then: str, words: Words
) -> str:
    """Return the stop rule: each end there is, whichever comes first, and what happens there."""
    ends = []
    if votes is not None:
        ends.append(words.ngettext("after %(number)s vote", "after %(number)s votes", votes))
    if day is not None:
        ends.append(words.gettext("with the end of %(day)s (UTC)", day=day))
    if decided:
        ends.append(words.gettext(_WHEN[When(decided)]))
    if not ends:
        return words.gettext("none declared: it ends when it is closed by hand")
    said = words.gettext(" or ").join(ends)
    if len(ends) > 1:
        said = words.gettext("%(ends)s, whichever comes first", ends=said)
    return f"{said}. {words.gettext(_NOTIFY)}" if then == Then.NOTIFY else said


def of_board(end: End, words: Words) -> str:
    """Return which end was declared before anybody looked, and whether it is reached."""
    rule = declared(end.votes, end.at, end.decided, end.then, words).rstrip(".")
    said = words.gettext("The end was declared before looking: %(end)s.", end=rule)
    if not end.reached:
        return said + " " + words.gettext("It is not reached.")
    told = list(_told(end.met, words)) or [words.gettext("It is reached.")]
    return " ".join([said, *told])


def of_study(end: DeclaredEnd | None, how: Met | None, words: Words) -> str:
    """Return what a study's page says of its end: that it was met, or what it declares.

    It names nobody who leads. "" where none is declared.
    """
    if end is None:
        return ""
    if how is not None:
        why = words.gettext(_BY[By(how.by)])
        said = words.gettext("The stop rule was met on %(day)s: %(why)s.", day=how.at[:10], why=why)
        if end.then is Then.NOTIFY:
            said += " " + words.gettext("The study goes on, as it declared.")
        return said
    day = None if end.day is None else end.day.isoformat()
    rule = declared(end.votes, day, end.decided, end.then, words).rstrip(".")
    return words.gettext("Declared end: %(end)s.", end=rule)


def reached(end: End | None, words: Words) -> str:
    """Return what a card says of an end that is reached; "" where none is."""
    if end is None or not end.reached:
        return ""
    told = list(_told(end.met, words))
    if end.then == Then.NOTIFY:
        told.append(words.gettext("The study goes on, as it declared."))
    return " ".join(told)


def _told(how: Met | None, words: Words) -> Iterator[str]:
    if how is None:
        return
    day = how.at[:10]
    if how.by != By.DECIDED:
        yield words.gettext(
            "The stop rule was met on %(day)s: %(why)s.",
            day=day,
            why=words.gettext(_BY[By(how.by)]),
        )
        return
    yield words.ngettext(
        "The stop rule was met on %(day)s: with %(number)s vote it was decided, by claims that "
        "hold however often one looks. The best then was %(best)s.",
        "The stop rule was met on %(day)s: with %(number)s votes it was decided, by claims that "
        "hold however often one looks. The best then was %(best)s.",
        how.votes,
        day=day,
        best=words.name(how.leader or ""),
    )
