"""The fields of set-up forms: what each is called, what it sets, and how it is read.

A field stands for a value of the study file, found by its path; a form left empty means the
default, and the value leaves the file.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from service.web.languages import msgid

_WHOLE = re.compile(r"-?[0-9]{1,19}")

Kind = Literal["line", "text", "whole", "number", "choice", "tick", "lines", "json", "pairs"]
# So many empty places stand behind the pairs that there are, and so many there can be.
EMPTY_PAIRS = 2
MOST_PAIRS = 50


@dataclass(frozen=True)
class Field:
    """One field of a form; `usual` is what holds where the file says nothing."""

    path: tuple[str, ...]
    label: str
    kind: Kind = "line"
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    usual: bool | str = ""
    longest: int = 200

    @property
    def name(self) -> str:
        """The name of the form's input."""
        return "-".join(self.path)


@dataclass(frozen=True)
class Shown:
    """A field as a page shows it, with its value as text and what is wrong with it."""

    field: Field
    value: str
    problem: str = ""

    @property
    def id(self) -> str:
        """The id of the input on the page."""
        return f"field-{self.field.name}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The questions and answers of a field of pairs, with empty places behind them."""
        told = _json(self.value) if self.value else []
        found = [(one["user"], one["assistant"]) for one in told] if isinstance(told, list) else []
        return [*found, *[("", "")] * min(EMPTY_PAIRS, MOST_PAIRS - len(found))]


@dataclass(frozen=True)
class Group:
    """Fields that belong together, under a heading; those seldom needed are folded."""

    title: str
    fields: tuple[Field, ...]
    is_folded: bool = False


_VOTES = Field(
    ("votes_per_matchup",),
    msgid("Votes for each matchup"),
    "whole",
    hint=msgid("How many people judge the same two answers. 1 if empty."),
)
_DEALING = Field(
    ("dealing",),
    msgid("Matchups are drawn"),
    "choice",
    options=(
        ("", msgid("all alike")),
        ("adaptive", msgid("more often where votes tell more")),
    ),
)
PLAN = (
    Group(
        msgid("How much is asked"),
        (
            _VOTES,
            Field(
                ("votes_per_rater",),
                msgid("Matchups each rater is asked for"),
                "whole",
                hint=msgid("Raters count to it and are thanked. All there are if empty."),
            ),
            _DEALING,
        ),
    ),
    Group(
        msgid("The end, declared beforehand"),
        (
            Field(
                ("end", "votes"),
                msgid("After so many votes"),
                "whole",
                hint=msgid("Whichever comes first. None can be moved once the study is open."),
            ),
            Field(("end", "date"), msgid("On this day, such as 2026-12-31")),
            Field(
                ("end", "decided"),
                msgid("When it is decided"),
                "choice",
                hint=msgid("By claims that hold however often one looks; the margin is below."),
                options=(
                    ("", msgid("go on")),
                    ("winner", msgid("once one is ahead of every other")),
                    ("settled", msgid("once each other is behind the best or practically equal")),
                ),
            ),
            Field(
                ("end", "then"),
                msgid("At the end"),
                "choice",
                options=(
                    ("", msgid("the study closes and keeps its result")),
                    ("notify", msgid("it is only told, and votes go on")),
                ),
            ),
        ),
    ),
)
SETTINGS = (
    Group(
        msgid("What raters read"),
        (
            Field(("title",), msgid("Title"), hint=msgid("Raters see it: let it name no model.")),
            Field(
                ("instructions",),
                msgid("Instructions"),
                "text",
                hint=msgid("What to judge by, in a few sentences."),
                longest=2000,
            ),
            Field(
                ("language",),
                msgid("Language of the pages' own words"),
                "choice",
                options=(
                    ("", msgid("each rater's browser decides")),
                    ("en", "English"),
                    ("de", "Deutsch"),
                ),
            ),
        ),
    ),
    Group(
        msgid("Votes"),
        (
            _VOTES,
            Field(
                ("grades",),
                msgid("Grades from 1 to 5"),
                "choice",
                options=(
                    ("", msgid("none")),
                    ("with_votes", msgid("after each vote")),
                    ("only", msgid("instead of votes, without a ranking")),
                ),
            ),
            Field(
                ("criteria",),
                msgid("Criteria, one a line"),
                "lines",
                hint=msgid("Up to five things in which raters say who is ahead. May be empty."),
                longest=1000,
            ),
        ),
    ),
    Group(
        msgid("The most that generating may take"),
        (
            Field(("cap", "usd"), msgid("US dollars"), "number"),
            Field(("cap", "calls"), msgid("Calls"), "whole"),
            Field(("cap", "tokens"), msgid("Tokens"), "whole"),
        ),
    ),
    Group(
        msgid("More settings"),
        (
            _DEALING,
            Field(
                ("render",),
                msgid("Texts are shown"),
                "choice",
                options=(
                    ("", msgid("with headings, tables and code")),
                    ("light", msgid("with paragraphs and lists only")),
                    ("plain", msgid("as they were written")),
                ),
            ),
            Field(
                ("leaks",),
                msgid("A text that names its maker"),
                "choice",
                options=(
                    ("", msgid("is not shown")),
                    ("mask", msgid("is shown with the name covered")),
                    ("report", msgid("is shown, and counted")),
                ),
            ),
            Field(
                ("flagged",),
                msgid("A matchup that raters flag"),
                "choice",
                options=(
                    ("", msgid("stays")),
                    ("withdraw", msgid("is taken out once enough have flagged it")),
                ),
            ),
            Field(
                ("submissions",),
                msgid("Prompts that each rater may suggest at a time"),
                "whole",
                hint=msgid(
                    "From 1 to 20. You look at each before it is answered, and nobody is dealt "
                    "their own. None if empty."
                ),
            ),
            Field(
                ("repeats",),
                msgid("Share of matchups shown twice"),
                "number",
                hint=msgid("From 0 to 0.5; tells how consistent a rater is. 0.05 if empty."),
            ),
            Field(
                ("norming",),
                msgid("Matchups that every rater judges first"),
                "whole",
                hint=msgid("5 to 10, drawn by chance; they enter no result. None if empty."),
            ),
            Field(
                ("norming_then",),
                msgid("After these"),
                "choice",
                options=(
                    ("", msgid("nothing more is dealt until you have looked")),
                    ("go_on", msgid("rating goes on")),
                ),
            ),
            Field(
                ("sealed",),
                msgid("Show no result to anybody before the stop rule is met"),
                "tick",
                usual=False,
            ),
            Field(
                ("probes",),
                msgid("Phrases to count in the answers, one a line"),
                "lines",
                hint=msgid(
                    "Up to ten, whatever their case: results say how often the answer with more of "
                    "them was preferred. Raters do not see them."
                ),
                longest=1000,
            ),
            Field(
                ("ask_authors",),
                msgid("Ask raters at the end whether two texts are by the same author"),
                "tick",
                usual=True,
            ),
            Field(
                ("include_sighted",),
                msgid("Count votes of people who have opened these pages"),
                "tick",
                usual=False,
            ),
            Field(
                ("reuse",),
                msgid("Take answers to the same call from the store"),
                "tick",
                usual=False,
            ),
        ),
        is_folded=True,
    ),
)


