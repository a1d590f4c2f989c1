"""The sentence of each check, from its figures; why none was made is said in `trust`."""

from service.domain.trust import CAUTION, Check
from service.reporting.words import Words


def raters(check: Check, words: Words) -> str:
    """Say how many people rated."""
    return words.ngettext(
        "%(number)s person rated: intervals allow for how people differ.",
        "%(number)s people rated: intervals allow for how people differ.",
        round(check.figures["number"]),
    )


def prompts(check: Check, words: Words) -> str:
    """Say on how many prompts."""
    return words.ngettext(
        "%(number)s prompt was judged: intervals allow for how prompts differ.",
        "%(number)s prompts were judged: intervals allow for how prompts differ.",
        round(check.figures["number"]),
    )


def connected(_check: Check, words: Words) -> str:
    """Say that nothing falls into groups."""
    return words.gettext("Votes join all configurations that compete.")


def dominant_rater(check: Check, words: Words) -> str:
    """Say how much of the votes the busiest rater cast."""
    share = words.share(check.figures["share"])
    if check.state != CAUTION:
        return words.gettext("The busiest rater cast %(share)s of the votes.", share=share)
    if check.why == "weighed":
        return words.gettext(
            "One rater cast %(share)s of the votes; in ratings nobody counts for more than 1.5 "
            "times the mean.",
            share=share,
        )
    return words.gettext(
        "One rater cast %(share)s of the votes, and all of them count: most of this is what one "
        "person prefers.",
        share=share,
    )


def dominant_prompt(_check: Check, words: Words) -> str:
    """Say that votes lie on many prompts."""
    return words.gettext("No prompt holds a large share of the votes.")


def agreement(check: Check, words: Words) -> str:
    """Say how far people agree beyond chance, or who votes unlike the others."""
    if check.why == "odd_raters":
        return words.ngettext(
            "%(names)s prefers less often what the others prefer than chance explains.",
            "%(names)s prefer less often what the others prefer than chance explains.",
            len(check.items),
            names=words.listed(check.items),
        )
    units = round(check.figures["units"])
    if check.why == "few_twice":
        return words.ngettext(
            "Only %(number)s matchup was judged by two people or more.",
            "Only %(number)s matchups were judged by two people or more.",
            units,
        )
    said = words.ngettext(
        "On %(number)s matchup that several judged, agreement is %(value)s of 100 points beyond "
        "chance [%(interval)s] (Krippendorff’s alpha).",
        "On %(number)s matchups that several judged, agreement is %(value)s of 100 points beyond "
        "chance [%(interval)s] (Krippendorff’s alpha).",
        units,
        value=words.points(check.figures["value"]),
        interval=words.points_between(check.figures["low"], check.figures["high"]),
    )
    if check.state == CAUTION:
        more = words.gettext("People want different answers: a mean says little of any of them.")
        return f"{said} {more}"
    return said


def norming(check: Check, words: Words) -> str:
    """Say how far people agree on what they all judged first, and on how much of it they do not."""
    said = words.ngettext(
        "On %(number)s matchup of the panel that several judged, agreement is %(value)s of 100 "
        "points beyond chance [%(interval)s]; %(dividing)s divides people.",
        "On %(number)s matchups of the panel that several judged, agreement is %(value)s of 100 "
        "points beyond chance [%(interval)s]; %(dividing)s divide people.",
        round(check.figures["units"]),
        value=words.points(check.figures["value"]),
        interval=words.points_between(check.figures["low"], check.figures["high"]),
        dividing=words.count(round(check.figures["dividing"])),
    )
    if check.state == CAUTION:
        more = words.gettext(
            "They hardly agree on what all of them judged: see “Norming” before you believe a mean."
        )
        return f"{said} {more}"
    return said


def self_consistency(check: Check, words: Words) -> str:
    """Say how often people said the same again."""
    number = round(check.figures["number"])
    if check.why == "few_repeats":
        return words.ngettext(
            "Only %(number)s matchup was shown twice.",
            "Only %(number)s matchups were shown twice.",
            number,
        )
    said = words.ngettext(
        "Shown %(number)s matchup again with sides exchanged, people said the same in %(share)s "
        "[%(interval)s].",
        "Shown %(number)s matchups again with sides exchanged, people said the same in %(share)s "
        "[%(interval)s].",
        number,
        share=words.share(check.figures["value"]),
        interval=words.interval(check.figures["low"], check.figures["high"]),
    )
    if check.why == "side_decides":
        more = words.gettext("Where they changed their mind, it was mostly the same side again.")
        return f"{said} {more}"
    return said


def position(check: Check, words: Words) -> str:
    """Say how often the left text was preferred."""
    number = round(check.figures["number"])
    if check.why == "few_sides":
        return words.ngettext(
            "Only %(number)s vote preferred a side.",
            "Only %(number)s votes preferred a side.",
            number,
        )
    said = words.ngettext(
        "A, the left text, won %(share)s [%(interval)s] of %(number)s vote for a side.",
        "A, the left text, won %(share)s [%(interval)s] of %(number)s votes for a side.",
        number,
        share=words.share(check.figures["value"]),
        interval=words.interval(check.figures["low"], check.figures["high"]),
    )
    if check.why == "some_raters":
        more = words.ngettext(
            "%(number)s rater nearly always chose one side.",
            "%(number)s raters nearly always chose one side.",
            round(check.figures["raters"]),
        )
        return f"{said} {more}"
    if check.state == CAUTION:
        more = words.gettext(
            "That is no luck. Sides are drawn by lot, so nobody gains by it, but votes that follow "
            "the side say nothing of the texts."
        )
        return f"{said} {more}"
    return said


