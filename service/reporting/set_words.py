"""Says where prompts of a set came from, what changed between versions, and what to look at."""

from collections.abc import Mapping, Sequence

from service.domain.prompt import Prompt
from service.domain.prompt_set import Chosen, Difference, Origin, OriginKind
from service.reporting.words import Words, msgid

# Signs of a text that are shown before the first difference, and of each text in all.
_BEFORE, _SHOWN = 60, 300
_TAKEN = {
    Chosen.ALL: msgid("from the study %(name)s"),
    Chosen.HARD: msgid("from the study %(name)s: where many said “both bad”"),
    Chosen.DIVIDING: msgid("from the study %(name)s: where people disagreed"),
    Chosen.TELLING: msgid("from the study %(name)s: where people preferred the same side"),
    Chosen.SATURATED: msgid("from the study %(name)s: where nearly all said “both good”"),
    Chosen.DISPUTED: msgid("from the study %(name)s: where people and a judge disagreed"),
    Chosen.UNSATURATED: msgid(
        "from the study %(name)s: without those where nearly all said “both good”"
    ),
}
_DOUBTS = {
    "asks_who": msgid(
        "These prompts ask who answers. Answers that say so are not blind; leave them out: %(ids)s"
    ),
    "personal": msgid(
        "These prompts seem to hold personal data (addresses, numbers). Raters and providers would "
        "read it: %(ids)s"
    ),
}


def origin(told: Origin, words: Words) -> str:
    """Return where prompts are from."""
    if told.kind is OriginKind.MODEL and not told.name:
        return words.gettext("proposed by %(model)s from a description", model=told.by)
    if told.kind is OriginKind.MODEL:
        return words.gettext(
            "proposed by %(model)s from %(name)s, passage %(place)s",
            model=told.by,
            name=told.name,
            place=told.place,
        )
    if told.kind is OriginKind.FILE and told.place:
        return words.gettext(
            "from the file %(name)s, line %(place)s (SHA-256 %(digest)s)",
            name=told.name,
            place=told.place,
            digest=told.digest[:16],
        )
    if told.kind is OriginKind.FILE:
        return words.gettext(
            "from the file %(name)s (SHA-256 %(digest)s)", name=told.name, digest=told.digest[:16]
        )
    if told.kind in {OriginKind.STUDY, OriginKind.RATER}:
        return _of_study(told, words)
    return words.gettext("typed by hand")


def _of_study(told: Origin, words: Words) -> str:
    if told.kind is OriginKind.STUDY:
        return words.gettext(_TAKEN[Chosen(told.chosen or "all")], name=told.name)
    return words.gettext(
        "suggested by %(rater)s in the study %(name)s", rater=told.by, name=told.name
    )


def change(found: Difference, words: Words) -> str:
    """Return how much changed."""
    if found.is_none:
        return words.gettext("The same prompts.")
    return words.gettext(
        "%(added)s added, %(removed)s taken out, %(changed)s changed.",
        added=words.count(len(found.added)),
        removed=words.count(len(found.removed)),
        changed=words.count(len(found.changed)),
    )


def differing(before: Prompt, after: Prompt) -> tuple[str, str]:
    """Return two texts of one prompt from a little before the first sign in which they differ."""
    then, now = ("\n\n".join(filter(None, (*each.turns, each.context))) for each in (before, after))
    same = next(
        (at for at, (one, other) in enumerate(zip(then, now, strict=False)) if one != other),
        min(len(then), len(now)),
    )
    start = max(0, same - _BEFORE)
    first, second = (f"{'… ' * (start > 0)}{text[start:][:_SHOWN]}" for text in (then, now))
    return first, second


def doubts(found: Mapping[str, Sequence[str]], words: Words) -> list[str]:
    """Return what somebody should look at before a version is used."""
    return [
        words.gettext(text, ids=", ".join(found[what]))
        for what, text in _DOUBTS.items()
        if found.get(what)
    ]
