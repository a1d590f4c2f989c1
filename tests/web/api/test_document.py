import jsonschema
import pytest

from service.web.api import application, document
from tests import openapi


@pytest.fixture(scope="module")
def made() -> dict:
    return application.described(application.operations())


class TestMade:
    def test_is_the_copy_that_clients_are_checked_against(self, made):
        assert document.written(made) == openapi.COPY.read_text("utf-8"), "run make openapi"

    def test_names_components_plainly(self, made):
        assert [name for name in made["components"]["schemas"] if "__" in name] == []

    def test_has_schemas_that_are_ones_and_no_loose_reference(self, made):
        schemas = made["components"]["schemas"]

        def references(told):
            if isinstance(told, dict):
                if isinstance(told.get("$ref"), str):
                    yield told["$ref"]
                for value in told.values():
                    yield from references(value)
            elif isinstance(told, list):
                for value in told:
                    yield from references(value)

        for schema in schemas.values():
            jsonschema.Draft202012Validator.check_schema(schema)
        for reference in references(made):
            kind, name = reference.removeprefix("#/components/").split("/")
            assert name in made["components"][kind]

    def test_says_of_each_route_who_may_and_what_may_go_wrong(self, made):
        for methods in made["paths"].values():
            for method, told in methods.items():
                assert told["x-scope"] in {"read", "write"}
                assert told["x-role"] in {"viewer", "researcher", "admin"}
                assert {"401", "403", "422", "429"} <= set(told["responses"])
                headers = {one["name"] for one in told["parameters"] if one["in"] == "header"}
                assert ("Idempotency-Key" in headers) == (method == "post")


class TestPathOf:
    def test_writes_arguments_in_braces(self):
        assert document.path_of("/a/<b>/<path:c>/<int(max=9):d>") == "/a/{b}/{c}/{d}"
