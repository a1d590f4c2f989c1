"""What was decided, said in sentences: on pages, by commands and in reports alike."""

from datetime import datetime

from service.reporting.words import Words


def sentence(chosen: str | None, decided_by: str, at: datetime, words: Words) -> str:
    """Return who decided what, and when."""
    values = {"who": decided_by, "day": f"{at:%Y-%m-%d}"}
    if chosen is None:
        return words.gettext("%(who)s decided on %(day)s: none of them.", **values)
    return words.gettext("%(who)s decided on %(day)s: %(name)s.", name=words.name(chosen), **values)


def grounds(reason: str, words: Words, *, is_against: bool) -> str:
    """Return how a decision stands to what the card said, and its reason."""
    if is_against:
        return words.gettext("The leaderboard does not recommend this. Reason: %(why)s", why=reason)
    if reason:
        return words.gettext("As the leaderboard recommends. Reason: %(why)s", why=reason)
    return words.gettext("As the leaderboard recommends.")


def recommends(names: tuple[str, ...], words: Words) -> str:
    """Return what the card recommends to choose, or that it recommends nothing."""
    if not names:
        return words.gettext(
            "The leaderboard recommends none yet: whatever you decide needs a reason."
        )
    return words.gettext(
        "The leaderboard recommends %(names)s. Another decision needs a reason.",
        names=words.gettext(" or ").join(map(words.name, names)),
    )


def rests_on(leaderboard_id: int, digest: str, words: Words) -> str:
    """Return which stored leaderboard a decision or report rests on, to be known again."""
    return words.gettext(
        "Leaderboard %(number)s, fingerprint %(digest)s", number=leaderboard_id, digest=digest[:16]
    )
