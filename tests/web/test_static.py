import gzip
import hashlib
import re
from importlib import resources

from service.blinding.highlighting import HIGHLIGHT_CLASSES
from service.blinding.sanitising import ALIGNMENT_CLASSES, PLAIN_CLASS, PROSE_CLASS
from service.web import static


class TestRaterFiles:
    def test_are_sent_compressed_where_that_is_understood(self, client):
        with client.application.test_request_context():
            address = static.RATER.address("rate.js")
        plain = client.get(address)
        small = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert small.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.data) == plain.data
        assert plain.headers["Vary"] == "Accept-Encoding"

    def test_every_file_has_a_type(self):
        for name, asset in static.RATER.every.items():
            assert asset.content_type, name
            assert asset.body

    def test_an_unknown_one_is_not_there(self, client):
        for name in ("../app.py", "..%2f__init__.py", "x.js"):
            assert client.get(f"/assets/v/{name}").status_code == 404

    def test_modules_import_files_that_exist(self):
        for name, asset in static.RATER.every.items():
            if not name.endswith(".js"):
                continue
            for imported in re.findall(r'from "\./([^"]+)"', asset.body.decode()):
                assert imported in static.RATER.every, name

    def test_html_enters_the_page_in_one_file_only(self):
        danger = re.compile(
            r"\.innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.write|eval\("
        )
        found = [
            name
            for name, asset in static.RATER.every.items()
            if not name.endswith(".woff2") and danger.search(asset.body.decode())
        ]
        assert found == ["html.js"]

    def test_every_vendored_file_has_its_licence_its_line_and_its_hash(self):
        vendor = resources.files("service.web.rater") / "static" / "vendor"
        notes = (vendor / "VENDORED.md").read_text("utf-8")
        vendored = [entry for entry in vendor.iterdir() if entry.name.endswith(".woff2")]
        assert [entry.name for entry in vendored] == ["stix-two-math.woff2"]
        for entry in vendored:
            licence = f"{entry.name.partition('.')[0]}.LICENSE.txt"
            assert "Open Font License" in (vendor / licence).read_text("utf-8").title()
            assert f"`{entry.name}`" in notes
            assert f"`{licence}`" in notes
            assert hashlib.sha256(entry.read_bytes()).hexdigest() in notes

    def test_nothing_is_loaded_from_elsewhere(self):
        for name, asset in static.RATER.every.items():
            if name.endswith(".css"):
                asked = re.findall(r"url\(\"([^\"]*)\"\)|url\(", asset.body.decode())
                assert set(asked) <= set(static.RATER.every), name

    def test_a_font_is_sent_as_one(self, client):
        with client.application.test_request_context():
            address = static.RATER.address("stix-two-math.woff2")
        answer = client.get(address)
        assert answer.content_type == "font/woff2"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "font-src 'self'" in answer.headers["Content-Security-Policy"]


class TestRaterStylesheet:
    def test_covers_every_class_a_text_may_carry(self):
        sheet = static.RATER.every["rater.css"].body.decode()
        for name in (*HIGHLIGHT_CLASSES, *ALIGNMENT_CLASSES, PLAIN_CLASS, PROSE_CLASS):
            assert f".{name}" in sheet

    def test_styles_those_classes_inside_of_texts_only(self):
        sheet = static.RATER.every["rater.css"].body.decode()
        for name in (*ALIGNMENT_CLASSES, PLAIN_CLASS, PROSE_CLASS):
            for rule in re.findall(rf"[^{{}}\n]*\.{name}\b[^{{}}\n]*(?={{)", sheet):
                assert rule.removeprefix(".pane ").startswith(".text "), rule

    def test_texts_under_judgement_have_a_contrast_of_seven(self):
        sheet = static.RATER.every["tokens.css"].body.decode()
        light, dark = sheet.split("@media")
        for theme in (light, dark):
            colours = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", theme))
            for name in ("ink", *(name for name in colours if name.startswith("code-"))):
                for ground in ("raised", "tint"):
                    assert contrast(colours[name], colours[ground]) >= 7, (name, ground)
            for name in ("quiet", "accent"):
                for ground in ("raised", "paper"):
                    assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
            assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
            assert contrast(colours["edge"], colours["raised"]) >= 3

    def test_names_no_side(self):
        sheet = static.RATER.every["rater.css"].body.decode()
        assert not re.search(r"pane-(left|right)|(left|right)-text|tab-(left|right)", sheet)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
