"""Writes an export: rows as they come into files by split, a manifest, and a dataset card."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from service.errors import Conflict
from service.formats.exports import kinds
from service.formats.exports.kinds import Format
from service.formats.exports.policy import NO_LABEL, NO_VOTES, REASONS, Kept, Policy, Split, keep
from service.formats.exports.record import Judged

SCHEMA_VERSION = 2
MANIFEST, CARD = "manifest.json", "README.md"
PARTS = ("train", "test")
# Not "all": loaders keep that word for themselves.
WHOLE = "rows"
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?Z?")
LIKE_TIMES = (
    "All preferred or all other answers look like times, and loaders that guess types from JSON "
    "(datasets, pandas) make times of them. Read the file line by line."
)


class NothingToExport(Conflict):
    """The votes give no row; the message says what is missing."""


@dataclass
class _Part:
    """A file that is being written: its rows are counted and hashed as they come."""

    path: Path
    stream: BinaryIO
    rows: int = 0
    size: int = 0
    prompts: set[str] = field(default_factory=set)
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, line: bytes) -> None:
        self.stream.write(line)
        self.digest.update(line)
        self.size += len(line)

    def told(self) -> dict[str, Any]:
        return {"rows": self.rows, "bytes": self.size, "sha256": self.digest.hexdigest()}


@dataclass
class _Sum:
    matchups: int = 0
    votes: int = 0
    votes_left_out: int = 0
    rows: int = 0
    longer: int = 0
    pairs: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    # Whether every chosen, and every rejected answer so far looks like a time.
    like_times: list[bool] = field(default_factory=lambda: [True, True])


@dataclass(frozen=True)
class About:
    """What an export is of, for its manifest and card."""

    study: str
    tool_version: str
    fingerprints: Mapping[str, str] = field(default_factory=dict)


def write(
    folder: Path,
    records: Iterable[Judged],
    form: Format,
    about: About,
    policy: Policy | None = None,
    split: Split | None = None,
) -> dict[str, Any]:
    """Write an export into an empty folder, a record at a time; returns the manifest.

    The same records and policy give the same bytes. Files for training are parted by prompt;
    those that are for reading are one file. When every prompt falls into the test file, all
    rows go to the training file, and the manifest says so.

    Raises
    ------
    NothingToExport
        No row came out of it.
    """
    policy, split = policy or Policy(), split or Split()
    is_parted = form.wants in {"pairs", "labels"}
    parts: dict[str, _Part] = {}
    sums = _Sum()
    try:
        for record in records:
            part = WHOLE if not is_parted else PARTS[split.is_test(record.split_key)]
            for row in _rows(record, form, policy, sums):
                _put(folder, parts, part, form, record, row)
    finally:
        for each in parts.values():
            each.stream.close()
    if not sums.rows:
        raise NothingToExport(_why_nothing(sums, form))
    is_moved = is_parted and "train" not in parts
    if is_moved:
        parts = {name.replace("test", "train"): each for name, each in parts.items()}
        for each in parts.values():
            each.path = each.path.rename(
                each.path.with_name(each.path.name.replace("test", "train"))
            )
    manifest = _manifest(form, about, policy, split if is_parted else None, parts, sums)
    manifest["split"] |= {"all_in_train": is_moved}
    _finish(folder, form, about, manifest, parts)
    return manifest


def _rows(record: Judged, form: Format, policy: Policy, sums: _Sum) -> Iterator[dict[str, Any]]:
    kept = keep(record, policy)
    sums.matchups += 1
    sums.votes += len(kept.votes)
    sums.votes_left_out += len(record.votes) - len(kept.votes)
    sums.names |= {*record.first_configurations, *record.second_configurations}
    reason = _left_out(kept, form, policy)
    if reason:
        sums.dropped[reason] += 1
    if form.wants != "all" and reason:
        return
    if form.wants == "pairs":
        sums.pairs += 1
        sums.longer += len(kept.chosen) > len(kept.rejected)
        for place, text in enumerate((kept.chosen, kept.rejected)):
            sums.like_times[place] &= bool(_TIME.fullmatch(text))
    for row in form.rows(kept, policy):
        sums.rows += 1
        yield row


def _left_out(kept: Kept, form: Format, policy: Policy) -> str:
    if form.wants in {"pairs", "all"}:
        return kept.dropped
    if not kept.votes and kept.record.grades is None:
        return NO_VOTES
    if form.wants == "votes":
        return ""
    lacking = kept.dropped if kept.dropped in _OF_TEXTS else ""
    return lacking or ("" if any(each is not None for each in kept.labels(policy)) else NO_LABEL)


# What makes a text useless whoever is preferred.
_OF_TEXTS = frozenset(("history_differs", "empty_text", "cut_off_text"))


def _put(
    folder: Path,
    parts: dict[str, _Part],
    name: str,
    form: Format,
    record: Judged,
    row: Mapping[str, Any],
) -> None:
    if name not in parts:
        path = folder / f"{name}{form.ending}"
        parts[name] = _Part(path, path.open("xb"))
        parts[name].write(form.head(row))
        if form.is_strict:
            meta = folder / f"{name}.meta.jsonl"
            parts[f"{name}.meta"] = _Part(meta, meta.open("xb"))
    part = parts[name]
    part.write(form.line(row))
    part.rows += 1
    part.prompts.add(record.split_key)
    if form.is_strict:
        beside = {
            "row": part.rows,
            "pair_id": record.pair_id,
            "prompt_id": record.prompt_key,
            "votes": len(record.votes),
        }
        parts[f"{name}.meta"].write(kinds.as_json(beside))
        parts[f"{name}.meta"].rows += 1


def _why_nothing(sums: _Sum, form: Format) -> str:
    if not sums.votes and not sums.votes_left_out:
        return "There are no votes to export yet. Invite raters, or import votes, and try again."
    told = ", ".join(
        f"{number:,} {_WORDS[reason]}" for reason, number in sums.dropped.most_common()
    )
    said = f"None of the {sums.matchups:,} matchups gives a row of {form.name}: {told}."
    if form.wants == "labels":
        return said + " Grades say which answers are good; or take wins as labels."
    return said + " More votes may help."


_WORDS = dict(
    zip(
        REASONS,
        (
            "without votes",
            "with too few votes",
            "in which neither is preferred",
            "with too little agreement",
            "with the same text twice",
            "with an empty text",
            "with a text that was cut off",
            "of conversations whose earlier answers differ",
            "whose preferred text must not be trained on",
            "in which nobody said whether an answer is good",
        ),
        strict=True,
    )
)


def _manifest(
    form: Format,
    about: About,
    policy: Policy,
    split: Split | None,
    parts: Mapping[str, _Part],
    sums: _Sum,
) -> dict[str, Any]:
    return {
        "tool": "evenhand",
        "tool_version": about.tool_version,
        "schema_version": SCHEMA_VERSION,
        "format": form.name,
        "readers": form.readers,
        "study": about.study,
        "policy": {
            **asdict(policy),
            "not_trained_on": list(policy.not_trained_on),
            "label_source": "people",
            "system_prompts": "those of configurations are left out",
        },
        "split": {
            **(asdict(split) if split else {}),
            "by": "first message without case, space and punctuation" if split else "none",
            "prompts": {
                name: len(part.prompts) for name, part in parts.items() if not name.endswith("meta")
            },
        },
        "matchups_in": sums.matchups,
        "votes_in": sums.votes,
        "votes_left_out": sums.votes_left_out,
        "rows_out": sums.rows,
        "dropped": {reason: sums.dropped[reason] for reason in REASONS if sums.dropped[reason]},
        "chosen_is_longer": {"pairs": sums.longer, "of": sums.pairs},
        "notes": [LIKE_TIMES] if sums.pairs and any(sums.like_times) else [],
        "configurations": sorted(sums.names),
        "fingerprints": dict(sorted(about.fingerprints.items())),
        "files": {part.path.name: part.told() for _, part in sorted(parts.items())},
    }


def _finish(
    folder: Path,
    form: Format,
    about: About,
    manifest: dict[str, Any],
    parts: Mapping[str, _Part],
) -> None:
    names = {name: part.path.name for name, part in parts.items() if not name.endswith("meta")}
    for name, content in form.beside(names).items():
        (folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        manifest["files"][name] = {"bytes": len(content), "sha256": digest}
    (folder / CARD).write_text(_card(form, about, manifest, names), encoding="utf-8")
    told = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(told, encoding="utf-8")


def _card(form: Format, about: About, manifest: Mapping[str, Any], names: Mapping[str, str]) -> str:
    files = "".join(
        f"      - split: {'train' if name == WHOLE else name}\n        path: {file}\n"
        for name, file in sorted(names.items(), reverse=True)
    )
    features = f"dataset_info:\n  - config_name: default\n    features:\n{form.features}"
    title = " ".join(about.study.split())
    return (
        "---\ntags:\n  - preference\n  - human-feedback\n"
        f"{features if form.features else ''}"
        f"configs:\n  - config_name: default\n    data_files:\n{files}---\n\n"
        f"# Preferences of the study {title}\n\n"
        f"{manifest['rows_out']:,} rows for {form.readers}, from {manifest['votes_in']:,} votes on "
        f"{manifest['matchups_in']:,} matchups of {len(manifest['configurations'])} "
        "configurations. What was left out, and why, stands in `manifest.json`.\n\n"
        "The texts were written by models: mind the terms of their providers before training.\n"
    )
