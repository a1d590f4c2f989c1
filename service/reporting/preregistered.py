"""Says what a study declared before anybody looked, and what came otherwise since."""

from service.domain.preregistration import Deviation, Preregistration
from service.reporting import ending_words
from service.reporting.words import NONE, Words, msgid

_DEVIATIONS = {
    "configurations_added": msgid("Added after the study opened: %(names)s."),
    "configurations_retired": msgid("Taken out of service after the study opened: %(names)s."),
    "configurations_changed": msgid("Changed after the study opened: %(names)s."),
    "prompts_changed": msgid("The prompts are not those that were registered."),
    "settings_changed": msgid("Changed after the study opened: the settings %(names)s."),
    "end_moved": msgid("The declared end was moved."),
}
ADMITS_NONE = msgid("Nothing deviates from what was registered.")
NONE_MADE = msgid(
    "This study has no pre-registration: it was opened before Evenhand made any. What was asked "
    "and when it was to end cannot be checked."
)
TO_COME = msgid(
    "Frozen when the study opens, with a fingerprint: the question, the margin that counts, who is "
    "left out, the end and the plan."
)
BROKEN = msgid(
    "What is stored is not what was registered: the text and its fingerprint do not fit together. "
    "Compare it with a copy that was kept elsewhere."
)


def declared(document: Preregistration, words: Words) -> list[tuple[str, str]]:
    """Return what was declared, each as its name and its text."""
    return [
        (words.gettext("Question"), document.question or NONE),
        (words.gettext("Difference that counts"), _margin(document, words)),
        (words.gettext("Who is left out"), document.exclusions or NONE),
        (words.gettext("Stop rule"), _stop(document, words)),
        (words.gettext("Results until then"), _sealed(document, words)),
        (words.gettext("Plan"), _plan(document, words)),
        (
            words.gettext("Configurations"),
            words.listed_in_full(each.name for each in document.configurations),
        ),
        (words.gettext("Prompts"), _prompts(document, words)),
    ]


def deviations(found: tuple[Deviation, ...], words: Words) -> list[str]:
    """Return a sentence for everything that came otherwise; that nothing did is one as well."""
    return [_deviation(each, words) for each in found] or [words.gettext(ADMITS_NONE)]


def fingerprint(digest: str, words: Words) -> str:
    """Return by what a document is known, in full."""
    return words.gettext("SHA-256 %(digest)s", digest=digest)


def _deviation(each: Deviation, words: Words) -> str:
    day = "" if each.at is None else f"{each.at:%Y-%m-%d}"
    if each.code == "prompts_added":
        return words.ngettext(
            "%(number)s prompt was added after the study opened.",
            "%(number)s prompts were added after the study opened.",
            each.number,
        )
    if each.code == "excluded_by_hand":
        said = words.ngettext(
            "%(number)s judgement is left out by hand.",
            "%(number)s judgements are left out by hand.",
            each.number,
        )
        because = words.gettext("Reasons: %(why)s", why=each.because)
        return f"{said} {because}"
    if each.code == "lifted_by_hand":
        return words.ngettext(
            "%(number)s judgement was left out by hand and counts again.",
            "%(number)s judgements were left out by hand and count again.",
            each.number,
        )
    if each.code == "closed_early":
        return words.gettext("Closed by hand on %(day)s, before the declared end.", day=day)
    if each.code == "unsealed_early":
        return words.gettext(
            "Unsealed by %(who)s on %(day)s, before the stop rule was met. Reason: %(why)s",
            who=words.listed(each.names),
            day=day,
            why=each.because,
        )
    return words.gettext(_DEVIATIONS[each.code], names=words.listed_in_full(each.names))


def _margin(document: Preregistration, words: Words) -> str:
    return words.ngettext(
        "more than %(number)s percentage point from an even share of all votes",
        "more than %(number)s percentage points from an even share of all votes",
        document.margin,
    )


def _stop(document: Preregistration, words: Words) -> str:
    return ending_words.declared(
        document.end_votes, document.end_date, document.end_decided, document.end_then, words
    )


def _sealed(document: Preregistration, words: Words) -> str:
    if document.is_sealed:
        return words.gettext("sealed: shown nowhere")
    return words.gettext("shown to whoever may see these pages")


def _plan(document: Preregistration, words: Words) -> str:
    plan = document.plan
    told = [
        words.ngettext(
            "%(number)s vote for each matchup",
            "%(number)s votes for each matchup",
            plan.votes_per_matchup,
        )
    ]
    if plan.votes_per_rater:
        told.append(
            words.ngettext(
                "%(number)s matchup asked of each rater",
                "%(number)s matchups asked of each rater",
                plan.votes_per_rater,
            )
        )
    if plan.dealing == "adaptive":
        told.append(words.gettext("drawn more often where votes tell more"))
    if plan.incumbent is not None:
        told.append(words.gettext("compared with %(name)s", name=plan.incumbent))
    if plan.counts_sighted:
        told.append(words.gettext("votes of people who see results count"))
    if plan.norming:
        told.append(
            words.ngettext(
                "everybody judges the same %(number)s matchup first, which counts in no rating",
                "everybody judges the same %(number)s matchups first, which count in no rating",
                plan.norming,
            )
        )
    if plan.norming_then == "wait":
        told.append(words.gettext("nothing more is dealt until somebody lets the study go on"))
    if plan.submissions:
        told.append(words.gettext("raters may suggest prompts, which come beside these"))
    return "; ".join(told)


def _prompts(document: Preregistration, words: Words) -> str:
    told = words.ngettext("%(number)s prompt", "%(number)s prompts", document.prompts)
    if document.prompt_set:
        told = words.gettext("%(prompts)s, of %(set)s", prompts=told, set=document.prompt_set)
    return f"{told} (SHA-256 {document.prompts_sha256[:16]})"
