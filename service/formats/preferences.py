"""Preferences out to trainers: which matchups become rows, in which file, and what is counted."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from service.errors import Conflict

SCHEMA_VERSION = 1
FORMAT = "trl-dpo"

Dropped = str
Row = dict[str, Any]
_GRADES = ("chosen_grade", "rejected_grade")
NO_VOTES = "no_votes"
NO_MAJORITY = "no_net_majority"
SAME_TEXT = "identical_texts"
NO_TEXT = "empty_text"


class NothingToExport(Conflict):
    """No matchup has a net majority, so there is no row to write."""


@dataclass(frozen=True)
class Preference:
    """A matchup with its votes: two completions of one prompt, and how often each was preferred.

    `prompt_key` groups what must stay in one file; equal prompts have equal keys. `turns` are the
    user's, `first` and `second` hold one answer per turn. `ties` counts both-good and plain ties.
    """

    pair_id: str
    prompt_key: str
    turns: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    w_first: int
    w_second: int
    ties: int
    both_bad: int
    first_name: str
    second_name: str
    context: str = ""
    # Mean grades of first and second, and how far first is ahead in each criterion, -1 to 1.
    grades: tuple[float, float] | None = None
    leads: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Split:
    """How prompts are parted: by a salted hash, so that each stays where it is as data grows."""

    test_share: float = 0.1
    salt: str = "evenhand-1"

    def is_test(self, prompt_key: str) -> bool:
        """Tell whether a prompt's rows belong to the test file."""
        digest = hashlib.sha256(f"{self.salt}\0{prompt_key}".encode()).hexdigest()
        return int(digest[:8], 16) / 2**32 < self.test_share


@dataclass(frozen=True)
class Export:
    """The files of an export by name, the manifest among them, and the manifest as values."""

    files: dict[str, bytes]
    manifest: dict[str, Any]


@dataclass
class _Tally:
    matchups: int = 0
    votes: int = 0
    turns_dropped: int = 0
    dropped: Counter[Dropped] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    has_grades: bool = False
    criteria: tuple[str, ...] = ()


