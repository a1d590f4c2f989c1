from sqlalchemy import select, update

from service.domain import trust
from service.store import models
from tests import boards, factories


def keep(studio, study, *kept):
    with studio.database.transaction() as session:
        for board in kept:
            boards.keep(session, study.id, board)
        session.flush()
        return list(session.scalars(select(models.Leaderboard.id).order_by(models.Leaderboard.id)))


class TestPanels:
    def test_state_every_check_and_open_the_votes_behind(self, studio):
        made = studio.study(configurations=list(boards.SHARES))
        studio.rank(made)
        page = studio.page("support-replies/leaderboard")
        assert "Can it be trusted?" in page
        assert "To keep in mind" not in page
        assert page.count('<li class="check ') == len(trust.CHECKS)
        assert "6 people rated: intervals allow for how people differ." in page
        for heading in ("How did it go?", "Why?", "How do the texts differ?", "What do prompts"):
            assert heading in page
        assert "matchup?prompt=p7" in page
        assert "prompt=p1&amp;first=retrieval&amp;second=fine-tune" in page

    def test_show_votes_on_one_prompt(self, studio):
        studio.study()
        page = studio.page("support-replies/matchup?prompt=p1")
        assert "Votes on the prompt p1" in page


class TestCompare:
    def test_says_what_changed_between_two_moments(self, studio):
        made = studio.study(configurations=list(boards.SHARES))
        first, last = keep(studio, made, boards.pair(state="open"), boards.pair(state="ahead"))
        page = studio.page("support-replies/leaderboard/compare")
        assert f'<option value="{first}" selected' in page
        assert f'<option value="{last}" selected' in page
        assert "New: retrieval is ahead of fine-tune." in page
        back = studio.page(f"support-replies/leaderboard/compare?before={last}&after={first}")
        assert "No longer said: retrieval is ahead of fine-tune." in back

    def test_says_that_an_old_form_cannot_be_compared(self, studio):
        made = studio.study()
        first, _ = keep(studio, made, boards.board(), boards.board())
        with studio.database.transaction() as session:
            old = {"version": 1}
            session.execute(
                update(models.Leaderboard).where(models.Leaderboard.id == first).values(content=old)
            )
        page = studio.page("support-replies/leaderboard/compare")
        assert "stored by an earlier Evenhand" in page

    def test_says_that_there_is_no_second_one(self, studio):
        studio.study()
        page = studio.page("support-replies/leaderboard/compare")
        assert "no second leaderboard" in page

    def test_refuses_one_that_is_not_kept(self, studio):
        keep(studio, studio.study(), boards.board(), boards.board())
        answer = studio.client.get("/studio/support-replies/leaderboard/compare?before=999")
        assert answer.status_code == 404


class TestSealed:
    def test_shows_none_of_it(self, studio):
        made = studio.study(is_sealed=True)
        keep(studio, made, boards.board(), boards.board())
        for where in ("leaderboard/compare", "elsewhere", "matchup?prompt=p1"):
            answer = studio.client.get(f"/studio/support-replies/{where}")
            assert answer.status_code == 409, where
            assert "retrieval" not in answer.get_data(as_text=True)
        page = studio.page("support-replies/leaderboard")
        assert "Can it be trusted?" not in page


class TestShowElsewhere:
    def test_lists_studies_with_the_same_fingerprint(self, studio):
        own = {"Plain": {"fingerprint": "f1", "model": "provider/model"}}
        studio.study(configuration_fields=own)
        with studio.database.transaction() as session:
            factories.make_study(
                session,
                "earlier",
                title="An earlier one",
                configurations=("Base", "Other"),
                configuration_fields={"Base": {"fingerprint": "f1", "model": "provider/model"}},
            )
        page = studio.page("support-replies/elsewhere")
        assert "An earlier one" in page
        assert "Base" in page
        assert "other prompts, raters and rivals" in page

    def test_says_that_there_are_none(self, studio):
        studio.study()
        assert "None of these stands in another study." in studio.page("support-replies/elsewhere")
