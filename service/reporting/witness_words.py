"""What stands above the votes behind a number, and beside each: filters and counts in words."""

from service.domain.witnessed import Filters, Look, Witnessed
from service.reporting import notes
from service.reporting.words import Words


def heading(filters: Filters, words: Words) -> str:
    """Return what the votes are that the filters ask for."""
    first, second = filters.first or filters.second, filters.second if filters.first else ""
    if first and second:
        said = words.gettext("%(first)s against %(second)s", first=first, second=second)
    elif first:
        said = words.gettext("%(first)s against all others", first=first)
    elif filters.outcomes == "both_bad":
        return _on_tag(words.gettext("Votes that found both bad"), filters, words)
    elif filters.outcomes:
        return _on_tag(words.gettext("Votes that preferred neither"), filters, words)
    elif filters.prompt:
        said = words.gettext("Votes on the prompt %(prompt)s", prompt=filters.prompt)
    else:
        said = words.gettext("All counted votes")
    return _on_tag(said, filters, words)


def _on_tag(said: str, filters: Filters, words: Words) -> str:
    if filters.prompt and (filters.first or filters.second or filters.outcomes):
        said = words.gettext("%(said)s, on the prompt %(prompt)s", said=said, prompt=filters.prompt)
    if not filters.tag:
        return said
    return words.gettext("%(said)s, on “%(tag)s”", said=said, tag=filters.tag)


def counted(found: Look, filters: Filters, words: Words) -> str:
    """Return how many votes there are, how many were read, and how many are shown."""
    told = words.ngettext(
        "%(number)s counted vote, prompt by prompt.",
        "%(number)s counted votes, prompt by prompt.",
        found.number,
    )
    first, last = found.start + 1, found.start + found.looked_at
    if filters.sought:
        read = words.gettext(
            "Votes %(first)s to %(last)s were searched; %(number)s hold what you seek.",
            first=words.count(first),
            last=words.count(last),
            number=words.count(len(found.votes)),
        )
        told = f"{told} {read}"
    elif found.is_read:
        read = words.gettext(
            "Votes %(first)s to %(last)s were read; %(number)s contradict another vote.",
            first=words.count(first),
            last=words.count(last),
            number=words.count(len(found.votes)),
        )
        told = f"{told} {read}"
    elif found.looked_at < found.number:
        shown = words.gettext(
            "Shown: %(first)s to %(last)s.", first=words.count(first), last=words.count(last)
        )
        told = f"{told} {shown}"
    if not found.votes:
        return told
    how = words.gettext("Open one to read what was judged.")
    return f"{told} {how}"


def outcome(vote: Witnessed, words: Words) -> str:
    """Return what a vote said, with its configurations as they are called here."""
    return notes.outcome(vote.outcome, vote.first, vote.second, words)


def grade(value: int | None, words: Words) -> str:
    """Return a grade that the rater gave beside the vote; "" without one."""
    return "" if value is None else words.gettext("graded %(grade)s of 5", grade=value)
