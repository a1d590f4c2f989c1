"""Know texts by what is shown of them, and count matchups of texts that are shown alike."""

import hashlib
import re
from collections import Counter
from itertools import combinations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

BEFORE = ["study_id", "is_dealable", "places_open", "ready_configurations", "fingerprint"]
AFTER = [*BEFORE[:4], "matchups_alike", "fingerprint"]
BATCH = 500
completion = sa.table(
    "completion",
    *(sa.column(name) for name in ("id", "prompt_id", "configuration_id", "state", "text_hash")),
    sa.column("html", sa.JSON),
)
configuration = sa.table("configuration", sa.column("id"), sa.column("retired_at"))
prompt = sa.table("prompt", sa.column("id"), sa.column("matchups_alike"))
WHITE = re.compile(r"[ \t\n\f\r]+")


def upgrade() -> None:
    op.add_column(
        "prompt", sa.Column("matchups_alike", sa.Integer(), nullable=False, server_default="0")
    )
    _index(AFTER)
    _look_anew(op.get_bind())
    _count(op.get_bind())


def downgrade() -> None:
    _index(BEFORE)
    op.drop_column("prompt", "matchups_alike")


def _index(columns: list[str]) -> None:
    op.drop_index("ix_prompt_open", "prompt")
    op.create_index("ix_prompt_open", "prompt", columns)


def _look_anew(connection: sa.Connection) -> None:
    """Set the hash of every text that is shown."""
    last = 0
    while True:
        rows = connection.execute(
            sa.select(completion.c.id, completion.c.html)
            .where(completion.c.state == "ready", completion.c.id > last)
            .order_by(completion.c.id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        last = rows[-1][0]
        connection.execute(
            sa.update(completion)
            .where(completion.c.id == sa.bindparam("of"))
            .values(text_hash=sa.bindparam("look")),
            [{"of": identity, "look": _hash_of(html)} for identity, html in rows],
        )


def _hash_of(turns: list[str]) -> str:
    seen = []
    for turn in turns:
        parts = []
        for part in turn.split("</pre>"):
            prose, opening, code = part.partition("<pre")
            parts.append(WHITE.sub(" ", prose).strip() + opening + code)
        seen.append("</pre>".join(parts))
    return hashlib.sha256("\x1e".join(seen).encode()).hexdigest()


def _count(connection: sa.Connection) -> None:
    """Count the matchups of answers in service whose texts all look the same.

    The places of such a prompt follow when it is counted next.
    """
    looks: dict[int, dict[int, set[str]]] = {}
    for prompt_id, configuration_id, text_hash in connection.execute(
        sa.select(completion.c.prompt_id, completion.c.configuration_id, completion.c.text_hash)
        .join(configuration, configuration.c.id == completion.c.configuration_id)
        .where(completion.c.state == "ready", configuration.c.retired_at.is_(None))
    ):
        looks.setdefault(prompt_id, {}).setdefault(configuration_id, set()).add(text_hash)
    alike: Counter[int] = Counter()
    for prompt_id, of_prompt in looks.items():
        alike[prompt_id] += sum(
            len(one) == 1 and one == other for one, other in combinations(of_prompt.values(), 2)
        )
    for prompt_id, number in alike.items():
        if number:
            connection.execute(
                sa.update(prompt).where(prompt.c.id == prompt_id).values(matchups_alike=number)
            )
