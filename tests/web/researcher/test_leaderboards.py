import random
import re
from dataclasses import replace
from datetime import timedelta

from service.database import now
from service.domain.finding import Finding
from service.domain.leaderboard import from_json
from service.store import models
from service.usecases.blind import voting
from service.usecases.sighted.results import compute, fold
from tests import boards, factories


def seen_in(page: str) -> str:
    return page.partition("board?seen=")[2].partition(chr(34))[0]


def vote(studio, study, choice: str = "left", raters: int = 2) -> None:
    """Let raters vote on all that they are dealt, and count their votes."""
    with studio.database.transaction() as session:
        moment = now(session)
        for name in range(raters):
            rater = factories.make_rater(session, study, f"Rater {name}")
            for dealt in factories.deal(
                session, rater, moment, random.Random(7), timedelta(minutes=5), most=5
            ):
                voting.cast(
                    session, rater, dealt.token, choice, f"{name}-{dealt.token}"[:60], moment
                )
        fold.fold(session, study.id)


class TestLeaderboard:
    def test_decides_before_it_shows(self, studio):
        studio.rank(studio.study(configurations=list(boards.SHARES)))
        page = studio.page("support-replies/leaderboard")
        assert page.index("retrieval is preferred to plain-prompt.") < page.index("How sure is it?")
        assert "120 votes by 6 people · 24 prompts" in page
        assert "computed less than a minute ago" in page
        assert boards.FINDING in page
        assert "Cost unknown, so not shown: small-model." in page
        assert "3 votes by people who had seen the results" in page
        assert "evenhand export support-replies --format trl-dpo" in page
        assert 'href="/studio/support-replies/exports"' in page

    def test_tells_what_was_paid_once(self, studio):
        once = {"retrieval": {"one_off_nanos": 2_500_000_000_000}}
        made = studio.study(configurations=list(boards.SHARES), configuration_fields=once)
        studio.rank(made)
        page = studio.page("support-replies/leaderboard")
        assert "Cost once" in page
        assert page.count("$2,500") == 1

    def test_needs_no_style_and_no_script_of_its_own(self, studio):
        studio.rank(studio.study())
        page = studio.page("support-replies/leaderboard")
        assert " style=" not in page
        assert "<style" not in page
        assert not re.search(r"<script(?![^>]* src=)", page)
        assert not re.search(r"\son[a-z]+=", page)

    def test_says_what_to_do_before_the_first_vote(self, studio):
        studio.study()
        page = studio.page("support-replies/leaderboard")
        assert "No votes yet." in page
        assert "invite a rater" in page

    def test_shows_what_a_worker_really_computed(self, studio):
        made = studio.study(configurations=("Plain", "Retrieval", "Tuned"), prompts=4)
        vote(studio, made)
        with studio.database.transaction() as session:
            basis = compute.load(session, made.id, now(session))
            compute.save(session, basis, compute.compute(basis), now(session))
        page = studio.page("support-replies/leaderboard")
        assert "All this speaks for these 2 raters and for these 4 prompts." in page
        assert "Rating [95" in page

    def test_shows_configurations_without_votes_or_completions(self, studio):
        made = studio.study(ready=False)
        with studio.database.transaction() as session:
            basis = compute.load(session, made.id, now(session))
            compute.save(session, basis, compute.compute(basis), now(session))
        page = studio.page("support-replies/leaderboard")
        assert page.count('colspan="3">no votes yet') == 2

    def test_shows_names_as_text(self, studio):
        name = "<img src=x onerror=alert(1)>"
        board = boards.with_rows(
            boards.board(), lambda at, row: row if at else replace(row, configuration=name)
        )
        first, *others = board.matrix
        board = replace(board, matrix=(replace(first, first=name), *others))
        claims = boards.claims(
            "open", "ahead", "ahead", leader=name, rivals=list(boards.SHARES)[1:]
        )
        board = boards.with_part(board, claims=claims, top=(name,))
        studio.rank(studio.study(), board)
        page = studio.page("support-replies/leaderboard")
        assert "<img" not in page
        assert "&lt;img src=x" in page


