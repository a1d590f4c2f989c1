import pytest
from sqlalchemy import func, select

from service.domain import export
from service.domain.export import ExportLost, ExportState, TooManyExports, UnknownExport
from service.formats import said
from service.formats.exports.personal import UnknownCountry
from service.formats.exports.policy import Policy, Split
from service.store import models
from service.usecases.sighted.results.read import StudySealed
from service.usecases.sighted.results.witnesses import UnknownConfiguration
from service.usecases.sighted.studies import export_files
from tests import factories
from tests.factories import later

NAME = "support-replies"
PIECE = b"x" * export.PIECE_BYTES


@pytest.fixture
def study(session):
    return factories.make_study(session)


def ask(session, form="trl-dpo", policy=Policy(), at=0):  # noqa: B008 - frozen
    return export_files.ask(session, NAME, form, policy, Split(), later(at))


def make(session, content=(PIECE, PIECE, b"end")):
    one = export_files.claim(session, later(1))
    for number, piece in enumerate(content):
        export_files.put(session, one, number, piece, later(1))
    export_files.finish(session, one, 7, sum(map(len, content)), "d" * 64, later(2))
    return one


def pieces(session):
    return session.scalar(select(func.count()).select_from(models.ExportPiece))


class TestAsk:
    def test_waits_with_its_policy_until_a_worker_takes_it(self, session, study):
        asked = Policy(least_votes=3, redacted=True, not_trained_on=("Plain",))
        token = ask(session, "ultrafeedback", asked)
        assert export_files.due(session, later(0)) == 1
        (file,) = export_files.held(session, NAME, later(0))
        assert (file.token, file.state, file.is_unfinished) == (token, ExportState.WAITING, True)
        one = export_files.claim(session, later(1))
        assert (one.study, one.form.name, one.policy) == (NAME, "ultrafeedback", asked)
        assert one.split == Split()
        assert export_files.due(session, later(1)) == 0
        assert export_files.claim(session, later(1)) is None

    def test_gives_the_same_one_to_who_asks_again_and_bounds_how_many_wait(self, session, study):
        first = ask(session)
        assert ask(session) == first
        others = {ask(session, form) for form in ("csv", "arena")}
        assert len({first, *others}) == export.MOST_UNFINISHED
        with pytest.raises(TooManyExports, match="Wait for one of them"):
            ask(session, "nova")

    def test_keeps_ten_at_most(self, session, study):
        tokens = []
        for number in range(12):
            tokens.append(ask(session, policy=Policy(least_votes=number + 1)))
            make(session, (b"a",))
        kept = [file.token for file in export_files.held(session, NAME, later(3))]
        assert kept == tokens[:1:-1]
        assert pieces(session) == export.MOST_KEPT

    def test_refuses_what_no_export_can_follow_and_a_sealed_study(self, session, study):
        with pytest.raises(UnknownConfiguration):
            ask(session, policy=Policy(not_trained_on=("Nobody",)))
        with pytest.raises(UnknownCountry):
            ask(session, policy=Policy(redacted=True, countries=("Mars",)))
        session.get(models.Study, study.id).is_sealed = True
        with pytest.raises(StudySealed):
            ask(session)


class TestRead:
    def test_yields_any_part_of_the_file(self, session, study):
        token = ask(session)
        make(session, (bytes(range(256)) * (export.PIECE_BYTES // 256), b"the end"))
        whole = bytes(range(256)) * (export.PIECE_BYTES // 256) + b"the end"
        file = export_files.find(session, NAME, token, later(3))
        assert (file.is_ready, file.size, file.rows) == (True, len(whole), 7)
        last = len(whole) - 1
        edge = export.PIECE_BYTES
        for start, end in ((0, last), (5, 9), (edge - 2, edge + 1), (edge, last), (last, last)):
            found = b"".join(export_files.read(session, NAME, token, start, end, later(3)))
            assert found == whole[start : end + 1]

    def test_knows_only_what_is_ready_and_whose_time_is_not_over(self, session, study):
        token = ask(session)
        with pytest.raises(UnknownExport):
            list(export_files.read(session, NAME, token, 0, 1, later(0)))
        make(session)
        over = later(2) + export.KEPT + export.LEASE
        with pytest.raises(UnknownExport, match="Make it again"):
            export_files.find(session, NAME, token, over)
        assert export_files.held(session, NAME, over) == []
        assert export_files.due(session, over) == 1
        assert export_files.sweep(session, over) == 1
        assert (export_files.due(session, over), pieces(session)) == (0, 0)


class TestClaim:
    def test_takes_over_from_a_worker_that_says_nothing_and_fences_it_off(self, session, study):
        token = ask(session)
        one = export_files.claim(session, later(0))
        export_files.put(session, one, 0, b"half", later(0))
        export_files.note(session, one, 0, later(0))
        overdue = later(0) + 2 * export.LEASE
        other = export_files.claim(session, overdue)
        assert (other.id, other.fence, pieces(session)) == (one.id, 2, 0)
        for late in (
            lambda: export_files.put(session, one, 1, b"late", overdue),
            lambda: export_files.note(session, one, 5, overdue),
            lambda: export_files.finish(session, one, 1, 1, "", overdue),
            lambda: export_files.fail(session, one, "No."),
        ):
            with pytest.raises(ExportLost):
                late()
        export_files.put(session, other, 0, b"whole", overdue)
        export_files.finish(session, other, 1, 5, "", overdue)
        assert export_files.find(session, NAME, token, overdue).is_ready

    def test_gives_up_what_ended_several_workers(self, session, study):
        token = ask(session)
        at = later(0)
        for number in range(export.MOST_ATTEMPTS):
            assert export_files.claim(session, at).fence == number + 1
            at += 2 * export.LEASE
        assert export_files.claim(session, at) is None
        file = export_files.find(session, NAME, token, at)
        assert file.state is ExportState.FAILED
        assert "failed several times" in file.note


class TestDiscard:
    def test_stops_a_worker_and_forgets_the_file(self, session, study):
        token = ask(session)
        one = export_files.claim(session, later(1))
        export_files.put(session, one, 0, b"half", later(1))
        export_files.discard(session, NAME, token, later(1))
        assert pieces(session) == 0
        with pytest.raises(ExportLost):
            export_files.put(session, one, 1, b"more", later(1))


class TestFail:
    def test_says_why_and_keeps_nothing(self, session, study):
        token = ask(session)
        one = export_files.claim(session, later(1))
        export_files.put(session, one, 0, b"half", later(1))
        export_files.fail(session, one, "There are no votes.")
        file = export_files.find(session, NAME, token, later(1))
        assert (file.note, pieces(session)) == ("There are no votes.", 0)


class TestNote:
    def test_keeps_why_so_that_it_can_be_said_in_another_language(self, session, study):
        ask(session)
        why = said.said("There is no room for %(number)s.", number=3)
        export_files.fail(session, export_files.claim(session, later(1)), why)
        (file,) = export_files.held(session, NAME, later(2))
        assert file.note == "There is no room for 3."
        assert (file.note.text, file.note.values) == (why.text, {"number": 3})

    def test_shows_what_an_earlier_version_kept(self):
        assert said.from_text("Plain words.") == "Plain words."
        assert said.from_text(said.as_text("Plain words.")) == "Plain words."
