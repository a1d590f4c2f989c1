"""Whether blindness held, in plain sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.beside_votes import Answers, Blinding, Flags, Look
from service.reporting.words import Words

# Of this many answers, seven in ten right are nearly always seen; fewer show a plain style only.
ENOUGH_ANSWERS = 160


@dataclass(frozen=True)
class _Part:
    """One kind of closing question that was answered: how its answers are called, and they."""

    what: str
    answers: Answers


def sentences(check: Blinding, words: Words) -> list[str]:
    """Return whether blindness held: the most important sentence first, flags last."""
    return [*_of_state(check, words), _of_flags(check.flags, words)]


def of_authors(answers: Answers, words: Words) -> str:
    """Return how many answers about authors there are, and how many are right or unsure."""
    said = words.ngettext("%(number)s answer", "%(number)s answers", answers.number)
    return _rights(said, answers, words)


def of_labels(answers: Answers, words: Words) -> str:
    """Return how many guessed labels there are, and how many are right or unsure."""
    said = words.ngettext("%(number)s guess", "%(number)s guesses", answers.number)
    return _rights(said, answers, words)


def _rights(said: str, answers: Answers, words: Words) -> str:
    return words.gettext(
        "%(answers)s, %(right)s right; guessing gives %(luck)s; %(unsure)s not sure.",
        answers=said,
        right=words.count(answers.right),
        luck=words.count(answers.expected),
        unsure=words.count(answers.unsure),
    )


def _of_state(check: Blinding, words: Words) -> list[str]:
    parts = _answered(check, words)
    if check.state == "in_doubt":
        return _in_doubt(check, parts, words)
    if check.state == "no_sign":
        return _no_sign(parts, words)
    if check.state == "too_few":
        return [_too_few(check, parts, words)]
    if check.state == "no_answers":
        return [
            words.gettext(
                "Whether raters could tell who wrote what is not known yet: "
                "they are asked after finishing, and nobody has answered."
            )
        ]
    if check.one_prompt:
        return [
            words.gettext(
                "Raters are not asked whether they can tell who wrote what: "
                "that takes texts for two prompts."
            )
        ]
    return [words.gettext("This study does not ask raters whether they can tell who wrote what.")]


def _answered(check: Blinding, words: Words) -> list[_Part]:
    kinds = (
        (words.gettext("answers about authors"), check.authors),
        (words.gettext("guessed labels"), check.labels),
    )
    return [_Part(what, found) for what, found in kinds if found is not None and found.number]


def _in_doubt(check: Blinding, parts: Sequence[_Part], words: Words) -> list[str]:
    doubts = [(part, part.answers.doubt) for part in parts]
    because = [_why(part, look, words) for part, look in doubts if look is not None]
    because += _often_flagged(check.flags, words)
    said = [words.gettext("Blindness is in doubt: %(why)s.", why="; ".join(because))]
    if any(look is not None and look.these_texts for _, look in doubts):
        said.append(words.gettext("With so few prompts this speaks for these texts only."))
    return said


def _why(part: _Part, look: Look, words: Words) -> str:
    said = _figures(part, look, words)
    if look.is_fewer:
        return words.gettext(
            "raters told texts apart, but took them for the wrong ones: %(figures)s", figures=said
        )
    return said


def _figures(part: _Part, look: Look, words: Words) -> str:
    """Say how many were right, of how many when it was looked at, and what chance gives."""
    values = {"right": look.right, "what": part.what, "luck": f"{look.expected:.0f}"}
    if look.configuration is not None:
        return words.gettext(
            "%(right)s of %(number)s %(what)s with %(name)s were right, "
            "where guessing gives %(luck)s",
            **values,
            number=look.counted,
            name=words.name(look.configuration),
        )
    if look.answers == part.answers.number:
        return words.gettext(
            "%(right)s of %(number)s %(what)s were right, where guessing gives %(luck)s",
            **values,
            number=look.answers,
        )
    return words.gettext(
        "%(right)s of the first %(number)s %(what)s were right, where guessing gives %(luck)s",
        **values,
        number=look.answers,
    )


def _no_sign(parts: Sequence[_Part], words: Words) -> list[str]:
    looked = [part for part in parts if part.answers.looks]
    figures = "; ".join(_figures(part, part.answers.looks[-1], words) for part in looked)
    newest = [part.answers.looks[-1] for part in looked]
    if any(look.right > round(look.expected) for look in newest):
        said = words.gettext(
            "There is no clear sign that raters could tell who wrote what: %(figures)s; "
            "that may be luck.",
            figures=figures,
        )
    else:
        said = words.gettext(
            "There is no clear sign that raters could tell who wrote what: %(figures)s.",
            figures=figures,
        )
    few = [
        words.gettext(
            "%(right)s of %(number)s %(what)s were right, too few to say more.",
            right=part.answers.right,
            number=part.answers.number,
            what=part.what,
        )
        for part in parts
        if not part.answers.looks
    ]
    return [said, *few, *_of_number(looked, words)]


def _of_number(looked: Sequence[_Part], words: Words) -> list[str]:
    """Say what so few answers can show, and when those that came since are looked at."""
    said = []
    if any(part.answers.looks[-1].answers < ENOUGH_ANSWERS for part in looked):
        said.append(
            words.gettext("So few answers show a plain style; a faint one could go unnoticed.")
        )
    said += [
        words.gettext(
            "The next look is at %(next)s %(what)s; there are %(number)s.",
            next=part.answers.next_look,
            what=part.what,
            number=part.answers.number,
        )
        for part in looked
        if part.answers.next_look is not None
    ]
    return said


def _too_few(check: Blinding, parts: Sequence[_Part], words: Words) -> str:
    if not parts:
        unsure = sum(part.unsure for part in (check.authors, check.labels) if part is not None)
        return words.gettext(
            "Nobody ventured to say who wrote what: %(number)s of %(number)s answers were "
            "“not sure”.",
            number=unsure,
        )
    few = [
        words.gettext(
            "%(right)s of %(number)s %(what)s",
            right=part.answers.right,
            number=part.answers.number,
            what=part.what if len(parts) > 1 else words.gettext("answers"),
        )
        for part in parts
    ]
    return words.gettext(
        "There are too few answers to say whether raters could tell who wrote what: "
        "%(figures)s were right, and it takes %(number)s.",
        figures=words.listed_in_full(few),
        number=check.first_look,
    )


def _often_flagged(flags: Flags, words: Words) -> list[str]:
    """Say who was flagged too often."""
    if flags.are_many:
        return [
            words.gettext(
                "many matchups were flagged (%(flags)s of %(of)s)", flags=flags.flags, of=flags.of
            )
        ]
    return [
        words.gettext(
            "%(name)s was flagged on %(flags)s of its %(of)s matchups",
            name=words.name(row.configuration),
            flags=row.flags,
            of=row.of,
        )
        for row in flags.by_configuration
        if row.configuration in flags.doubtful
    ]


def _of_flags(flags: Flags, words: Words) -> str:
    if not flags.flags:
        return words.gettext("Nobody whose votes count flagged “I can tell who wrote this”.")
    return words.gettext(
        "“I can tell who wrote this” was flagged on %(flags)s of %(of)s matchups.",
        flags=flags.flags,
        of=flags.of,
    )
