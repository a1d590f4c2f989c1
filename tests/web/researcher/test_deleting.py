from tests.web.researcher.conftest import sign_in


class TestDeleteStudy:
    def test_deletes_a_draft_whose_name_is_typed(self, studio):
        studio.study(state="draft", opened_at=None)
        assert "Delete this draft" in studio.page("support-replies/")
        wrong = studio.post("support-replies/delete", typed="another")
        assert wrong.status_code == 422
        assert "Type the name of the study, support-replies," in wrong.text
        assert 'value="another"' in wrong.text
        assert 'aria-describedby="undeleted"' in wrong.text
        assert studio.post("support-replies/delete", typed="support-replies").status_code == 303
        assert "is deleted" in studio.page("")
        assert studio.get("support-replies/").status_code == 404

    def test_is_not_offered_for_what_is_open_nor_to_viewers(self, studio, app, sqlite_database):
        studio.study()
        assert "Delete this draft" not in studio.page("support-replies/")
        assert studio.post("support-replies/delete", typed="support-replies").status_code == 409
        viewer = sign_in(app, sqlite_database, "viewer")
        assert viewer.post("support-replies/delete", typed="support-replies").status_code == 403
