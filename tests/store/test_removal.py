"""Whatever hangs on a study goes with it, and nothing that hangs on another one."""

from sqlalchemy import LargeBinary, func, select

from service.store import models, removal
from service.store.models import Model
from tests import factories
from tests.store import test_packing

# Nobody takes votes away, and what counts them stands on them.
KEPT = {"vote", "mark", "criterion", "tallied"}


class Everything(test_packing.Invented):
    """Rows of every table that goes with a study, files and links of this installation too."""

    def fill(self) -> None:
        for part in removal.parts().values():
            if part.name not in KEPT:
                self.add(part)

    def value(self, column):
        return b"file" if isinstance(column.type, LargeBinary) else super().value(column)


def counted(session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Model.metadata.sorted_tables
    }


class TestRemove:
    def test_takes_rows_of_every_table_and_leaves_all_others(self, session):
        noise = factories.make_study(session, "noise", prompts=2)
        account = models.Account(name="Ada", role="researcher", created_at=factories.MOMENT)
        session.add(account)
        session.flush()
        before = counted(session)
        made = Everything(session, 1, ["a"], [None])
        made.fill()
        (study_id,) = made.ids["study"]
        # Another study was answered from a call of this one.
        other = factories.make_completion(
            session, noise.id, noise.configurations["Plain"], noise.prompts[0], "x", sample=2
        )
        reused = {"fingerprint": "f", "finish_reason": "stop", "refused": False, "latency_ms": 1}
        call = models.Call(completion_id=other, turn=1, origin_id=made.ids["call"][0], **reused)
        session.add(call)
        token = models.ApiToken(
            account_id=account.id, study_id=study_id, handle="h", token_hash="x", label="t",
            scope="read", role="researcher", created_at=factories.MOMENT,
            expires_at=factories.MOMENT,
        )  # fmt: skip
        session.add(token)
        session.flush()
        filled = counted(session)
        grown = {name for name in filled if filled[name] > before[name]}
        assert grown >= set(removal.parts()) - KEPT
        call_id = call.id

        removal.remove(session, [study_id])

        assert counted(session) == before | {
            "completion": before["completion"] + 1, "call": before["call"] + 1
        }  # fmt: skip
        assert session.get_one(models.Call, call_id).origin_id is None
        assert session.get_one(models.Study, noise.id).name == noise.name
