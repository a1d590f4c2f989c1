"""Says what can be claimed of a study now, and what would unblock the rest."""

from dataclasses import dataclass

from service.domain.doctor import Diagnosis, More, Statement
from service.reporting.judge_boards import why_not
from service.reporting.words import Words, msgid


@dataclass(frozen=True)
class Told:
    """One statement: the claim in words, and what it holds under or would take."""

    state: str
    claim: str
    remark: str


_CLAIMS = {
    "winner": msgid("One configuration is preferred to every other."),
    "equal_top": msgid("%(names)s are practically equal."),
    "ahead": msgid("%(first)s is preferred to %(second)s."),
    "equal": msgid("%(first)s and %(second)s are practically equal."),
    "against": msgid("%(first)s is better, worse or equal against %(second)s, which is live."),
    "better": msgid("%(first)s is better than %(second)s, which is live."),
    "worse": msgid("%(first)s is worse than %(second)s, which is live."),
    "general_raters": msgid("It holds for raters in general, not for these alone."),
    "general_prompts": msgid("It holds for prompts in general, not for these alone."),
    "rated": msgid("%(names)s: has a rating."),
    "slice": msgid("Configurations can be compared on the tag “%(tag)s”."),
    "check_connected": msgid("All configurations stand on one scale."),
    "check_agreement": msgid("People agree with each other beyond chance."),
    "check_norming": msgid("People agree beyond chance on what they all got first."),
    "check_self_consistency": msgid("People say the same again."),
    "check_position": msgid("The side does not decide."),
    "check_blindness": msgid("Raters could not tell who wrote what."),
    "check_leaks": msgid("Texts do not name their maker."),
    "judge_grades": msgid("%(judge)s: its grades can be put onto people’s scale."),
    "judge_agreement": msgid("%(judge)s: how far it agrees with people is known."),
    "judge_replaces": msgid("%(judge)s: it may stand in for further votes."),
    "judge_replaces_not": msgid("%(judge)s: it may not replace votes."),
    "judge_carries": msgid("%(judge)s: it is as right about %(names)s as about the others."),
    "judge_corrects": msgid("%(judge)s: a board corrected by it may be shown."),
}
_HOLDS = {
    "always": msgid("Holds at every look."),
    "at_end": msgid("Holds at the declared end."),
    "no_votes": msgid("There are no votes yet."),
    "waiting": msgid("It waits for votes of which the others have many more."),
    "caution": msgid("The check says otherwise: see “Can it be trusted?”."),
    "chance": msgid("It may be chance: its interval reaches down to that."),
    "not_checked": msgid("It could not be checked yet."),
    "failed": msgid(
        "The judge surely gives it more or less than people do: more votes mend nothing."
    ),
}


def told(statement: Statement, words: Words) -> Told:
    """Return a statement in words."""
    names = [words.name(name) for name in statement.about]
    first, second = [*names, "", ""][:2]
    values = {
        "judge": statement.judge,
        "names": words.names(statement.about),
        "first": first,
        "second": second,
        "tag": statement.about[0] if statement.about else "",
    }
    if statement.name == "winner" and statement.is_supported:
        claim = words.gettext("%(first)s is preferred to every other.", first=first)
    else:
        claim = words.gettext(_CLAIMS[statement.name], **values)
    said = []
    if statement.why in _HOLDS:
        said.append(words.gettext(_HOLDS[statement.why]))
    elif statement.why:
        said.append(why_not(statement.why, words))
    if statement.more is not None and not statement.is_supported:
        said.append(more(statement.more, words))
    return Told(statement.state, claim, " ".join(said))


def more(found: More, words: Words) -> str:
    """Return what would probably unblock a statement; never a number that nobody can know."""
    if found.low is None or found.high is None:
        return words.gettext(_UNKNOWN[found.kind])
    if found.low == found.high:
        return _counted(found.kind, found.high, words)
    return words.gettext(
        _BETWEEN[found.kind], low=words.count(found.low), high=words.count(found.high)
    )


_UNKNOWN = {
    "votes": msgid("More votes are needed; how many, nobody can tell."),
    "prompts": msgid("More prompts would help most; how many, nobody can tell."),
    "raters": msgid("More raters would help most; how many, nobody can tell."),
    "twice": msgid("Some matchups need to be judged twice."),
    "audit": msgid("More audit matchups are needed; how many, nobody can tell."),
    "grades": msgid("More grades are needed."),
    "judgements": msgid("More judgements are needed."),
}
_BETWEEN = {
    "votes": msgid("Probably %(low)s to %(high)s more votes."),
    "prompts": msgid("Probably %(low)s to %(high)s more prompts."),
    "raters": msgid("Probably %(low)s to %(high)s more raters."),
    "audit": msgid("Probably %(low)s to %(high)s more audit matchups."),
}


def _counted(kind: str, number: int, words: Words) -> str:
    # Each pair stands in a call of its own: only so the catalogue knows its plurals.
    match kind:
        case "prompts":
            return words.ngettext("%(number)s more prompt.", "%(number)s more prompts.", number)
        case "raters":
            return words.ngettext("%(number)s more rater.", "%(number)s more raters.", number)
        case "grades":
            return words.ngettext("%(number)s more grade.", "%(number)s more grades.", number)
        case "audit":
            return words.ngettext(
                "About %(number)s more audit matchup.",
                "About %(number)s more audit matchups.",
                number,
            )
    return words.ngettext("About %(number)s more vote.", "About %(number)s more votes.", number)


def summary(found: Diagnosis, words: Words) -> str:
    """Return how many statements are supported and how many are blocked."""
    supported = words.ngettext(
        "%(number)s statement is supported",
        "%(number)s statements are supported",
        len(found.supported),
    )
    blocked = words.ngettext("%(number)s is blocked", "%(number)s are blocked", len(found.blocked))
    return words.gettext("%(first)s, %(second)s.", first=supported, second=blocked)


def said(found: Diagnosis, words: Words) -> tuple[list[Told], list[Told]]:
    """Return all statements in words: those that may be made, and those that may not."""
    return (
        [told(one, words) for one in found.supported],
        [told(one, words) for one in found.blocked],
    )
