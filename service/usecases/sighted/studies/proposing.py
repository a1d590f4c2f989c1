"""Has a model propose prompts out of a document or a description: prepared, asked, harvested.

The calls go the way of all others: claimed by workers under a lease, with money held under a cap of
the draft's own. They hang on a hidden row, as those of a try do, and are never reused. What leaves
the machine is looked through for personal data first, and somebody has seen what was found.
"""

import base64
import hashlib
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy.orm import Session

from service.domain import budget
from service.domain.budget import NANOS, NOTHING
from service.domain.completion import CompletionState
from service.domain.configuration import Configuration
from service.domain.draft import DraftKind, DraftState, Proposed
from service.domain.prompt import Prompt
from service.domain.prompt_set import Origin, OriginKind
from service.domain.study import LeakPolicy
from service.formats import documents, proposals
from service.formats.exports.personal import Redactor
from service.store import drafts, models, prompts
from service.store.studies import TRIAL
from service.usecases.sighted.generation import reach, requests
from service.usecases.sighted.studies import rows
from service.usecases.sighted.studies.drafts import (
    DraftInvalid,
    DraftNotOpen,
    add,
    check_size,
    row_of,
)
from service.usecases.sighted.studies.set_files import shown_name

USUAL_USD = 0.5
MOST_USD = 100.0
MOST_PASSAGES = 20
MOST_DOCUMENTS = 20
LONGEST_NAMES = 200
PASSAGE = 6000
LONGEST_TASK = 8000
_FEWEST_AT_ONCE, _MOST_AT_ONCE = 2, 12
# More are asked for than wanted: some are alike, some are dropped.
_SPARE = 1.3
_TOKENS_EACH, _TOKENS_BESIDE = 400, 500
# A failed call may be made again, so calls and tokens may be this often what one round takes.
_ROUNDS = 2
_NAME = "Proposer"
_ASKED_FOR = """\
You write test prompts for comparing assistants. Each prompt is what a user would send: complete \
by itself, without mentioning the passage or these instructions, as varied as real requests are.
Write exactly {number} prompts.{task} Answer with one JSON list and nothing else. Each entry is an \
object with "prompt" (text), "tags" (one to three short words), "difficulty" ("easy", "medium" or \
"hard") and "reference" (the facts that a good answer must have, from the passage if there is one).
"""


@dataclass(frozen=True)
class Cut:
    """Passages as (number, text), how many the document has, and personal data by its kind."""

    passages: tuple[tuple[str, str], ...]
    of: int
    personal: dict[str, int]


def ask(
    session: Session,
    target: str,
    size: int,
    model: str,
    by: str,
    now: datetime,
    *,
    files: Sequence[tuple[str, bytes]] = (),
    task: str = "",
    endpoint: str | None = None,
    due_at: datetime | None = None,
) -> str:
    """Ask for a draft that a model proposes; nothing is called before `begin`. Return its token.

    `files` are documents as (name, content), up to 20 and 20 MiB in all.

    Raises
    ------
    DraftInvalid, SetInvalid, ModelUnknown
    """
    check_size(size)
    given = [(shown_name(name), content) for name, content in files if content.strip()]
    if len(given) > MOST_DOCUMENTS:
        raise DraftInvalid("A draft takes up to %(most)s documents.", most=MOST_DOCUMENTS)
    if sum(len(content) for _, content in given) > documents.MAX_FILE_BYTES:
        raise DraftInvalid(
            "The documents are larger than %(most)s MiB together. Leave some out.",
            most=documents.MAX_FILE_BYTES >> 20,
        )
    if not given and not task.strip():
        raise DraftInvalid("Choose a document, or describe the task in some sentences.")
    if len(task) > LONGEST_TASK:
        raise DraftInvalid("The description has %(most)s characters at most.", most=LONGEST_TASK)
    if not model.strip():
        raise DraftInvalid("Name the model that proposes prompts, such as openai/gpt-5-mini.")
    wanted = {
        "size": size,
        "model": model.strip(),
        "endpoint": endpoint or "",
        "task": task.strip(),
        "files": [name for name, _ in given],
    }
    reach.check(session, rows.configuration_row(0, _configuration(wanted, 1), 1, now))
    digest = hashlib.sha256(b"".join(content for _, content in given) or task.encode()).hexdigest()
    name = ", ".join(name for name, _ in given)[:LONGEST_NAMES]
    origin = Origin(OriginKind.MODEL, name, digest, by=model.strip())
    packed = pack([content for _, content in given])
    return add(session, DraftKind.TEXT, target, wanted, origin, packed, by, now, due_at)


