from service.usecases.sighted.studies import filing


class TestPlan:
    def test_keeps_what_is_declared_in_words(self, studio):
        study = studio.study(state="draft")
        answer = studio.post(
            f"{study.name}/plan",
            **{
                "preregistration-question": "Which?\r\nAnd why?",
                "preregistration-margin": "8",
                "preregistration-exclusions": "",
            },
        )
        assert answer.status_code == 303
        with studio.database.reading() as session:
            intent = filing.file_of(session, study.name).intent
        assert (intent.question, intent.margin, intent.exclusions) == ("Which?\nAnd why?", 8, "")
        page = studio.page(f"{study.name}/estimate")
        assert "Registered beforehand" in page

    def test_refuses_a_margin_that_is_none(self, studio):
        study = studio.study(state="draft")
        answer = studio.post(f"{study.name}/plan", **{"preregistration-margin": "90"})
        assert answer.status_code == 422
        assert "20" in answer.text
