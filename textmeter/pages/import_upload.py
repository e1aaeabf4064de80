"""An upload that goes straight into its file, piece by piece."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers, StopUpload

FIELD = "file"


class IntoFile(FileUploadHandler):
    """Takes the one field; whatever else claims to be a file is passed over. Above `most` bytes it stops, and
    the sender is cut off."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__()
        self.path, self.most = path, most
        self.received = 0
        self.is_too_large = False
        self._file: IO[bytes] | None = None

    def new_file(self, *args: object, **more: object) -> None:
        super().new_file(*args, **more)  # type: ignore[arg-type]
        if self.field_name == FIELD and self._file is None and not self.received:
            self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._file is None:
            return
        self.received += len(raw_data)
        if self.received > self.most:
            self.is_too_large = True
            raise StopUpload(connection_reset=True)
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        if self._file is None:
            return None
        self.close()
        return UploadedFile(None, self.file_name, size=file_size)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
