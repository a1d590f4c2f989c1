"""What stands beside an export's rows: the manifest, and the card that dataset hubs show."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from service.formats.exports import columns, kinds
from service.formats.exports.kinds import Format
from service.formats.exports.parts import Part
from service.formats.exports.policy import REASONS, Policy, Split

SCHEMA_VERSION = 3
MANIFEST, CARD = "manifest.json", "README.md"
# Not "all": loaders keep that word for themselves.
WHOLE = "rows"
LIKE_TIMES = (
    "All preferred or all other answers look like times, and loaders that guess types from JSON "
    "(datasets, pandas) make times of them. Read the file line by line, or take a Parquet format."
)


@dataclass(frozen=True)
class About:
    """What an export is of, for its manifest and card.

    `suggested` are the prompts that raters suggested, by their ids, with who did (keyed hashes).
    """

    study: str
    tool_version: str
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    suggested: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass
class Sum:
    """What went into an export and what came out of it."""

    matchups: int = 0
    votes: int = 0
    votes_left_out: int = 0
    rows: int = 0
    longer: int = 0
    pairs: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    redacted: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    # Whether every chosen, and every rejected answer so far looks like a time.
    like_times: list[bool] = field(default_factory=lambda: [True, True])


def finish(
    folder: Path,
    form: Format,
    about: About,
    policy: Policy,
    split: Split | None,
    parts: Mapping[str, Part],
    sums: Sum,
    *,
    all_in_train: bool,
) -> dict[str, Any]:
    """Write the manifest, the card and what the format wants beside its files; returns the first.

    `split` is None where nothing is parted.
    """
    told = _told(form, about, policy, split, parts, sums)
    told["split"] |= {"all_in_train": all_in_train}
    names = {name: part.name for name, part in parts.items()}
    for name, content in form.beside(names).items():
        (folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        told["files"][name] = {"bytes": len(content), "sha256": digest}
    (folder / CARD).write_text(_card(form, about, told, names), encoding="utf-8")
    written = json.dumps(told, indent=2, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(written, encoding="utf-8")
    return told


def _told(
    form: Format,
    about: About,
    policy: Policy,
    split: Split | None,
    parts: Mapping[str, Part],
    sums: Sum,
) -> dict[str, Any]:
    files = {name: told for part in parts.values() for name, told in part.told().items()}
    # A file that holds types leaves nothing to guess.
    guessed = form.ending != kinds.PARQUET and sums.pairs and any(sums.like_times)
    return {
        "tool": "evenhand",
        "tool_version": about.tool_version,
        "schema_version": SCHEMA_VERSION,
        "format": form.name,
        "readers": form.readers,
        "study": about.study,
        "policy": {
            **policy.told(),
            "label_source": "people",
            "excluded_raters": "left out",
            "system_prompts": "those of configurations are left out",
        },
        "split": {
            **(asdict(split) if split else {}),
            "by": "first message without case, space and punctuation" if split else "none",
            "prompts": {name: len(part.prompts) for name, part in parts.items()},
        },
        "matchups_in": sums.matchups,
        "votes_in": sums.votes,
        "votes_left_out": sums.votes_left_out,
        "rows_out": sums.rows,
        "dropped": {reason: sums.dropped[reason] for reason in REASONS if sums.dropped[reason]},
        "redacted": dict(sorted(sums.redacted.items())),
        "chosen_is_longer": {"pairs": sums.longer, "of": sums.pairs},
        "notes": [LIKE_TIMES] if guessed else [],
        "configurations": sorted(sums.names),
        "fingerprints": dict(sorted(about.fingerprints.items())),
        "files": dict(sorted(files.items())),
        **({"suggested_by_raters": dict(about.suggested)} if about.suggested else {}),
    }


def _card(form: Format, about: About, told: Mapping[str, Any], names: Mapping[str, str]) -> str:
    files = "".join(
        f"      - split: {'train' if name == WHOLE else name}\n        path: {file}\n"
        for name, file in sorted(names.items(), reverse=True)
    )
    features = (
        f"dataset_info:\n  - config_name: default\n    features:\n{columns.in_card(form.columns)}"
    )
    title = " ".join(about.study.split())
    return (
        "---\ntags:\n  - preference\n  - human-feedback\n"
        f"{features if form.columns else ''}"
        f"configs:\n  - config_name: default\n    data_files:\n{files}---\n\n"
        f"# Preferences of the study {title}\n\n"
        f"{told['rows_out']:,} rows for {form.readers}, from {told['votes_in']:,} votes on "
        f"{told['matchups_in']:,} matchups of {len(told['configurations'])} "
        "configurations. What was left out, and why, stands in `manifest.json`.\n\n"
        "The texts were written by models: mind the terms of their providers before training.\n"
    )
