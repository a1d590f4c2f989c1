import re

from service.web.api import reference


class TestDocs:
    def test_shows_every_route_and_leads_only_where_something_is(self, client):
        page = client.get("/api/v1/docs").text
        told = client.get("/api/v1/openapi.json").json
        for methods in told["paths"].values():
            for operation in methods.values():
                assert f'id="{operation["operationId"]}"' in page
        ids = set(re.findall(r'id="([^"]+)"', page))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
        assert "<script" not in page
        assert "style=" not in page
        for name in re.findall(r'href="(/studio/_files/[^"]+)"', page):
            assert client.get(name).status_code == 200


class TestBrief:
    def test_says_shapes_in_a_few_words(self):
        said = reference.brief(
            {"anyOf": [{"type": "array", "items": {"$ref": "#/x/Row"}}, {"type": "null"}]}
        )
        assert said == [("list of ", ""), ("Row", "Row"), (" or ", ""), ("null", "")]
        assert reference.brief({"enum": ["a", "b"]}) == [("a, b", "")]
        assert reference.brief({}) == [("anything", "")]
