"""How far a judge is, in words: its calls, its pools, its cap, and whose family it is of."""

from collections.abc import Mapping, Sequence

from service.domain.judge_answer import Calls
from service.domain.rubric_gaps import Gap
from service.reporting.words import Words


def calls(found: Calls, words: Words) -> tuple[str, ...]:
    """Return what became of the calls of a version, a sentence for each kind that there is."""
    if not found.total:
        return (words.gettext("It was not asked anything yet."),)
    said = [
        words.gettext(
            "%(answered)s of %(total)s calls hold a verdict; each matchup takes two, one in each "
            "order.",
            answered=found.answered,
            total=found.total,
        )
    ]
    told = (
        (found.waiting, words.gettext("%(number)s are still to come.", number=found.waiting)),
        (found.refused, words.gettext("%(number)s were refused.", number=found.refused)),
        (
            found.malformed,
            words.gettext("%(number)s hold no verdict that can be read.", number=found.malformed),
        ),
        (found.failed, words.gettext("%(number)s failed.", number=found.failed)),
        (
            found.blocked,
            words.gettext(
                "%(number)s stopped at the cap. Raise it, and they go on.", number=found.blocked
            ),
        ),
    )
    return (*said, *(sentence for number, sentence in told if number))


def spent(taken: float, cap: float | None, words: Words) -> str:
    """Return what a judge took of its cap, in US dollars."""
    if cap is None:
        return words.gettext("%(spent)s spent.", spent=words.money(taken))
    return words.gettext(
        "%(spent)s of %(cap)s spent.", spent=words.money(taken), cap=words.money(cap)
    )


def pools(items: Mapping[str, int], voted: int, words: Words) -> tuple[str, str]:
    """Return how many items calibrate a judge and how many measure it, a sentence each."""
    audit = items["audit"]
    return (
        words.gettext(
            "%(number)s matchups calibrate it, %(graded)s of them graded.",
            number=items["calibration"],
            graded=items["graded"],
        ),
        words.gettext(
            "%(number)s matchups measure it; people have voted on %(voted)s of them, and "
            "%(missing)s wait for a vote.",
            number=audit,
            voted=voted,
            missing=audit - voted,
        ),
    )


def kin(names: Sequence[str], words: Words) -> str:
    """Return whom a judge may favour as of its own family, "" where nobody is."""
    if not names:
        return ""
    return words.gettext(
        "The judge and %(names)s are of one family of models: it may prefer its own.",
        names=", ".join(words.name(name) for name in names),
    )


def gap(found: Gap, words: Words) -> str:
    """Return what a rubric seems to miss, and in how many matchups."""
    number = words.count(len(found.missed))
    if not found.theme:
        return words.gettext("%(number)s matchups that share nothing.", number=number)
    if found.is_tag:
        return words.gettext(
            "%(number)s matchups with the tag %(theme)s.", number=number, theme=found.theme
        )
    return words.gettext(
        "%(number)s matchups whose reasons speak of “%(theme)s”.", number=number, theme=found.theme
    )


def clause(found: Gap, words: Words) -> str:
    """Return a sentence that might close a gap, to be edited by whoever owns the rubric."""
    reasons = "; ".join(f"“{reason.rstrip('.')}”" for reason in found.reasons)
    if found.is_tag:
        return words.gettext(
            "For prompts about %(theme)s, prefer as people did, who said: %(reasons)s.",
            theme=found.theme,
            reasons=reasons,
        )
    return words.gettext("Prefer as people did, who said: %(reasons)s.", reasons=reasons)
