import html
import re


class TestOfDraft:
    def test_stands_beside_the_button_on_both_pages(self, studio):
        studio.post("new", title="Empty", decision="empty")
        for path in ("empty/", "empty/estimate"):
            page = studio.page(path)
            assert re.search(r"<button[^>]*disabled[^>]*>Open the study<", page)
            assert "Needs two configurations: 2 more." in page
            assert 'href="/studio/empty/prompts">Needs a prompt.' in page

    def test_names_the_cap_that_is_missing_and_who_is_silent(self, studio):
        studio.post("new", title="Live", decision="prompt")
        studio.post("live/prompts", prompts="Why?")
        of = "live/configuration?of=Live%20today"
        assert studio.post(of, name="Live today", model="openai/gpt-4o").status_code == 303
        page = html.unescape(studio.page("live/"))
        assert "Needs a cap" in page
        assert "New prompt: name a model, or upload the answers" in page

    def test_is_gone_once_nothing_is_missing(self, studio):
        studio.study(state="draft")
        page = studio.page("support-replies/")
        assert not re.search(r"<button[^>]*disabled[^>]*>Open the study<", page)
        assert 'id="lacks"' not in page