def every(groups: Sequence[Group]) -> list[Field]:
    """Return the fields of groups, in order."""
    return [field for group in groups for field in group.fields]


def show(
    groups: Sequence[Group],
    told: Mapping[str, Any],
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> list[tuple[Group, list[Shown]]]:
    """Return what a page shows of a form: each field with its value and its problem.

    Values are those of the study; where a form was sent and refused, those that were typed.
    """

    def value(field: Field) -> str:
        if typed is None:
            return _as_text(field, told)
        if field.kind == "pairs":
            return json.dumps(_pairs(field, typed))
        return typed.get(field.name, "")

    wrong = problems or {}
    return [
        (group, [Shown(each, value(each), wrong.get(each.name, "")) for each in group.fields])
        for group in groups
    ]


def fill(told: dict[str, Any], groups: Sequence[Group], form: Mapping[str, str]) -> None:
    """Write what a form says into plain values; what cannot be read stays text, to be refused."""
    for field in every(groups):
        value: Any
        if field.kind == "pairs":
            if f"{field.name}-0-user" not in form:
                continue
            value = _pairs(field, form) or None
        elif field.kind != "tick" and field.name not in form:
            continue
        else:
            value = _value(field, form.get(field.name, ""))
        owner = told
        for step in field.path[:-1]:
            owner = owner.setdefault(step, {})
        if value is None:
            owner.pop(field.path[-1], None)
        else:
            owner[field.path[-1]] = value
    for field in every(groups):
        if len(field.path) > 1 and not told.get(field.path[0], True):
            del told[field.path[0]]


def _value(field: Field, text: str) -> Any:
    text = text.replace("\r\n", "\n")
    if field.kind == "tick":
        wanted = text == "on"
        return None if wanted is field.usual else wanted
    if not text.strip():
        return None
    if field.kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if field.kind in {"whole", "number"}:
        return _number(text.strip())
    if field.kind == "json":
        return _json(text)
    return text if field.kind == "text" else text.strip()


def _pairs(field: Field, form: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the pairs of a form in which something was typed, line ends as ours."""
    found = []
    for place in range(MOST_PAIRS):
        pair = {
            side: form.get(f"{field.name}-{place}-{side}", "").replace("\r\n", "\n")
            for side in ("user", "assistant")
        }
        if any(text.strip() for text in pair.values()):
            found.append(pair)
    return found


def _number(text: str) -> int | float | str:
    try:
        return int(text) if _WHOLE.fullmatch(text) else float(text.replace(",", "."))
    except ValueError:
        return text


def _json(text: str) -> Any:
    try:
        return json.loads(text) or None
    except (ValueError, RecursionError):
        return text


def _as_text(field: Field, told: Mapping[str, Any]) -> str:
    value: Any = told
    for step in field.path:
        value = value.get(step) if isinstance(value, Mapping) else None
    if field.kind == "tick":
        return "on" if (field.usual if value is None else value) else ""
    if value is None:
        return ""
    if field.kind == "lines":
        return "\n".join(value)
    if field.kind in {"json", "pairs"}:
        return json.dumps(value, indent=2, ensure_ascii=False)
    return str(value)
