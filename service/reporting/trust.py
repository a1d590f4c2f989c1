"""Says whether a result can be trusted: every check in words, whichever way it ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby

from service.domain.finding import Finding
from service.domain.leaderboard import Leaderboard
from service.domain.trust import CAUTION, NOT_CHECKED, NOTE, OK, Check
from service.reporting import notes, trust_words
from service.reporting.words import Words, msgid

_STATES = {
    OK: msgid("ok"),
    CAUTION: msgid("caution"),
    NOT_CHECKED: msgid("not checked"),
    NOTE: msgid("measured"),
}
_WORST_FIRST = (CAUTION, OK, NOTE, NOT_CHECKED)
_NAMES = {
    "raters": msgid("Enough people"),
    "prompts": msgid("Enough prompts"),
    "connected": msgid("All met"),
    "dominant_rater": msgid("No rater dominates"),
    "dominant_prompt": msgid("No prompt dominates"),
    "agreement": msgid("People agree with each other"),
    "norming": msgid("People agree on the panel"),
    "self_consistency": msgid("People agree with themselves"),
    "position": msgid("The side does not decide"),
    "order": msgid("There is one order"),
    "bounded": msgid("All won and lost"),
    "robustness": msgid("A few votes do not decide"),
    "one_rater_out": msgid("No one rater decides"),
    "drift": msgid("Early and late votes agree"),
    "copies": msgid("Every rater is another person"),
    "blindness": msgid("Blindness held"),
    "leaks": msgid("Texts do not name their maker"),
    "failures": msgid("Completions did not fail"),
    "exclusions": msgid("What is left out changes nothing"),
    "fit": msgid("The fit is sound"),
    "length": msgid("Length of the leader’s answers"),
}
_MISSING = {
    "no_votes": msgid("There are no votes yet."),
    "not_looked": msgid("No worker has looked yet."),
    "one_rater": msgid("There is one rater only."),
    "too_many_votes": msgid("There are more votes than are looked at one by one."),
    "too_many_texts": msgid("There are more texts than are measured."),
    "too_large": msgid("There are too many matchups to refit them without some votes."),
    "too_few_configurations": msgid("Two configurations cannot contradict one order."),
    "nothing_varies": msgid("All votes say the same: there is nothing to agree on beyond chance."),
    "no_norming": msgid("The study has no norming: no panel came first."),
    "panel_waits": msgid("No panel has been drawn."),
    "panel_too_small": msgid("There were too few matchups for a panel."),
    "panel_unjudged": msgid("No judgement on the panel counts yet."),
    "panel_of_one": msgid("Judgements of one person only count on the panel."),
    "panel_alike": msgid("All said the same of the panel, or only one person judged each of it."),
    "no_repeats": msgid("Nobody was shown a matchup twice."),
    "not_drawn": msgid("Sides were not drawn by lot, as in votes that were imported."),
    "no_texts": msgid("There are no completions to look at."),
    "too_few": msgid("Too few have answered who they think wrote what."),
    "no_answers": msgid("Nobody has answered yet who they think wrote what."),
    "not_asked": msgid("Raters were not asked who they think wrote what."),
}


@dataclass(frozen=True)
class Line:
    """One check as a reader sees it: its name, how it ended as a code and a word, what is said."""

    name: str
    state: str
    word: str
    said: tuple[str, ...]


def lines(board: Leaderboard, words: Words) -> list[Line]:
    """Return all checks of a leaderboard in their fixed order, each once."""
    found = []
    for name, same in groupby(board.checks, lambda check: check.name):
        every = list(same)
        state = min((check.state for check in every), key=_WORST_FIRST.index)
        said = dict.fromkeys(sentence(check, words) for check in every)
        if name == "exclusions":
            said |= dict.fromkeys(notes.not_counted(board, words))
        found.append(
            Line(
                words.gettext(_NAMES[name]),
                state,
                words.gettext(_STATES[state]),
                tuple(one for one in said if one),
            )
        )
    return found


def summary(board: Leaderboard, words: Words) -> str:
    """Return one line on how many checks ended how; "" before any was made."""
    if not board.checks:
        return ""
    states = [line.state for line in lines(board, words)]
    told = [
        words.ngettext("%(number)s caution", "%(number)s cautions", states.count(CAUTION)),
        words.ngettext("%(number)s ok", "%(number)s ok", states.count(OK)),
        words.ngettext(
            "%(number)s not checked", "%(number)s not checked", states.count(NOT_CHECKED)
        ),
    ]
    said = words.gettext("Checks: %(counted)s.", counted=", ".join(told))
    if len(board.parts) > 1:
        about = words.gettext(
            "Where they look at votes they are about the largest group that met: %(names)s.",
            names=words.names(board.parts[0].configurations),
        )
        return f"{said} {about}"
    return said


def sentence(check: Check, words: Words) -> str:
    """Return what one check found."""
    if check.state == NOT_CHECKED and check.why in _MISSING:
        return words.gettext(_MISSING[check.why])
    if check.state == CAUTION and notes.is_known(check.why):
        found = Finding(check.why, check.items, check.groups, check.figures)
        return notes.finding(found, words)
    return _SAID[check.name](check, words)


_SAID: Mapping[str, Callable[[Check, Words], str]] = {
    "raters": trust_words.raters,
    "prompts": trust_words.prompts,
    "connected": trust_words.connected,
    "dominant_rater": trust_words.dominant_rater,
    "dominant_prompt": trust_words.dominant_prompt,
    "agreement": trust_words.agreement,
    "norming": trust_words.norming,
    "self_consistency": trust_words.self_consistency,
    "position": trust_words.position,
    "order": trust_words.order,
    "bounded": trust_words.bounded,
    "robustness": trust_words.robustness,
    "one_rater_out": trust_words.one_rater_out,
    "drift": trust_words.drift,
    "copies": trust_words.copies,
    "blindness": trust_words.blindness,
    "leaks": trust_words.leaks,
    "failures": trust_words.failures,
    "exclusions": trust_words.exclusions,
    "fit": trust_words.fit,
    "length": trust_words.length,
}
