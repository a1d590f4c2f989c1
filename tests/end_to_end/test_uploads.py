"""Ugly files in a real browser: uploaded, mapped with a live preview, imported, and asked about."""

import io

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from service.usecases.sighted.studies import filing
from tests.end_to_end.access import violations
from tests.end_to_end.test_studio import sign_in

pytestmark = pytest.mark.browser

SEMICOLONS = (
    "Frage;Kategorie;Modell A, kurz;Modell B, lang\r\n"
    'Was ist Tau?;Wetter;"Wasser; nachts.";"**Tau** entsteht, wenn Luft abkühlt."\r\n'
    "was ist  Tau?;Wetter;Wasser.;Mehr Wasser.\r\n"
    ";Wetter;nichts;gefragt\r\n"
)


def spreadsheet() -> bytes:
    book = openpyxl.Workbook()
    for row in (["Nr.", "Kundin fragt", "Alt", "Neu"], [1, "Wo bleibt es?", "Hier.", "Dort."]):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


LINES = (
    b'{"question": "Who?", "model": "A", "output": "Me."}\nnot json\n'
    b'{"question": "Who?", "model": "B", "output": "You."}\n'
)
FILES = {
    "semikolon.csv": (SEMICOLONS.encode("cp1252"), "4 answers to 2 prompts"),
    "utf16.tsv": (
        "prompt\tA\tB\nGrüße?\tHallo.\tMoin.\n".encode("utf-16"),
        "2 answers to 1 prompt",
    ),
    "Mappe1.xlsx": (spreadsheet(), "2 answers to 1 prompt"),
    "mac.csv": (b"prompt,configuration,completion\rWhy?,A,So.\rWhy?,B,\r", "2 answers to 1 prompt"),
    "lines.jsonl": (LINES, "2 answers to 1 prompt"),
}


@pytest.fixture
def studio(open_house, page) -> tuple[Page, object]:
    house = open_house(state="draft", prompts=2)
    return sign_in(house, page), house


def upload(page: Page, name: str, content: bytes) -> None:
    page.get_by_role("link", name="Answers and votes").click()
    page.get_by_label("Table or list").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="What the columns mean")).to_be_visible()


def test_five_ugly_files_come_in(studio):
    page, house = studio
    page.goto(f"{house.address}/studio/{house.study.name}/prompts")
    for name, (content, said) in FILES.items():
        upload(page, name, content)
        status = page.locator("#preview").get_by_role("status").first
        expect(status, name).to_contain_text(said)
        assert violations(page) == [], name
        page.get_by_role("button", name="Import").click()
        expect(page.get_by_role("heading", name="What the import did")).to_be_visible()
    assert violations(page) == []
    with house.database.reading() as session:
        file = filing.file_of(session, house.study.name)
    asked = {prompt.turns[0] for prompt in file.prompts}
    assert asked >= {"Was ist Tau?", "Grüße?", "Wo bleibt es?", "Why?", "Who?"}
    assert {"A", "B", "Alt", "Neu", "Modell A, kurz"} <= {one.name for one in file.configurations}


def test_the_preview_follows_what_is_chosen_and_texts_are_asked_about(studio):
    page, house = studio
    page.goto(f"{house.address}/studio/{house.study.name}/answers")
    upload(page, "semikolon.csv", SEMICOLONS.encode())
    preview = page.locator("#preview")
    expect(preview).to_contain_text("1 row cannot be used")
    expect(preview).to_contain_text("line 3, as line 2")
    expect(preview.locator("strong", has_text="Tau")).to_be_visible()

    page.get_by_label("Frage").select_option("")
    expect(preview).to_contain_text("Say which column holds the prompt.")
    expect(page.get_by_role("button", name="Import")).to_be_disabled()
    page.get_by_label("Frage").select_option("prompt")
    page.get_by_label("Modell B, lang").select_option(label="Do not import")
    expect(preview).to_contain_text("2 answers to 2 prompts, by: Modell A, kurz (2).")
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#report")).to_contain_text("2 answers added")

    upload(page, "noch einmal.csv", SEMICOLONS.replace("Wasser.;", "Ganz anders.;").encode())
    expect(page.get_by_text("what they meant in the last file")).to_be_visible()
    expect(page.get_by_label("Modell B, lang")).to_have_value("")
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#report")).to_contain_text("1 answer has another text in the study.")
    assert violations(page) == []
    page.get_by_role("button", name="Take the texts of the file").click()
    expect(page.locator("#report")).to_contain_text("1 replaced")
