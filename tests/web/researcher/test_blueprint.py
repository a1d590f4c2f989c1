import gzip
from importlib import resources

import pytest

from service.web import static


class TestStudioFiles:
    def test_every_page_asks_for_files_that_exist_and_may_be_kept(self, studio):
        page = studio.page("")
        for name in ("pico.min.css", "studio.css", "pictures.css", "plots.css", "htmx.min.js"):
            path = f"_files/{static.STUDIO.version}/{name}"
            assert f"/studio/{path}" in page
            answer = studio.get(path)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]

    def test_is_packed_where_the_browser_can_unpack(self, studio):
        path = f"_files/{static.STUDIO.version}/pico.min.css"
        packed = studio.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == studio.get(path).data

    def test_another_edition_is_not_kept(self, studio):
        assert studio.get("_files/old/studio.css").headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        "name", ["nothing.css", "VENDORED.md", "__init__.py", "..%2faccess.py"]
    )
    def test_sends_nothing_else(self, studio, name):
        assert studio.get(f"_files/{static.STUDIO.version}/{name}").status_code == 404

    def test_every_vendored_file_has_its_licence_and_its_line(self):
        vendor = resources.files("service.web.researcher") / "static" / "vendor"
        notes = (vendor / "VENDORED.md").read_text()
        names = [entry.name for entry in vendor.iterdir()]
        vendored = [name for name in names if ".min." in name or name.endswith(".ttf")]
        assert len(vendored) == 3
        for name in vendored:
            licence = f"{name.partition('.')[0]}.LICENSE.txt"
            assert (vendor / licence).is_file()
            assert f"`{name}`" in notes
            assert f"`{licence}`" in notes

    def test_nothing_is_loaded_from_elsewhere(self):
        for name in ("studio.css", "pictures.css", "plots.css", "studio.js"):
            text = static.STUDIO.every[name].body.decode()
            assert "http" not in text.replace("// plain http on", "")
            assert "url(" not in text

    def test_no_style_names_a_picture_that_the_policy_would_block(self):
        # A rule that a later style sheet takes back still acts until that one has come.
        for name in ("pico.min.css", "studio.css", "pictures.css", "plots.css"):
            assert "url(" not in static.STUDIO.every[name].body.decode()
