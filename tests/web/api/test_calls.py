import io

import pytest

from service.settings import Settings
from service.store import models
from service.usecases import api_tokens
from service.web.app import create_app
from tests import factories
from tests.web.api.conftest import NAME

INVITE = {"kind": "personal", "label": "Ben"}


def change_account(program, **values) -> None:
    with program.database.transaction() as session:
        token = session.query(models.ApiToken).filter_by(handle=program.handle).one()
        account = session.get_one(models.Account, token.account_id)
        for name, value in values.items():
            setattr(account, name, value)


def invites_of(program) -> int:
    with program.database.reading() as session:
        return session.query(models.Invite).count()


class TestToken:
    def test_nobody_gets_in_without_one(self, app, researcher):
        for headers in (
            {},
            {"Authorization": "Bearer evh_00000000_nothing"},
            {"Authorization": f"Basic {researcher.token}"},
            {"Authorization": researcher.token},
        ):
            answer = app.test_client().get("/api/v1/studies", headers=headers)
            assert answer.status_code == 401
            assert answer.content_type == "application/problem+json"
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert "evenhand token create" in answer.json["detail"]

    def test_neither_the_studio_s_cookie_nor_a_rater_s_lets_in(self, sitting):
        sitting.client.set_cookie("evenhand_studio", "whatever")
        cookie = sitting.client.get_cookie("evenhand_rater", path=sitting.at.rstrip("/"))
        sitting.client.set_cookie("evenhand_rater", cookie.value)
        assert sitting.client.get("/api/v1/studies").status_code == 401

    def test_that_reads_does_not_write(self, program):
        reader = program("researcher", "read")
        reader.study()
        assert reader.get("studies").status_code == 200
        assert reader.post("invites", INVITE).status_code == 403
        assert reader.get(f"studies/{NAME}/invites").status_code == 403

    def test_dies_with_its_owner_s_role(self, researcher):
        change_account(researcher, role="viewer")
        assert researcher.get("studies").status_code == 401

    def test_dies_with_its_owner(self, viewer):
        change_account(viewer, disabled_at=factories.MOMENT)
        assert viewer.get("studies").status_code == 401

    def test_of_one_study_reaches_no_other(self, program, researcher):
        researcher.study()
        researcher.study(name="other")
        bound = program(study=NAME)
        assert [one["name"] for one in bound.get("studies").json["items"]] == [NAME]
        assert bound.get(f"studies/{NAME}").status_code == 200
        assert bound.get("token").json["study"] == NAME
        for path in ("studies/other", "studies/there-is-none"):
            assert bound.get(path).status_code == 403
        assert bound.ask("HEAD", "studies").status_code == 200
        assert bound.ask("POST", "studies", json={"title": "New"}).status_code == 403

    def test_notes_that_it_was_used(self, researcher):
        researcher.get("studies")
        with researcher.database.reading() as session:
            (found,) = api_tokens.every(session, None)
        assert found.created_at <= found.last_used_at < found.expires_at


class TestLimit:
    def test_is_told_and_held(self, sqlite_database, tmp_path, program):
        made = program()
        settings = Settings(data_dir=tmp_path, secret_key=factories.KEY, api_requests_per_minute=2)
        made.client = create_app(settings, sqlite_database).test_client()
        assert made.get("studies").headers["RateLimit-Remaining"] == "1"
        assert made.get("studies").status_code == 200
        answer = made.get("studies")
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["RateLimit-Remaining"] == "0"


