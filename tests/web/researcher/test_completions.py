from service.store import models
from tests import factories


def made(studio, **fields):
    study = studio.study(
        configuration_fields={
            "Plain": {"one_off_nanos": 120_000_000_000},
            "Retrieval": {
                "model": "agent/desk",
                "retrieval": {"collection": "digest", "name": "handbook"},
            },
        },
        completion_fields={"Retrieval": {"cost_nanos": 3_000_000_000, **fields}},
    )
    with studio.database.transaction() as session:
        rows = session.query(models.Completion).order_by(models.Completion.id).all()
        return study, [row.id for row in rows]


def add_call(session, completion_id: int, origin_id: int | None = None) -> int:
    call = models.Call(
        completion_id=completion_id,
        turn=0,
        fingerprint="f",
        origin_id=origin_id,
        finish_reason="stop",
        refused=False,
        latency_ms=1,
    )
    session.add(call)
    session.flush()
    return call.id


class TestListCompletions:
    def test_lists_all_or_those_of_one_configuration(self, studio):
        made(studio)
        assert studio.page("support-replies/completions/").count("<tr>") == 7
        page = studio.page("support-replies/completions/?configuration=Plain")
        assert page.count("<tr>") == 4
        assert "Completions of Plain" in page

    def test_is_empty_before_anything_is_generated(self, studio):
        studio.study(prompts=0)
        assert "No completion yet" in studio.page("support-replies/completions/")


class TestShowCompletion:
    def test_says_why_raters_see_plain_text(self, studio):
        _, ids = made(studio, details={"shown_plainly": "bytes"})
        page = studio.page(f"support-replies/completions/{ids[1]}")
        assert "plain text, since it is longer than 64 KiB" in page
        assert "Shown as" not in studio.page(f"support-replies/completions/{ids[0]}")

    def test_shows_passages_and_traces(self, studio):
        _, ids = made(studio)
        with studio.database.transaction() as session:
            session.add(
                models.Evidence(
                    completion_id=ids[1],
                    passages=[{"source": "a.md", "text": "<b>Thirty</b> days.", "score": 1.5}],
                    traces=[{"tool": "search"}],
                )
            )
        page = studio.page(f"support-replies/completions/{ids[1]}")
        assert "Passages out of handbook" in page
        assert "&lt;b&gt;Thirty&lt;/b&gt; days." in page
        assert "a.md" in page
        assert "&#34;tool&#34;: &#34;search&#34;" in page
        assert "agent/desk" in page
        assert "$3.00" in page

    def test_says_that_nothing_was_found(self, studio):
        _, ids = made(studio)
        page = studio.page(f"support-replies/completions/{ids[1]}")
        assert "Nothing was found" in page

    def test_says_where_an_answer_comes_from(self, studio):
        _, ids = made(studio, reused_calls=1, saved_nanos=3_000_000_000)
        with studio.database.transaction() as session:
            other = factories.make_study(session, "earlier")
            origin = session.query(models.Completion).filter_by(study_id=other.id).first().id
            add_call(session, ids[1], add_call(session, origin))
        page = studio.page(f"support-replies/completions/{ids[1]}")
        assert "no call was made" in page
        assert f"/studio/earlier/completions/{origin}" in page
        assert "$3.00 of it saved" in page
        page = studio.page("support-replies/")
        assert "3 calls answered from the store ($9.00 saved)" in page
        assert "$120.00 once" in page

    def test_belongs_to_its_own_study(self, studio):
        _, ids = made(studio)
        studio.study(name="other")
        assert studio.get(f"other/completions/{ids[0]}").status_code == 404
        assert studio.get("support-replies/completions/999999").status_code == 404
        assert studio.get(f"support-replies/completions/{2**70}").status_code == 404