def trl_dpo(
    preferences: Iterable[Preference],
    *,
    study: str,
    tool_version: str,
    split: Split | None = None,
) -> Export:
    """Return conversational rows with an explicit prompt, as TRL's DPO trainer reads them.

    One row per matchup that one side won more often than it lost; ties, both-bad votes and
    matchups of equal texts teach nothing and are dropped and counted. Of several turns only the
    first has a history that both sides share: later turns are dropped and counted. Equal input,
    in any order, gives equal bytes. A file without rows is left out. When every prompt falls
    into the test file, all rows go to the training file, and the manifest says so.

    Raises `NothingToExport` when no row is left.
    """
    split = split or Split()
    preferences = list(preferences)
    tally = _Tally(
        has_grades=any(preference.grades for preference in preferences),
        criteria=tuple(dict.fromkeys(name for one in preferences for name in one.leads)),
    )
    rows: dict[str, list[tuple[str, str, Row]]] = {"train": [], "test": []}
    for preference in preferences:
        row = _row(preference, tally)
        if row is not None:
            part = "test" if split.is_test(preference.prompt_key) else "train"
            rows[part].append((preference.pair_id, preference.prompt_key, row))
    if not any(rows.values()):
        raise NothingToExport(_why_nothing(tally))
    is_moved = not rows["train"]
    if is_moved:
        rows = {"train": rows["test"], "test": []}
    parts = {
        part: [row for _, _, row in sorted(found, key=_order)]
        for part, found in rows.items()
        if found
    }
    left_out = _null_somewhere(parts.values())
    files = {f"{part}.jsonl": _written(found, left_out) for part, found in parts.items()}
    manifest = {
        **_head(study, tool_version, tally),
        "split": {
            **asdict(split),
            "by": "prompt",
            "all_in_train": is_moved,
            "prompts": {part: len({key for _, key, _ in found}) for part, found in rows.items()},
        },
        **_counts(tally, sum(map(len, rows.values()))),
        "configurations": sorted(tally.names),
        "columns_left_out": dict.fromkeys(sorted(left_out), "null in every row of a file"),
        "files": {
            name: {
                "rows": content.count(b"\n"),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in sorted(files.items())
        },
    }
    files["README.md"] = _card(study, manifest).encode()
    files["manifest.json"] = (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()
    return Export(files, manifest)


def first_message(turn: str, context: str) -> str:
    """Return the first user message as raters saw it: the context, a blank line, the turn."""
    return f"{context}\n\n{turn}" if context else turn


def _order(found: tuple[str, str, Row]) -> tuple[str, str, str]:
    return (*found[:2], json.dumps(found[2]))


def _marks_in(row: Row) -> Iterator[str]:
    """Yield the names of columns that may be null and are not in this row."""
    criteria = row.get("criteria", {})
    yield from (name for name in _GRADES if row.get(name) is not None)
    yield from (f"criteria.{name}" for name, lead in criteria.items() if lead is not None)


def _null_somewhere(parts: Collection[Sequence[Row]]) -> set[str]:
    """Return the columns that are null in every row of one file.

    Readers take such a column's type for another one than in the other file, and load neither.
    """
    there = [{name for row in rows for name in _marks_in(row)} for rows in parts]
    criteria = {
        f"criteria.{name}" for rows in parts for row in rows for name in row.get("criteria", ())
    }
    grades = {name for rows in parts for row in rows for name in _GRADES if name in row}
    return (criteria | grades) - there[0].intersection(*there[1:])


def _written(rows: Sequence[Row], left_out: set[str]) -> bytes:
    """Return a file's lines; first the few that show each column's type to who reads in pieces."""
    first: list[Row] = []
    seen: set[str] = set()
    for row in rows:
        named = set(_marks_in(row)) - left_out
        if not named <= seen:
            first.append(row)
            seen |= named
    told = {id(row) for row in first}
    ordered = [*first, *(row for row in rows if id(row) not in told)]
    return b"".join(_line(row, left_out) for row in ordered)


def _line(row: Row, left_out: set[str]) -> bytes:
    kept = {name: value for name, value in row.items() if name not in left_out}
    if "criteria" in kept:
        criteria = kept["criteria"].items()
        kept["criteria"] = {
            name: lead for name, lead in criteria if f"criteria.{name}" not in left_out
        }
        if not kept["criteria"]:
            del kept["criteria"]
    return (json.dumps(kept, ensure_ascii=True) + "\n").encode()


def _row(preference: Preference, tally: _Tally) -> Row | None:
    tally.matchups += 1
    votes = preference.w_first + preference.w_second + preference.ties + preference.both_bad
    tally.votes += votes
    tally.names.update((preference.first_name, preference.second_name))
    reason = _reason_to_drop(preference, votes)
    if reason:
        tally.dropped[reason] += 1
        return None
    tally.turns_dropped += len(preference.turns) - 1
    chosen, rejected = preference.first[0], preference.second[0]
    if preference.w_first < preference.w_second:
        chosen, rejected = rejected, chosen
    return {
        "prompt": [
            {"role": "user", "content": first_message(preference.turns[0], preference.context)}
        ],
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
        **_marks(preference, tally, is_exchanged=preference.w_first < preference.w_second),
    }


def _marks(preference: Preference, tally: _Tally, *, is_exchanged: bool) -> dict[str, Any]:
    """Return the columns of grades and criteria, the same ones in every row of a file."""
    columns: dict[str, Any] = {}
    if tally.has_grades:
        first, second = preference.grades or (None, None)
        columns["chosen_grade"] = second if is_exchanged else first
        columns["rejected_grade"] = first if is_exchanged else second
    if tally.criteria:
        columns["criteria"] = {
            name: None if lead is None else 0.0 - lead if is_exchanged else lead
            for name in tally.criteria
            for lead in [preference.leads.get(name)]
        }
    return columns


def _reason_to_drop(preference: Preference, votes: int) -> Dropped:
    if not votes:
        return NO_VOTES
    if preference.w_first == preference.w_second:
        return NO_MAJORITY
    texts = [
        " ".join(side[0].split()) if side else "" for side in (preference.first, preference.second)
    ]
    if not all(texts):
        return NO_TEXT
    return SAME_TEXT if texts[0] == texts[1] else ""


def _why_nothing(tally: _Tally) -> str:
    if not tally.votes:
        return "There are no votes to export yet. Invite raters, or import votes, and try again."
    return (
        f"None of the {tally.matchups:,} matchups gives a training row: in each, no side is "
        "preferred more often than the other, or both texts are the same. More votes may help."
    )


def _head(study: str, tool_version: str, tally: _Tally) -> dict[str, Any]:
    marks = {
        "chosen_grade, rejected_grade": "mean of the counted grades, 1 to 5; null where none",
        "criteria": "how far chosen was ahead of rejected, -1 to 1; null where none",
    }
    asked = dict(zip(marks, (tally.has_grades, tally.criteria), strict=True))
    return {
        "tool": "evenhand",
        "tool_version": tool_version,
        "schema_version": SCHEMA_VERSION,
        "format": FORMAT,
        "study": study,
        "policy": {
            "label_source": "human votes",
            "rows": "one per matchup with a net majority",
            "ties_and_both_bad": "no row",
            "identical_texts": "dropped after making white space equal",
            "turns": "the first; later ones have histories that differ",
            "system_prompts": "left out; context stands before the first user message",
            **{name: told for name, told in marks.items() if asked[name]},
        },
    }


def _counts(tally: _Tally, rows: int) -> dict[str, Any]:
    reasons: Sequence[Dropped] = (NO_VOTES, NO_MAJORITY, SAME_TEXT, NO_TEXT)
    return {
        "matchups_in": tally.matchups,
        "votes_in": tally.votes,
        "rows_out": rows,
        "dropped": {reason: tally.dropped[reason] for reason in reasons},
        "turns_dropped": tally.turns_dropped,
    }


def _card(study: str, manifest: Mapping[str, Any]) -> str:
    names = list(manifest["files"])
    parts = "".join(
        f"      - split: {name.removesuffix('.jsonl')}\n        path: {name}\n"
        for name in sorted(names, reverse=True)
    )
    title = " ".join(study.split())
    return (
        "---\ntags:\n  - preference\n  - dpo\n  - human-feedback\n"
        f"configs:\n  - config_name: default\n    data_files:\n{parts}---\n\n"
        f"# Preferences of the study {title}\n\n"
        f"{manifest['rows_out']} rows from {manifest['votes_in']} blind votes on "
        f"{manifest['matchups_in']} matchups of {len(manifest['configurations'])} configurations. "
        "Columns: `prompt`, `chosen`, `rejected`, each a list of messages. "
        "What was left out and why stands in `manifest.json`.\n\n"
        "The texts were written by models: mind the terms of their providers before training.\n"
    )
