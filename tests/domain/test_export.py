from service.domain import export
from service.domain.export import ExportState


def test_what_is_unfinished_is_neither_ready_nor_failed():
    assert set(export.UNFINISHED) == set(ExportState) - {ExportState.READY, ExportState.FAILED}
    assert export.MOST_UNFINISHED < export.MOST_KEPT
    assert export.LEASE < export.KEPT