def order(check: Check, words: Words) -> str:
    """Say whether votes contradict one order."""
    if check.why == "cycle":
        return words.gettext(
            "Preferences run in a circle: %(names)s, and round again.",
            names=", ".join(map(words.name, check.items)),
        )
    if check.why == "poor_fit":
        return words.gettext(
            "Some matchups went otherwise than one order of all would have it: read them head to "
            "head."
        )
    return words.gettext("No matchup contradicts one order of all.")


def bounded(_check: Check, words: Words) -> str:
    """Say that ratings have limits on both sides."""
    return words.gettext("Each has won and lost: ratings are limited by votes on both sides.")


def robustness(check: Check, words: Words) -> str:
    """Say how few votes would put another on top."""
    if check.why == "none_found":
        return words.gettext(
            "No set of votes was found without which another than %(top)s would be on top.",
            top=words.name(check.items[0]),
        )
    top, rival = map(words.name, check.items)
    said = words.ngettext(
        "Without %(number)s vote of %(all)s, %(rival)s would stand above %(top)s.",
        "Without %(number)s votes of %(all)s, %(rival)s would stand above %(top)s.",
        round(check.figures["votes"]),
        all=words.count(check.figures["of"]),
        rival=rival,
        top=top,
    )
    if check.why == "open":
        more = words.gettext("Nothing above says that one of the two is better.")
        return f"{said} {more}"
    return said


def one_rater_out(check: Check, words: Words) -> str:
    """Say whether the top is another without one rater."""
    if check.state != CAUTION:
        return words.ngettext(
            "%(top)s stays on top without %(number)s rater, left out in turn.",
            "%(top)s stays on top without any of %(number)s raters, left out in turn.",
            round(check.figures["looked"]),
            top=words.name(check.items[0]),
        )
    top, rival = map(words.name, check.items)
    votes = words.ngettext("%(number)s vote", "%(number)s votes", round(check.figures["votes"]))
    return words.gettext(
        "Without one rater (%(votes)s), %(rival)s would stand above %(top)s.",
        votes=votes,
        rival=rival,
        top=top,
    )


def drift(_check: Check, words: Words) -> str:
    """Say that early votes do not contradict late ones."""
    return words.gettext("Early votes say of each what late ones say.")


def copies(_check: Check, words: Words) -> str:
    """Say that no two raters are suspiciously alike."""
    return words.gettext("No two raters voted the same wherever both voted.")


def blindness(check: Check, words: Words) -> str:
    """Say whether raters knew who wrote what; the figures stand below."""
    if check.state == CAUTION:
        return words.gettext("Raters seem to know who wrote what; figures are below.")
    return words.gettext("Raters did not recognise who wrote what more often than by chance.")


def leaks(check: Check, words: Words) -> str:
    """Say how many texts name their maker, and what was done about it."""
    if not check.figures:
        return words.gettext("No completion names its maker.")
    number = round(check.figures["number"])
    who = words.names(check.items)
    if check.why == "report":
        return words.ngettext(
            "%(number)s completion names its maker (%(who)s) and is shown as it is.",
            "%(number)s completions name their maker (%(who)s) and are shown as they are.",
            number,
            who=who,
        )
    if check.why == "mask":
        return words.ngettext(
            "%(number)s completion named its maker (%(who)s); the words are masked.",
            "%(number)s completions named their maker (%(who)s); the words are masked.",
            number,
            who=who,
        )
    return words.ngettext(
        "%(number)s completion named its maker (%(who)s) and was kept back for a decision.",
        "%(number)s completions named their maker (%(who)s) and were kept back for a decision.",
        number,
        who=who,
    )


def failures(check: Check, words: Words) -> str:
    """Say how many completions failed."""
    worst = words.rate(check.figures["worst"])
    if check.state == CAUTION:
        return words.gettext(
            "%(names)s: up to %(rate)s of completions failed, so it is compared on fewer prompts.",
            names=words.names(check.items),
            rate=worst,
        )
    return words.gettext("At most %(rate)s of a configuration’s completions failed.", rate=worst)


def exclusions(check: Check, words: Words) -> str:
    """Say what the result would be with the votes that are left out."""
    if check.why == "none":
        return words.gettext("No vote between these is left out.")
    number = round(check.figures["votes"])
    top, other = map(words.name, check.items)
    said = words.ngettext(
        "With the %(number)s vote that is left out, the expected share of %(top)s would be "
        "%(after)s instead of %(before)s.",
        "With the %(number)s votes that are left out, the expected share of %(top)s would be "
        "%(after)s instead of %(before)s.",
        number,
        top=top,
        after=words.share(check.figures["with"]),
        before=words.share(check.figures["without"]),
    )
    if check.state == CAUTION:
        more = words.gettext("%(other)s would be on top.", other=other)
        return f"{said} {more}"
    return said


def fit(check: Check, words: Words) -> str:
    """Say that ratings were found."""
    if check.state == CAUTION:
        return check.why.replace("_", " ")
    return words.gettext("The ratings are those that fit the votes best.")


def length(check: Check, words: Words) -> str:
    """Say how long the leader's answers are beside the others'; that is no fault."""
    return words.gettext(
        "Answers of %(name)s are %(ratio)s times as long as those of the others.",
        name=words.name(check.items[0]),
        ratio=words.decimals(check.figures["ratio"]),
    )
