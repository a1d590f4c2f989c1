import re

from sqlalchemy import select

from service.domain import submission
from service.store import models

OPTIONS = {"repeats": 0, "practice": [], "submissions": 2}
KEY = re.compile(r'name="key" value="([\w-]{22})"')


def sent(made):
    with made.database.reading() as session:
        return session.scalars(select(models.Submission.text)).all()


class TestSuggest:
    def test_is_offered_where_the_study_takes_prompts(self, seat, sqlite_database):
        made = seat(sqlite_database, options=OPTIONS)
        assert f'href="{made.at}prompts"' in made.client.get(made.at).text
        assert f'href="{made.at}prompts"' in made.client.get(made.at + "help").text

    def test_is_nowhere_else(self, seat, sqlite_database):
        made = seat(sqlite_database)
        assert "prompts" not in made.client.get(made.at).text
        assert made.client.get(made.at + "prompts").status_code == 404
        body = {"key": "k", "text": "Roses?"}
        assert made.client.post(made.at + "prompts", data=body).status_code == 404

    def test_works_by_form_and_keeps_a_double_press_once(self, seat, sqlite_database):
        made = seat(sqlite_database, options=OPTIONS)
        page = made.client.get(made.at + "prompts").text
        body = {"key": KEY.search(page)[1], "text": "<script>alert(1)</script> & \u202eroses?"}
        for _ in range(2):
            answer = made.client.post(made.at + "prompts", data=body)
            assert answer.location == made.at + "prompts?told=kept"
        assert sent(made) == ["<script>alert(1)</script> & roses?"]
        page = made.client.get(answer.location).text
        assert "Thank you! It is kept" in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; roses?" in page
        assert "<script>alert" not in page
        assert "waits to be looked at" in page

    def test_refuses_with_what_was_typed_still_there(self, seat, sqlite_database):
        made = seat(sqlite_database, options=OPTIONS)
        for text, says in (
            ("Who are you? & <b>", "must stay unknown"),
            ("x" * (submission.LONGEST + 7), "up to 4000 characters"),
            ("   ", "Please write"),
        ):
            answer = made.client.post(made.at + "prompts", data={"key": "k", "text": text})
            assert (answer.status_code, says in answer.text) == (422, True)
            assert f"{text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}" in (
                answer.text
            )
        assert sent(made) == []

    def test_refuses_another_site_a_huge_body_and_a_stranger(self, seat, sqlite_database):
        made = seat(sqlite_database, options=OPTIONS)
        body = {"key": "k", "text": "Roses?"}
        there = {"Sec-Fetch-Site": "cross-site"}
        path = made.at + "prompts"
        assert made.client.post(path, data=body, headers=there).status_code == 403
        assert made.client.post(path, data={**body, "text": "x" * 2_000_000}).status_code == 413
        made.client.delete_cookie("evenhand_rater", path=made.at.rstrip("/"))
        assert made.client.post(path, data=body).status_code == 403
        assert sent(made) == []

    def test_is_closed_to_who_has_finished(self, seat, sqlite_database):
        made = seat(sqlite_database, options=OPTIONS)
        made.client.post(made.at + "finish")
        page = made.client.get(made.at + "prompts").text
        assert "<form method" not in page.split('class="languages"')[0]
        answer = made.client.post(made.at + "prompts", data={"key": "k", "text": "Roses?"})
        assert (answer.status_code, "Roses?" in answer.text) == (409, True)
