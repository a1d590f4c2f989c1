"""Reads links as people send them: a sentence often leaves a sign at the end of one."""

_OF_A_SENTENCE = ".,;:!?)>]}\"'»”’…*"


def without_sentence(token: str) -> str:
    """Return a link's token without the signs that a sentence left sticking to its end."""
    return token.rstrip(_OF_A_SENTENCE)
