"""Where a text names its maker, repeats its instructions or speaks to the rater."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from service.blinding.leaks import languages
from service.blinding.leaks.echoes import echoes
from service.blinding.leaks.language import NAME
from service.blinding.leaks.names import (
    AMBIGUOUS,
    PERSONAL,
    PLAIN,
    fold_name,
    is_label,
    name_parts,
    name_pattern,
)
from service.blinding.leaks.prompts import (
    is_about_models,
    is_for_somebody_else,
    quoted_spans,
    speaks_of_raters,
)
from service.blinding.leaks.triggers import Patterns, Triggered, fewest, triggered

Kind = Literal["self", "name", "echo", "rater"]
_Sentence = tuple[int, int]

MASK: Final = "▮▮▮"
LONGEST_EXCERPT: Final = 160  # characters

_SENTENCE: Final = re.compile(
    r"[^\n。！？]*?(?:(?<![.!?؟])[.!?؟]++(?=[\s\"'”’»)\]*]|$)|[。！？]+|\n|\Z)"
)
_LONGEST_SENTENCE: Final = 1_000
_CLOSING: Final = re.compile(languages.joined("closings"))
# A name followed by a word in capitals is somebody's, or something's, longer name.
_LONGER_NAME: Final = re.compile(r"\s+(?:[A-ZÀ-Þ][a-zà-ÿ]+|von|de|van)\b")
_KIND_AFTER: Final = re.compile(rf"\s+(?:{languages.joined('kinds')})\b")
_POSSESSIVE: Final = re.compile(r"['’]s\s")
_VERSION: Final = re.compile(r"[-\s]\d.*|\s.*")
_FOLLOWING: Final = 40  # characters after a sentence, to see how a name goes on


@dataclass(frozen=True, slots=True)
class Leak:
    """A place in a text that tells, or may tell, who wrote it; `start` and `end` in characters."""

    kind: Kind
    start: int
    end: int
    excerpt: str


def find(
    text: str, names: Sequence[str], system_prompt: str = "", prompt_text: str = ""
) -> tuple[Leak, ...]:
    """Give the leaks of a canonical text, in order, without overlaps.

    `names` are those of the study's configurations, models and makers. Kinds: `self`, the text
    says in the first person, in a signature or in a label whose model it is; `name`, it holds a
    label that only the study uses; `echo`, it repeats 40 or more characters of
    `system_prompt`; `rater`, it speaks to who compares. A name alone is not a leak, nor is
    what the prompt asks for, nor what stands between quotation marks. The relation must be told
    in one of the `languages`.
    """
    folded, prompt = _fold(text), _fold(prompt_text)
    known = tuple(sorted(set(names)))
    spans: list[tuple[Kind, int, int]] = [
        ("echo", start, end) for start, end in echoes(text, system_prompt, prompt_text)
    ]
    spans += [("name", *span) for span in _labels(folded, known, prompt)]
    quoted = quoted_spans(text)
    any_name = _name(known)
    own = _Names(
        text,
        folded,
        spans=tuple(one.span() for one in any_name.pattern.finditer(folded))
        if any_name.may_be_in(folded)
        else (),
        study=frozenset(map(fold_name, known)),
        prompt=prompt,
        for_somebody_else=is_for_somebody_else(prompt),
    )
    sentences = _sentences(folded)
    tied = (
        *_selves(own, sentences),
        *_signatures(own),
        *_appeals(folded, sentences, prompt_text),
    )
    for kind, start, end in tied:
        if not any(left <= start and end <= right for left, right in quoted):
            spans.append((kind, start, end))
    return tuple(
        Leak(kind, start, end, text[start:end][:LONGEST_EXCERPT])
        for kind, start, end in _without_overlaps(spans)
    )


def mask(text: str, leaks: Sequence[Leak]) -> str:
    """Give the text with every leak replaced by `MASK`, whatever its length and kind."""
    pieces: list[str] = []
    at = 0
    for leak in sorted(leaks, key=lambda leak: leak.start):
        if leak.end <= at:
            continue
        if leak.start >= at:
            pieces += [text[at : leak.start], MASK]
        at = leak.end
    return "".join(pieces) + text[at:]


def _fold(text: str) -> str:
    """Give the text in lower case and plain forms, one character for each; marks become spaces."""
    if text.isascii():
        plain_text = text.lower()
    else:
        signs: list[str] = []
        for sign in text:
            plain = unicodedata.normalize("NFKC", sign).lower()
            signs.append(plain if len(plain) == 1 else sign)
        plain_text = "".join(signs)
    folded = plain_text.replace("’", "'").replace("*", " ").replace("`", " ")
    return re.sub(r"(?<![a-z0-9])_|_(?![a-z0-9])|[\[\]](?=\W|\w)", " ", folded)


def _sentences(folded: str) -> list[_Sentence]:
    """Give where sentences begin and end; of a very long one only its beginning."""
    spans = (found.span() for found in _SENTENCE.finditer(folded))
    return [
        (start, min(end, start + _LONGEST_SENTENCE))
        for start, end in spans
        if not folded[start:end].isspace() and start < end
    ]


@lru_cache(maxsize=64)
def _name(names: tuple[str, ...]) -> Triggered:
    return Triggered(re.compile(name_pattern(names)), fewest(name_parts(names)))


# A name that may be a maker's, in a sentence made ready for the phrases: one mark and as many
# fillers as the name is long. Private characters, which no canonical text holds.
_MARK: Final = "\ue000"
_FILLER: Final = "\ue001"
_SELF: Final = Patterns(
    triggered(phrase.replace(NAME, f"{_MARK}{_FILLER}*")) for phrase in languages.listed("own")
)
_SPEAKER: Final = re.compile(
    rf"\W*?(?:(?:{languages.joined('speakers')})\s*(?:\(\s*)?)?(?P<n>{_MARK}{_FILLER}*)\s*(?:\)\s*)?[::]"
)
_SIGNATURE: Final = re.compile(rf"(?P<dash>[\s\-–—~]*)(?P<n>{_MARK}{_FILLER}*)\s*(?:[.,!(]|$)")
_UNKNOWN: Final = Patterns(map(triggered, languages.listed("unknown")))
_APPEAL: Final = Patterns(map(triggered, languages.listed("appeals")))


@dataclass(frozen=True, slots=True)
class _Names:
    """Where names stand in a text, in one look, and when one of them is not the text's own."""

    text: str
    folded: str
    spans: tuple[tuple[int, int], ...]
    study: frozenset[str]
    prompt: str
    for_somebody_else: bool

    def within(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return the names that begin in a part of the text."""
        return self.spans[bisect_left(self.spans, (start,)) : bisect_left(self.spans, (end,))]

    def mark(self, start: int, end: int, following: int = 0) -> str:
        """Give a part of the folded text with every name that may be a maker's replaced by marks.

        So many characters after it are looked at as well, to see how a name goes on.
        """
        pieces: list[str] = []
        at = start
        for left, right in self.within(start, end):
            name, written = self.folded[left:right], self.text[left:right]
            after = self.text[right : end + following]
            if self._may_be_maker(name, written) and not self._is_longer_name(name, after):
                pieces += [self.folded[at:left], _MARK, _FILLER * (min(right, end) - left - 1)]
                at = right
        return "".join([*pieces, self.folded[at:end]])

    def _may_be_maker(self, name: str, written: str) -> bool:
        stem = _VERSION.sub("", name)
        if self.for_somebody_else and (self._is_personal(name) or stem in self.prompt):
            return False
        if name in PLAIN or stem in PLAIN or name in self.study or not written.isascii():
            return True
        # A word of the language, unless it is written as a name.
        return written != written.lower() or any(sign.isdigit() for sign in written)

    def _is_personal(self, name: str) -> bool:
        return name in PERSONAL or (name in self.study and name not in PLAIN | AMBIGUOUS)

    def _is_longer_name(self, name: str, after: str) -> bool:
        """Say whether the name is the beginning of another: a painter, a map, somebody's sister."""
        if self._is_personal(name) and _POSSESSIVE.match(after):
            return True
        versioned = any(sign.isdigit() for sign in name)
        return bool(not versioned and _LONGER_NAME.match(after) and not _KIND_AFTER.match(after))


def _selves(names: _Names, sentences: Sequence[_Sentence]) -> Iterator[tuple[Kind, int, int]]:
    """Yield the places where the first person and a name are tied together."""
    unknown = [] if names.for_somebody_else else _UNKNOWN.may_be_in(names.text.lower())
    if not unknown and not names.spans:
        return
    for start, end in sentences:
        original = names.text[start:end]
        for one in unknown:
            if found := one.pattern.search(original):
                yield "self", start + found.start(), start + found.end()
        if not names.within(start, end):
            continue
        marked = names.mark(start, end, _FOLLOWING)
        if _MARK not in marked:
            continue
        for one in _SELF.may_be_in(marked):
            for found in one.pattern.finditer(marked):
                yield "self", start + found.start(), start + found.end()


def _signatures(names: _Names) -> Iterator[tuple[Kind, int, int]]:
    """Yield names that stand before the text as a speaker, or under it as a signature."""
    lines = [found.span() for found in re.finditer(r"[^\n]*[^\s][^\n]*", names.folded)]
    if not lines:
        return
    first, _ = lines[0]
    if found := _SPEAKER.match(names.mark(*lines[0])):
        yield "self", first + found.start("n"), first + found.end("n")
    for start, end in lines[-2:]:
        before = names.folded[:start].rstrip().rpartition("\n")[2]
        found = _SIGNATURE.match(names.mark(start, end))
        if found and before and (found["dash"].strip() or _CLOSING.search(before)):
            yield "self", start + found.start("n"), end


def _labels(folded: str, names: tuple[str, ...], prompt: str) -> Iterator[tuple[int, int]]:
    """Yield where labels stand that only this study uses, unless the prompt brings them up."""
    about_models = is_about_models(prompt)
    for name in names:
        label = fold_name(name)
        if not is_label(name) or label in prompt or about_models:
            continue
        for found in re.finditer(rf"(?<![\w-]){re.escape(label)}(?![a-z0-9_])", folded):
            yield found.span()


def _appeals(
    folded: str, sentences: Sequence[_Sentence], prompt: str
) -> Iterator[tuple[Kind, int, int]]:
    """Yield the sentences that speak to the rater."""
    if speaks_of_raters(prompt):
        return
    likely = _APPEAL.may_be_in(folded)
    if not likely:
        return
    for begin, end in sentences:
        sentence = folded[begin:end]
        if any(one.may_be_in(sentence) and one.pattern.search(sentence) for one in likely):
            trimmed = sentence.strip()
            start = begin + sentence.index(trimmed)
            yield "rater", start, start + len(trimmed)


def _without_overlaps(spans: list[tuple[Kind, int, int]]) -> list[tuple[Kind, int, int]]:
    """Join what overlaps; the joined leak has the kind of the first, longest part."""
    joined: list[tuple[Kind, int, int]] = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if joined and start < joined[-1][2]:
            last = joined[-1]
            joined[-1] = (last[0], last[1], max(last[2], end))
        else:
            joined.append((kind, start, end))
    return joined
