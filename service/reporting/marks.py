"""What marks and gold say in plain sentences: whose grade is the highest, and how sure that is."""

from collections.abc import Sequence

from service.domain.beside_votes import BestGrade, Gold, Marks
from service.domain.finding import Finding
from service.reporting.words import Words


def of_grades(marks: Marks, words: Words) -> list[str]:
    """Say whose mean grade is the highest, how sure that is, and from whom it can be told."""
    if marks.best is None:
        return []
    said = _of_best(marks, marks.best, words)
    said += [_caution(found, words, of_grades=True) for found in marks.findings]
    if marks.beside_votes:
        said.append(
            words.gettext(
                "A mean hides that people use the scale differently; votes compare better."
            )
        )
    return said


def _of_best(marks: Marks, best: BestGrade, words: Words) -> list[str]:
    """Say who leads among those in service that have an interval, and who may be as good."""
    if not best.leaders:
        return [words.gettext("It is too early to say whose mean grade is the highest.")]
    said = [_of_leaders(marks, best, words)]
    if best.behind:
        names = words.names_in_full(best.behind)
        said.append(
            words.ngettext(
                "Its grades are higher than those of %(names)s.",
                "Their grades are higher than those of %(names)s.",
                len(best.leaders),
                names=names,
            )
        )
    if best.uncertain:
        said.append(
            words.ngettext(
                "%(names)s has a higher mean, of too few grades to compare.",
                "%(names)s have higher means, of too few grades to compare.",
                len(best.uncertain),
                names=words.names_in_full(best.uncertain),
            )
        )
    return said


def _of_leaders(marks: Marks, best: BestGrade, words: Words) -> str:
    (row, *_) = [row for row in marks.grades if row.configuration == best.leaders[0]]
    by = words.ngettext("by 1 person", "by %(number)s people", best.people)
    if len(best.leaders) == 1:
        said = words.gettext(
            "%(name)s has the highest mean grade, %(mean)s of 5 "
            "(%(level)s interval %(interval)s), %(by)s",
            name=words.name(best.leaders[0]),
            mean=words.decimals(row.mean),
            level="95 %",
            interval=words.mean_between(row.low, row.high),
            by=by,
        )
    else:
        said = words.gettext(
            "%(names)s have the highest mean grade, %(mean)s of 5, %(by)s",
            names=words.names_in_full(best.leaders),
            mean=words.decimals(row.mean),
            by=by,
        )
    if best.near:
        return words.gettext(
            "%(said)s, but %(names)s may be as good.",
            said=said,
            names=words.names_in_full(best.near),
        )
    return f"{said}."


def cautions(marks: Marks, words: Words) -> list[str]:
    """Return what is to be said about criteria: of all at once, or by name where they differ."""
    said = [
        (each.name, tuple(_caution(found, words, of_grades=False) for found in each.findings))
        for each in marks.criteria
    ]
    if len({sentences for _, sentences in said}) <= 1:
        return list(said[0][1]) if said else []
    return [f"{name}: {sentence}" for name, sentences in said for sentence in sentences]


def _caution(found: Finding, words: Words, *, of_grades: bool) -> str:
    """Say where an interval is missing, or where it speaks for these people or prompts alone."""
    if found.code == "these_raters_only":
        return words.ngettext(
            "The intervals speak for this one person; from five on, for people in general.",
            "The intervals speak for these %(number)s people; from five on, for people in general.",
            int(found.figures["raters"]),
        )
    if found.code == "these_prompts_only":
        return words.gettext(
            "The intervals speak for these few prompts; from five on, for others like them."
        )
    return _too_few(found.items, words, of_grades=of_grades)


def _too_few(names: Sequence[str], words: Words, *, of_grades: bool) -> str:
    if of_grades:
        said = (
            words.gettext(
                "Too few grades for an interval: %(names)s.", names=words.names_in_full(names)
            )
            if names
            else words.gettext("Too few grades for an interval.")
        )
    else:
        said = (
            words.gettext(
                "Too few answers for an interval: %(names)s.", names=words.names_in_full(names)
            )
            if names
            else words.gettext("Too few answers for an interval.")
        )
    needed = words.gettext("It takes five people or five prompts at least.")
    return f"{said} {needed}"


def gold_counted(gold: Gold, words: Words) -> str:
    """Return how an answer to gold is counted, and how far that goes."""
    if gold.by_grades:
        return words.gettext(
            "Gold matchups have a better text that you named. Right is a higher grade for it; "
            "equal grades are not. Few answers say little: grading anyhow, one gets about two "
            "in five right."
        )
    return words.gettext(
        "Gold matchups have a better text that you named. Right is a vote for it, better or much "
        "better; both good and both bad are not. Few answers say little: pressing anything, one "
        "gets about one in three right."
    )