class TestOtherVersions:
    def test_are_said_to_be_computed_anew(self, studio):
        made = studio.study()
        with studio.database.transaction() as session:
            old = {"ratings": [{"configuration": "Plain", "share": 0.5}], "votes": 3}
            session.add(
                models.Leaderboard(
                    study_id=made.id, created_at=now(session), votes=3, content=old, basis={}
                )
            )
        for path in ("leaderboard", "leaderboard/board"):
            page = studio.page(f"support-replies/{path}")
            assert "This leaderboard is being computed anew." in page
            assert "No votes yet." not in page
        assert studio.get("support-replies/leaderboard.json").get_json()["leaderboard"] is None
        assert studio.page("support-replies/")


class TestFigures:
    def test_show_the_share_of_a_configurations_own_votes(self, studio):
        studio.rank(studio.study(configurations=list(boards.SHARES)))
        table = studio.page("support-replies/leaderboard").partition('class="figures"')[2]
        # 30 won, 8 tied and 2 both bad of 60, ties half: not the share that the fit expects.
        assert re.search(r'matchup\?first=retrieval">58\xa0% of 60 votes</a>', table)
        assert "61\xa0% [54–68]" in table


class TestBoard:
    def test_answers_nothing_where_the_page_shows_it_already(self, studio):
        studio.rank(studio.study())
        seen = seen_in(studio.page("support-replies/leaderboard"))
        assert studio.get(f"support-replies/leaderboard/board?seen={seen}").status_code == 204

    def test_answers_the_new_one(self, studio):
        made = studio.study()
        seen = seen_in(studio.page("support-replies/leaderboard"))
        studio.rank(made)
        answer = studio.get(f"support-replies/leaderboard/board?seen={seen}")
        assert answer.status_code == 200
        assert answer.text.lstrip().startswith('<div id="board"')
        assert seen_in(answer.text) != seen


class TestLeaderboardJson:
    def test_gives_what_is_stored(self, studio):
        studio.rank(studio.study())
        found = studio.get("support-replies/leaderboard.json").get_json()
        assert found["study"] == "support-replies"
        assert from_json(found["leaderboard"]) == boards.board()
        assert found["pending"] == 0

    def test_gives_none_before_the_first_vote(self, studio):
        studio.study()
        assert studio.get("support-replies/leaderboard.json").get_json()["leaderboard"] is None


class TestSealed:
    PATHS = (
        "support-replies/matchup?part=0&outcomes=tied",
        "support-replies/",
        "support-replies/progress",
        "support-replies/leaderboard",
        "support-replies/leaderboard/board",
        "support-replies/leaderboard.json",
        "support-replies/matchup?first=Plain&second=Retrieval",
    )

    def test_shows_no_result_before_it_is_closed(self, studio):
        made = studio.study(is_sealed=True, prompts=2)
        vote(studio, made, "left")
        board = boards.board(findings=(Finding("canary", ("CANARY",)),))
        board = boards.with_rows(board, lambda _, row: replace(row, rating=1234.5))
        studio.rank(made, board)
        for path in self.PATHS:
            text = studio.get(path).text
            for result in ("CANARY", "preferred", "1,234", "1234.5", " better</b>", "12–5"):
                assert result not in text, path
        assert studio.get(self.PATHS[-1]).status_code == 409
        assert studio.get(self.PATHS[-2]).status_code == 409
        assert "This study is sealed." in studio.page("support-replies/leaderboard")

    def test_shows_all_once_it_is_closed(self, studio):
        studio.rank(studio.study(is_sealed=True, state="closed", unsealed_at=factories.MOMENT))
        assert "preferred" in studio.page("support-replies/leaderboard")
