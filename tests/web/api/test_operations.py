from http import HTTPStatus

from service.web.api.operations import Chapter


class TestChapter:
    def test_declares_what_each_method_usually_is(self):
        chapter = Chapter("Things", "What there is.")

        @chapter.get("/things")
        def list_things(call):
            """List things.

            All of
            them.
            """

        @chapter.delete("/things/<name>")
        def remove_thing(call, name):
            """Take a thing away."""

        reads, removes = chapter.operations
        assert (reads.id, reads.scope, reads.role) == ("list_things", "read", "viewer")
        assert (reads.summary, reads.description) == ("List things.", "All of them.")
        assert (removes.scope, removes.role) == ("write", "researcher")
        assert removes.status == HTTPStatus.NO_CONTENT
        assert reads.is_read
        assert not removes.is_read
