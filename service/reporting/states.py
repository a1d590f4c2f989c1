"""How the words that programs use for states, kinds and roles are said to people."""

from service.reporting.words import Words, msgid

_CALLED = {
    # Studies.
    "draft": msgid("draft"),
    "open": msgid("open"),
    "closed": msgid("closed"),
    "paused": msgid("paused"),
    "sealed": msgid("sealed"),
    # Completions.
    "pending": msgid("pending"),
    "running": msgid("running"),
    "recorded": msgid("recorded"),
    "ready": msgid("ready"),
    "failed": msgid("failed"),
    "blocked": msgid("blocked"),
    "quarantined": msgid("quarantined"),
    "replaced": msgid("replaced"),
    # Exports.
    "waiting": msgid("waiting"),
    # Flags: what raters reported, and what becomes of it.
    "knows_source": msgid("can tell who wrote it"),
    "broken": msgid("shown wrongly"),
    "unsafe": msgid("unsafe or private"),
    "other": msgid("something else"),
    "kept": msgid("kept"),
    "withdraws": msgid("takes the matchup out"),
    "excluded": msgid("weighs nothing: its rater is left out"),
    "lifted": msgid("lifted"),
    # Invites and accounts.
    "personal": msgid("personal"),
    "shared": msgid("shared"),
    "viewer": msgid("viewer"),
    "researcher": msgid("researcher"),
    "admin": msgid("admin"),
}


def called(word: str, words: Words) -> str:
    """Return how a state, a kind or a role is said; one without words is said as it is."""
    known = _CALLED.get(word)
    return word if known is None else words.gettext(known)