def pack(contents: Sequence[bytes]) -> bytes:
    """Return several files as what a draft keeps, for `cut`."""
    return json.dumps([base64.b64encode(each).decode() for each in contents]).encode()


def cut(names: Sequence[str], packed: bytes) -> Cut:
    """Return passages of documents, packed by `pack`, and what personal data stands in them.

    Of many 20 are taken: some of each document, the more the longer it is, at equal distances.
    Without a document there is one, empty.

    Raises
    ------
    DocumentUnreadable
    """
    contents = [base64.b64decode(each) for each in json.loads(packed)]
    if not contents:
        return Cut((("1", ""),), 1, {})
    of_each = _apart([_passages(*each) for each in zip(names, contents, strict=True)])
    quotas = _quotas([len(each) for each in of_each])
    taken = [
        # A place says which document only where there are several.
        (f"{number}/{at + 1}" if len(of_each) > 1 else str(at + 1), found[at])
        for number, (found, quota) in enumerate(zip(of_each, quotas, strict=True), 1)
        for at in (int(step * len(found) / quota) for step in range(quota))
    ]
    return Cut(tuple(taken), sum(map(len, of_each)), _personal([text for _, text in taken]))


def _passages(name: str, content: bytes) -> list[str]:
    found: list[str] = []
    held = ""
    for paragraph in documents.text_of(name, content).split("\n\n"):
        for start in range(0, max(1, len(paragraph)), PASSAGE):
            part = paragraph[start : start + PASSAGE]
            if held and len(held) + len(part) > PASSAGE:
                found.append(held)
                held = ""
            held = f"{held}\n\n{part}" if held else part
    return [text for text in (*found, held) if text.strip()]


def _apart(of_each: Sequence[Sequence[str]]) -> list[list[str]]:
    """Leave out passages that stood before: two documents may hold the same chapter."""
    seen: set[str] = set()
    found: list[list[str]] = []
    for passages in of_each:
        found.append([])
        for text in passages:
            fingerprint = Prompt(turns=(text,)).trimmed.fingerprint
            if fingerprint not in seen:
                seen.add(fingerprint)
                found[-1].append(text)
    return found


def _quotas(sizes: Sequence[int]) -> list[int]:
    """Return how many passages are taken of each document: one, then by length."""
    quotas = [min(1, size) for size in sizes]
    while sum(quotas) < min(MOST_PASSAGES, sum(sizes)):
        want = [
            size / (quota + 1) if quota < size else 0.0
            for size, quota in zip(sizes, quotas, strict=True)
        ]
        quotas[want.index(max(want))] += 1
    return quotas


def _personal(texts: Sequence[str]) -> dict[str, int]:
    redactor = Redactor(())
    found: Counter[str] = Counter()
    for text in texts:
        found += redactor.kinds(text)
    return dict(found)


def prepare(session: Session, row: models.PromptDraft, found: Cut) -> None:
    """Keep what would be sent, for somebody to see before it is."""
    personal = found.personal | _personal([str(row.asked["task"])])
    row.content = json.dumps(found.passages).encode()
    row.found = {"passages": len(found.passages), "of": found.of, "personal": personal}
    row.state, row.lease_until = str(DraftState.PREPARED), None
    session.flush()


