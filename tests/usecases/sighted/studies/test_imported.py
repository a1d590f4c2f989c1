from service.formats.rows import Note, RowError
from service.usecases.sighted.studies.imported import MOST_ERRORS_KEPT, Imported


class TestImported:
    def test_keeps_the_first_reasons_and_counts_them_all(self):
        done = Imported()
        for line in range(250):
            batch = Imported()
            batch.refuse(line, "why")
            done.add(batch)
        assert done.refused == 250
        assert [error.line for error in done.errors] == list(range(MOST_ERRORS_KEPT))

    def test_takes_errors_and_notes_off_what_can_be_used(self):
        done = Imported()
        assert done.good(["a", RowError(1, "no"), Note("told"), "b"]) == ["a", "b"]
        assert (done.refused, done.notes) == (1, ["told"])

    def test_adds_every_count(self):
        done = Imported(added=1, touched={1})
        done.add(Imported(added=2, unchanged=3, filled=4, replaced=5, differing=6, touched={2}))
        assert (done.added, done.used, done.differing, done.touched) == (3, 15, 6, {1, 2})
