"""Groups the reasons that raters gave: chips, and words that several of them wrote."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from service.domain.grounds import Example, InFavour, ReasonGroup, Reasons
from service.domain.vote import REASON_KINDS, Outcome
from service.store.reasons import Given

# A word that fewer votes share makes no group; more groups than this are not read.
FEWEST = 3
MOST_WORDS = 12
MOST_EXAMPLES = 3
_CHARACTERS = 2000
_WORD = re.compile(r"[^\W\d_]{4,24}")
# Said of anything: they tell nothing of why.
_EMPTY = frozenset(
    """
    about also another answer answers because been before being better both does even
    from good have just less like made make more most much only other over prefer same
    seems should some text than that their them then there these they thing think this
    very were what when where which while will with would worse aber alle also antwort
    antworten auch beide besser dass dies diese dieser einen einer eines etwas haben
    hier immer kann kein keine mehr nicht noch oder schlechter sehr sein sich sind text
    über viel wenn werden wird
    """.split()  # noqa: SIM905 - a list of so many words is a page long
)


def group(given: Sequence[Given], names: Mapping[int, str], votes: int) -> Reasons:
    """Return the reasons of votes between these configurations, of `votes` votes in all."""
    within = [
        one
        for one in given
        if one.first_configuration_id in names and one.second_configuration_id in names
    ]
    of_chip: dict[str, list[Given]] = defaultdict(list)
    for one in within:
        for kind in dict.fromkeys(one.kinds):
            of_chip[kind].append(one)
    written = [(one, frozenset(_words(one.note))) for one in within if one.note.strip()]
    of_word, ungrouped = _share_words(written)
    chips = [(kind, of_chip[kind]) for kind in REASON_KINDS if kind in of_chip]
    return Reasons(
        votes=votes,
        with_reason=len({one.assignment_id for one in within}),
        written=len({one.assignment_id for one, _ in written}),
        ungrouped=ungrouped,
        groups=(
            *_groups("chip", chips, names),
            *_groups("word", of_word.items(), names),
        ),
    )


def _words(note: str) -> Iterable[str]:
    return (word for word in _WORD.findall(note[:_CHARACTERS].casefold()) if word not in _EMPTY)


def _share_words(
    written: Sequence[tuple[Given, Collection[str]]],
) -> tuple[dict[str, list[Given]], int]:
    """Return votes by the words that most of them share, and how many share none with enough."""
    voters: dict[str, set[int]] = defaultdict(set)
    for one, words in written:
        for word in words:
            voters[word].add(one.assignment_id)
    often = sorted(
        (word for word, who in voters.items() if len(who) >= FEWEST),
        key=lambda word: (-len(voters[word]), word),
    )[:MOST_WORDS]
    found = {word: [one for one, words in written if word in words] for word in often}
    grouped = {one.assignment_id for members in found.values() for one in members}
    return found, len({one.assignment_id for one, _ in written} - grouped)


def _groups(
    kind: str, members: Iterable[tuple[str, list[Given]]], names: Mapping[int, str]
) -> list[ReasonGroup]:
    found = [_group(kind, name, every, names) for name, every in members]
    return sorted(found, key=lambda one: -one.votes)


def _group(kind: str, name: str, every: Sequence[Given], names: Mapping[int, str]) -> ReasonGroup:
    """Return one group; a vote that has the reason twice counts once."""
    votes = {one.assignment_id: one for one in every}
    ahead: Counter[str] = Counter()
    behind: Counter[str] = Counter()
    neither = 0
    for one in votes.values():
        sign = Outcome(one.outcome).sign
        first, second = names[one.first_configuration_id], names[one.second_configuration_id]
        if sign:
            ahead[first if sign > 0 else second] += 1
            behind[second if sign > 0 else first] += 1
        else:
            neither += 1
    both = {*ahead, *behind}
    examples = dict.fromkeys(
        Example(
            names[one.first_configuration_id], names[one.second_configuration_id], one.prompt_key
        )
        for one in votes.values()
    )
    return ReasonGroup(
        kind=kind,
        name=name,
        votes=len(votes),
        neither=neither,
        sides=tuple(
            InFavour(who, ahead[who], behind[who])
            for who in sorted(both, key=lambda who: (-ahead[who], behind[who], who))
        ),
        examples=tuple(examples)[:MOST_EXAMPLES],
    )