def begin(session: Session, token: str, usd: float, now: datetime) -> int:
    """Have the model asked, under a cap; return how many calls wait.

    Raises
    ------
    UnknownDraft, DraftNotOpen, DraftInvalid
    """
    row = row_of(session, token, for_change=True)
    if row.state != DraftState.PREPARED:
        raise DraftNotOpen("The draft does not wait for this. Look at where it stands.")
    if not 0 <= usd <= MOST_USD:
        raise DraftInvalid("A draft may take from 0 to %(most)s US dollars.", most=int(MOST_USD))
    passages = [(str(place), str(text)) for place, text in json.loads(row.content)]
    each = math.ceil(int(row.asked["size"]) * _SPARE / len(passages))
    each = min(_MOST_AT_ONCE, max(_FEWEST_AT_ONCE, each))
    asking = rows.study_row(
        f"draft/{row.token}",
        TRIAL,
        now,
        title=row.title,
        instructions="",
        votes_per_matchup=1,
        dealing="uniform",
        render_mode="plain",
        leak_policy=str(LeakPolicy.REPORT),
        is_sealed=False,
        counts_sighted=False,
        options={},
    )
    session.add(asking)
    session.flush()
    who = rows.configuration_row(asking.id, _configuration(row.asked, each), 1, now)
    task = row.asked["task"]
    asked = [
        rows.prompt_row(asking, Prompt(turns=(text or task,), key=place), at, now)
        for at, (place, text) in enumerate(passages)
    ]
    session.add_all([who, *asked])
    session.flush()
    bound = NOTHING
    for one in prompts.asked(session, [each.id for each in asked]).values():
        bound += requests.upper_bound(session, who, one)
    asking.cap_nanos = budget.to_nanos(usd)
    asking.cap_calls, asking.cap_tokens = _ROUNDS * bound.calls, _ROUNDS * bound.tokens
    session.add_all(
        rows.pending_completion(asking.id, who.id, prompt.id, 1, now) for prompt in asked
    )
    row.trial_id, row.state = asking.id, str(DraftState.ASKING)
    row.found = {**row.found, "calls": len(asked)}
    session.flush()
    return len(asked)


def answers(session: Session, trial_id: int) -> list[tuple[str, str, str]]:
    """Return what came of the calls of a draft: passage, answer, and why there is none."""
    found = drafts.answers(session, trial_id)
    return [
        (place, "", error or "")
        if state in {CompletionState.FAILED, CompletionState.BLOCKED} or not turns
        else (place, turns[0], "")
        for place, state, turns, error in found
    ]


def read(
    given: Sequence[tuple[str, str, str]], origin: Origin, names: Sequence[str] = ()
) -> tuple[list[Proposed], dict[str, Any]]:
    """Return the prompts of all answers, one of each passage in turn, and what was left out.

    `names` are those of the documents, where there were several.
    """
    by_passage: list[list[Proposed]] = []
    malformed, refused, failed, why = 0, 0, 0, ""
    for place, answer, error in given:
        if not answer:
            failed, why = failed + 1, why or error
            continue
        try:
            found, bad = proposals.parse(answer)
        except proposals.ProposalsInvalid:
            malformed += 1
            continue
        refused += bad
        number, _, passage = place.rpartition("/")
        name = names[int(number) - 1] if number else origin.name
        where = replace(origin, name=name, place=passage)
        by_passage.append([Proposed(one.prompt, where, one.difficulty) for one in found])
    mixed = [one for one in chain.from_iterable(zip_longest(*by_passage)) if one is not None]
    told = {"malformed": malformed, "refused": refused, "failed": failed, "why": why}
    return mixed, {"rows": len(mixed), **told}


def spent(session: Session, token: str) -> float | None:
    """Return what the calls of a draft have taken, in USD; None where none was asked for.

    Raises
    ------
    UnknownDraft
    """
    asked = row_of(session, token).trial_id
    row = None if asked is None else session.get(models.Study, asked)
    return None if row is None else row.spent_nanos / NANOS


def _configuration(asked: dict[str, Any], number: int) -> Configuration:
    task = f" What they are for: {asked['task']}\n" if asked["task"] else ""
    return Configuration(
        name=_NAME,
        model=asked["model"],
        endpoint=asked["endpoint"] or None,
        system_prompt=_ASKED_FOR.format(number=number, task=task),
        parameters={"max_tokens": number * _TOKENS_EACH + _TOKENS_BESIDE},
    )
