from service.web.mounting import Mounted


def answer_with(word: bytes):
    def application(environ, start):
        start("200 OK", [])
        return [word + environ["PATH_INFO"].encode()]

    return application


def ask(mounted: Mounted, path: str) -> bytes:
    return b"".join(mounted.answer({"PATH_INFO": path}, lambda *_: None))


class TestMounted:
    def test_makes_what_is_below_when_it_is_asked_for_and_once(self):
        made = []

        def make():
            made.append(1)
            return answer_with(b"api ")

        mounted = Mounted(answer_with(b"pages "), "/api/", make)
        assert ask(mounted, "/rate/x/") == b"pages /rate/x/"
        assert ask(mounted, "/apis") == b"pages /apis"
        assert made == []
        assert ask(mounted, "/api/v1/studies") == b"api /api/v1/studies"
        ask(mounted, "/api/")
        assert made == [1]
