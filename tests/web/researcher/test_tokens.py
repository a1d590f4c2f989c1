import re

from service.usecases import api_tokens


def make(studio, **fields):
    return studio.post("tokens", **{"label": "My <b> notebook", "days": "30", **fields})


def token_in(page: str) -> str:
    found = re.search(r'value="(evh_[^"]+)"', page)
    assert found
    return found[1]


class TestTokens:
    def test_are_made_shown_once_and_withdrawn(self, researcher_pages):
        page = make(researcher_pages, scope="write").text
        token = token_in(page)
        headers = {"Authorization": f"Bearer {token}"}
        answer = researcher_pages.app.test_client().get("/api/v1/token", headers=headers)
        assert answer.json["scope"] == "write"
        later = researcher_pages.page("tokens")
        assert token not in later
        assert "My &lt;b&gt; notebook" in later
        with researcher_pages.database.reading() as session:
            (one,) = api_tokens.every(session, None)
        assert researcher_pages.post(f"tokens/{one.handle}/revoke").status_code == 303
        assert "withdrawn" in researcher_pages.page("tokens")
        assert (
            researcher_pages.app.test_client().get("/api/v1/token", headers=headers).status_code
            == 401
        )

    def test_of_a_viewer_read(self, viewer):
        assert 'value="write"' not in viewer.page("tokens")
        assert make(viewer, scope="write").status_code == 403
        assert token_in(make(viewer, scope="read").text)

    def test_are_one_s_own(self, viewer, researcher_pages):
        make(researcher_pages, scope="read")
        assert "notebook" not in viewer.page("tokens")
        with viewer.database.reading() as session:
            (one,) = api_tokens.every(session, None)
        assert viewer.post(f"tokens/{one.handle}/revoke").status_code == 404

    def test_says_what_is_missing_and_keeps_what_was_typed(self, researcher_pages):
        answer = make(researcher_pages, scope="write", days="9999")
        assert answer.status_code == 422
        assert "1 to 365 days" in answer.text
        assert "My &lt;b&gt; notebook" in answer.text
        assert make(researcher_pages, scope="read", study="none").status_code == 404

    def test_need_a_form_of_this_browser(self, researcher_pages):
        assert researcher_pages.client.post("/studio/tokens", data={}).status_code == 403
