"""Files of an export that are being written: rows are counted and hashed as they come."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service.formats.exports import kinds, parquet
from service.formats.exports.kinds import Format
from service.formats.exports.record import Judged


class Part:
    """One file, with ids beside it where its format takes none."""

    def __init__(self, folder: Path, name: str, form: Format) -> None:
        """Begin a file called after the part and the format.

        Raises
        ------
        ParquetMissing
        """
        self.form = form
        self.rows = 0
        self.prompts: set[str] = set()
        self._file = _File(folder / f"{name}{form.ending}")
        self._beside = _File(folder / f"{name}.meta.jsonl") if form.is_strict else None
        self._typed = (
            parquet.Writer(self._file, form.columns) if form.ending == kinds.PARQUET else None
        )

    def put(self, record: Judged, row: Mapping[str, Any]) -> None:
        """Write a row that a record gave."""
        if self._typed:
            self._typed.write(row)
        else:
            if not self.rows:
                self._file.write(self.form.head(row))
            self._file.write(self.form.line(row))
        self.rows += 1
        self.prompts.add(record.split_key)
        if self._beside:
            beside = {
                "row": self.rows,
                "pair_id": record.pair_id,
                "prompt_id": record.prompt_key,
                "votes": len(record.votes),
            }
            self._beside.write(kinds.as_json(beside))

    @property
    def name(self) -> str:
        """What the file is called."""
        return self._file.path.name

    def close(self) -> None:
        """Write what waits; the files are whole then."""
        try:
            if self._typed:
                self._typed.close()
        finally:
            self._file.close()
            if self._beside:
                self._beside.close()

    def rename(self, old: str, new: str) -> None:
        """Let the part be another one, such as training data what was for tests."""
        for file in filter(None, (self._file, self._beside)):
            file.path = file.path.rename(file.path.with_name(file.path.name.replace(old, new, 1)))

    def told(self) -> dict[str, dict[str, Any]]:
        """Return rows, bytes and hash of its files, by their names."""
        files = filter(None, (self._file, self._beside))
        return {
            file.path.name: {"rows": self.rows, "bytes": file.size, "sha256": file.hexdigest()}
            for file in files
        }


class _File:
    """A new file that knows its size and hash; as much of a stream as Parquet asks for."""

    closed = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._digest = hashlib.sha256()
        self._stream = path.open("xb")

    def write(self, content: Any) -> int:
        self._digest.update(content)
        self.size += len(content)
        return self._stream.write(content)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._stream.flush()

    def hexdigest(self) -> str:
        return self._digest.hexdigest()

    def close(self) -> None:
        self.closed = True
        self._stream.close()
