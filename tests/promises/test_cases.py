"""Promise: each kind of fault that people reported of neighbouring tools is held by a test."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FILES = "cli/test_data_cases.py"
CALLS = "workers/test_llm.py"
EXPORTS = "formats/exports/test_writing.py::TestWrite"

# The number of a case, what it is about, and the tests that walk over its kind. The files of
# imports stand in cli/cases: how each of them ends is in the table ENDS of cli/test_data_cases.py.
HELD = {
    "01": ("delimiters, long and wide", ["formats/test_delimiters.py::TestTell"]),
    "03": ("encodings, marks, line ends", ["formats/test_encodings.py::TestAsUtf8"]),
    "04": ("arrays of JSON", ["formats/test_arrays.py::TestRead"]),
    "06": ("numbers that are none", ["formats/test_json_values.py::TestUnstorable"]),
    "09": ("winners as others write them", ["formats/test_votes.py::TestRead"]),
    "10": (
        "names that nearly match",
        ["usecases/sighted/studies/test_import_names.py::TestClosest"],
    ),
    "11": (
        "corrected texts, filled ones",
        [
            "usecases/sighted/studies/test_imports_replacing.py::TestReplace",
            "usecases/sighted/studies/test_imports_replacing.py::TestFill",
        ],
    ),
    "12": ("samples", ["usecases/sighted/studies/test_imports_replacing.py::TestSamples"]),
    "13": ("battles and pairs", ["formats/test_battles.py::TestRead"]),
    "17": (
        "large files beside raters",
        [
            "test_importing.py::TestTransactions::test_write_no_more_however_long_the_file_is",
            "test_importing.py::TestTransactions::test_neither_read_nor_render_while_they_last",
            "test_importing.py::TestBesideARater",
        ],
    ),
    "18-28": ("renderings", [f"{FILES}::TestShown::test_every_rendering_can_be_shown"]),
    "28": ("reasoning in answers", [f"{FILES}::TestShown::test_reasoning_is_no_part_of_an_answer"]),
    "32": (
        "answers that say who wrote them",
        [f"{FILES}::TestShown::test_who_says_who_they_are_is_found_in_every_language"],
    ),
    "38": ("one that nobody beats", [f"{FILES}::TestCases"]),
    "40": ("boards at their limits", [f"{FILES}::TestBoards"]),
    "41-44": (
        "providers that answer oddly",
        [
            f"{CALLS}::TestComplete",
            f"{CALLS}::TestFaults::test_ends_in_its_class_in_time_after_one_request",
            f"{CALLS}::TestFaults::test_an_error_in_a_good_answer_is_quoted_and_its_wait_kept",
            f"{CALLS}::TestNotSent::test_a_model_gets_the_bound_under_the_name_that_it_takes",
            f"{CALLS}::TestNotSent::test_a_parameter_that_the_model_refuses_is_named_and_costs_nothing",
        ],
    ),
    "45": ("braces of templates", [f"{FILES}::TestStudyFiles::test_braces_stay_what_they_are"]),
    "46": (
        "columns that are null in one file",
        [
            f"{EXPORTS}::test_gives_a_column_one_type_in_all_files_though_few_are_graded",
        ],
    ),
    "53": (
        "words of YAML",
        [f"{FILES}::TestStudyFiles::test_words_that_yaml_takes_for_something_else_are_named"],
    ),
}


def defined(path):
    """The classes and tests of a file, as pytest names them."""
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    classes = [one for one in tree.body if isinstance(one, ast.ClassDef)]
    return {one.name for one in classes} | {
        f"{one.name}::{test.name}"
        for one in classes
        for test in one.body
        if isinstance(test, ast.FunctionDef)
    }


class TestCases:
    @pytest.mark.parametrize("number", HELD)
    def test_have_tests_that_are_there(self, number):
        for told in HELD[number][1]:
            path, _, name = told.partition("::")
            assert name in defined(path), told

    def test_of_all_files_are_held(self):
        kept = (TESTS / "cli" / "cases").iterdir()
        starts = tuple(f"{number}-" for number in HELD)
        others = {path.name for path in kept if not path.name.startswith(starts)}
        assert others == {"README.md", "base-dew.jsonl"}
