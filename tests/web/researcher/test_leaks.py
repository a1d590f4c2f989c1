import re

STUDY = "support-replies"


class TestReviewLeak:
    def make(self, studio):
        leaks = {"found": [{"turn": 0, "kind": "name", "excerpt": "I am <Plainbot>"}]}
        kept = {"state": "quarantined", "leaks": leaks}
        studio.study(prompts=2, completion_fields={"Plain": kept})
        page = studio.page(f"{STUDY}/")
        assert page.count("I am &lt;Plainbot&gt;") == 2
        assert 'name="completion"' not in page  # trying again would do nothing
        return re.findall(r"completions/(\d+)/review", page)

    def test_decides_one_after_the_other(self, studio):
        first, last = self.make(studio)
        answer = studio.post(f"{STUDY}/completions/{first}/review", verdict="accept")
        assert answer.location == f"/studio/{STUDY}/#leaks"
        assert "It is ready, and dealt from now on." in studio.page(f"{STUDY}/")
        studio.post(f"{STUDY}/completions/{last}/review", verdict="keep_out")
        page = studio.page(f"{STUDY}/")
        assert "It is kept out" in page
        assert "Leaks to review" not in page
        answer = studio.post(f"{STUDY}/completions/{last}/review", verdict="mask")
        assert answer.status_code == 409

    def test_refuses_another_verdict_and_viewers(self, studio, viewer):
        first, _ = self.make(studio)
        assert studio.post(f"{STUDY}/completions/{first}/review").status_code == 422
        assert "Leaks to review" in viewer.page(f"{STUDY}/")
        answer = viewer.post(f"{STUDY}/completions/{first}/review", verdict="accept")
        assert answer.status_code == 403
