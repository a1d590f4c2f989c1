"""Says a plan in sentences: what it tells apart, what a share needs, what each rater does."""

from math import ceil

from service.domain.planning import ENOUGH, Outlook, Plan
from service.reporting.words import Words

_COARSE = (60, 55, 52)
_PLENTY = 40  # matchups: who reads a larger number does not begin
_NEAR = 3  # points: so much less than what is told may be told now and then


def sentences(outlook: Outlook, words: Words) -> tuple[str, ...]:
    """Return what a plan tells apart, what the wanted share needs, and what each rater does."""
    plan, need = outlook.plan, outlook.need
    return (
        told(plan, outlook.told, words),
        needed(plan, outlook.wanted, need.plan, words),
        each(plan, outlook.minutes, words, has_texts=outlook.has_texts),
    )


def notes(outlook: Outlook, words: Words) -> tuple[str, ...]:
    """Return what is to be kept in mind with these sentences."""
    said = beside(outlook.plan, outlook.with_end, words, is_adaptive=outlook.is_adaptive)
    if outlook.asked > _PLENTY:
        told = words.gettext(
            "Each rater reads “0 of %(number)s” at the start. Say how many you ask each for.",
            number=words.count(outlook.asked),
        )
        said.insert(0, told)
    return tuple(said)


def told(plan: Plan, share: float | None, words: Words) -> str:
    """Return what a plan can tell apart, and what it cannot."""
    who = words.ngettext("%(number)s rater", "%(number)s raters", plan.raters)
    on = words.ngettext("%(number)s prompt", "%(number)s prompts", plan.prompts)
    votes = words.ngettext("%(number)s vote", "%(number)s votes", plan.votes)
    if share is None:
        return words.gettext(
            "%(who)s, %(votes)s on %(on)s: too few to tell anything apart, even 95/5.",
            who=who,
            votes=votes,
            on=on,
        )
    can = ceil(round(100 * share, 6))
    cannot = next((one for one in _COARSE if one <= can - _NEAR), None)
    if cannot is None:
        return words.gettext(
            "%(who)s, %(votes)s on %(on)s: can tell %(can)s.",
            who=who,
            votes=votes,
            on=on,
            can=against(can),
        )
    return words.gettext(
        "%(who)s, %(votes)s on %(on)s: can tell %(can)s, not %(cannot)s.",
        who=who,
        votes=votes,
        on=on,
        can=against(can),
        cannot=against(cannot),
    )


def needed(plan: Plan, wanted: float, need: Plan | None, words: Words) -> str:
    """Return what it takes to tell a wanted share, and what there has to be more of."""
    share = against(round(100 * wanted))
    if need is None:
        return words.gettext("To tell %(share)s is out of reach of any plan.", share=share)
    if need == plan:
        return words.gettext("That is enough to tell %(share)s.", share=share)
    return words.gettext(
        "To tell %(share)s you need about %(votes)s, by %(who)s on %(on)s.",
        share=share,
        votes=words.ngettext("%(number)s vote", "%(number)s votes", need.votes),
        who=words.ngettext("%(number)s rater", "%(number)s raters", need.raters),
        on=words.ngettext("%(number)s prompt", "%(number)s prompts", need.prompts),
    )


def each(plan: Plan, minutes: int | None, words: Words, *, has_texts: bool) -> str:
    """Return what each rater does, and how long that takes."""
    votes = words.ngettext("%(number)s vote", "%(number)s votes", plan.votes_per_rater)
    if minutes is None:
        return words.gettext("Each rater gives about %(votes)s.", votes=votes)
    time = words.ngettext("%(number)s minute", "%(number)s minutes", minutes)
    if has_texts:
        return words.gettext(
            "Each rater gives about %(votes)s, in some %(time)s.", votes=votes, time=time
        )
    return words.gettext(
        "Each rater gives about %(votes)s, in some %(time)s if answers have 150 words.",
        votes=votes,
        time=time,
    )


def beside(plan: Plan, with_end: float | None, words: Words, *, is_adaptive: bool) -> list[str]:
    """Return what is to be kept in mind with these figures."""
    said = []
    if plan.raters < ENOUGH:
        said.append(words.gettext("With fewer than five raters results speak for these raters."))
    if plan.prompts < ENOUGH:
        said.append(words.gettext("With fewer than five prompts results speak for these prompts."))
    if plan.has_end:
        said.append(
            words.gettext("This is told at the declared end; larger differences are told before.")
        )
    elif with_end is not None:
        said.append(
            words.gettext(
                "It may be looked at after every vote. Were an end declared at this number of "
                "votes, it could tell %(share)s there.",
                share=against(ceil(round(100 * with_end, 6))),
            )
        )
    if is_adaptive:
        said.append(
            words.gettext("Figures are for matchups that are drawn all alike; yours are not.")
        )
    said.append(
        words.gettext(
            "Told means: by four of five such studies, where raters and prompts differ as they "
            "usually do and a fifth of the votes are ties."
        )
    )
    return said


def against(points: int) -> str:
    """Return a share as two sides of a hundred votes, such as "60/40"."""
    return f"{points}/{100 - points}"
