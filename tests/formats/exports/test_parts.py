import hashlib

import pytest

from service.formats.exports import kinds
from service.formats.exports.parts import Part
from tests.formats.exports.judged import judged
from tests.formats.exports.rows import rows


class TestPart:
    @pytest.mark.parametrize("name", ["trl-dpo", "trl-dpo-parquet", "csv", "nova"])
    def test_counts_and_hashes_what_it_writes(self, tmp_path, name):
        form = kinds.by_name(name)
        part = Part(tmp_path, "test", form)
        for row in rows(form.rows) * 3:
            part.put(judged(), row)
        part.close()
        part.rename("test", "train")
        told = part.told()
        assert set(told) == {path.name for path in tmp_path.iterdir()}
        assert all(file.startswith("train.") for file in told)
        for file, about in told.items():
            content = (tmp_path / file).read_bytes()
            assert about["sha256"] == hashlib.sha256(content).hexdigest()
            assert (about["rows"], about["bytes"]) == (3, len(content))
        assert part.prompts == {"key-1"}