class TestIdempotency:
    def test_does_the_same_request_once(self, researcher):
        researcher.study()
        headers = {"Idempotency-Key": "one"}
        first = researcher.post("invites", INVITE, headers=headers)
        second = researcher.post("invites", INVITE, headers=headers)
        assert first.status_code == second.status_code == 201
        assert first.json == second.json
        assert first.json["address"].startswith("http")
        assert second.headers["Idempotent-Replayed"] == "true"
        assert invites_of(researcher) == 1

    def test_survives_a_restart(self, researcher, settings):
        researcher.study()
        headers = {"Idempotency-Key": "one"}
        first = researcher.post("invites", INVITE, headers=headers)
        researcher.client = create_app(settings, researcher.database).test_client()
        assert researcher.post("invites", INVITE, headers=headers).json == first.json

    def test_keeps_no_link_in_the_database(self, researcher):
        researcher.study()
        made = researcher.post("invites", INVITE, headers={"Idempotency-Key": "one"}).json
        with researcher.database.reading() as session:
            (kept,) = [one.body for one in session.query(models.KeptAnswer)]
        assert made["address"].rpartition(".")[2] not in kept
        assert made["handle"] in kept

    def test_refuses_the_key_of_another_request(self, researcher):
        researcher.study()
        headers = {"Idempotency-Key": "one"}
        researcher.post("invites", INVITE, headers=headers)
        assert researcher.post("invites", {"kind": "shared"}, headers=headers).status_code == 422
        assert researcher.post("close", headers=headers).status_code == 422
        assert invites_of(researcher) == 1

    def test_what_failed_may_be_sent_again(self, researcher):
        researcher.study(state="draft")
        headers = {"Idempotency-Key": "one"}
        assert researcher.post("close", headers=headers).status_code == 409
        assert researcher.post("open", headers={"Idempotency-Key": "two"}).status_code == 200
        assert researcher.post("close", headers=headers).status_code == 200

    def test_holds_for_files(self, researcher):
        researcher.study(state="draft")
        answers = [
            researcher.ask(
                "POST",
                f"studies/{NAME}/imports",
                data={"file": (io.BytesIO(b'{"text": "Why?"}\n'), "prompts.jsonl")},
                headers={"Idempotency-Key": "one"},
            )
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json == answers[1].json
        assert answers[1].json["added"] == 1

    @pytest.mark.parametrize("key", ["", "two words", "x" * 256])
    def test_refuses_what_is_no_key(self, researcher, key):
        researcher.study()
        answer = researcher.post("invites", INVITE, headers={"Idempotency-Key": key})
        assert answer.status_code == 422
        assert answer.json["errors"][0]["parameter"] == "Idempotency-Key"


class TestEtag:
    def test_saves_the_body(self, viewer):
        viewer.study()
        first = viewer.get(f"studies/{NAME}/definition")
        headers = {"If-None-Match": f'"other", {first.headers["ETag"]}'}
        again = viewer.get(f"studies/{NAME}/definition", headers=headers)
        assert again.status_code == 304
        assert again.data == b""

    def test_changes_only_what_nobody_else_has_changed(self, researcher):
        researcher.study(state="draft")
        path = f"studies/{NAME}/definition"
        first = researcher.get(path)
        headers = {"If-Match": first.headers["ETag"]}
        changed = {**first.json, "title": "Changed"}
        assert researcher.ask("PUT", path, json=changed, headers=headers).status_code == 200
        later = researcher.ask("PUT", path, json=first.json, headers=headers)
        assert later.status_code == 412
        assert researcher.of_study()["title"] == "Changed"


class TestBody:
    def test_names_what_is_wrong_by_pointers(self, researcher):
        researcher.study()
        answer = researcher.post("invites", {"kind": "both", "days": "3", "more": 1})
        assert answer.status_code == 422
        assert {one["pointer"] for one in answer.json["errors"]} == {"/kind", "/days", "/more"}

    def test_names_parameters(self, viewer):
        answer = viewer.get("studies?limit=0&more=1")
        assert {one["parameter"] for one in answer.json["errors"]} == {"limit", "more"}
        assert viewer.get("studies?limit=1&limit=2").status_code == 422

    def test_is_bounded_and_json(self, researcher):
        researcher.study()
        path = f"studies/{NAME}/invites"
        large = researcher.ask("POST", path, data=b" " * (1 << 21), content_type="application/json")
        assert large.status_code == 413
        for content_type, body, status in (
            ("text/plain", b"{}", 415),
            ("application/json", b"{", 400),
            ("application/json", b"\xff", 400),
            ("application/json", b'{"label": "\\u0000"}', 422),
            ("application/json", b"[" * 100_000, 400),
            ("application/json", b"", 400),
        ):
            answer = researcher.ask("POST", path, data=body, content_type=content_type)
            assert answer.status_code == status, body[:20]
            assert answer.content_type == "application/problem+json"

    def test_another_site_s_page_may_not_send_one(self, researcher):
        researcher.study()
        headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
        answer = researcher.post("invites", INVITE, headers=headers)
        assert answer.status_code == 403
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
