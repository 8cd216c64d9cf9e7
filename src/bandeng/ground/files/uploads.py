"""Uploads on their way in (settings.FILE_UPLOAD_HANDLERS): never on a disk as they are, and never all in memory.

Django keeps a request's files in memory or, above a limit, in plain files under /tmp, where a crash, a backup or a
colleague finds them. Here what is more than a megabyte goes to a nameless file under a key that lives in this process
only, until `vault` seals it under its case's key.
"""

import secrets
import tempfile
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from .services.receive import MAX_BYTES

IN_MEMORY = 1024 * 1024
MAX_REQUEST = 10 * MAX_BYTES + 4 * 1024 * 1024  # ten files, the most a case takes, and the words beside them


class Scratch:
    """Bytes written once and read from the beginning, as often as asked."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the upload
        self._cipher = Cipher(algorithms.AES(secrets.token_bytes(32)), modes.CTR(secrets.token_bytes(16)))
        self._turned = self._cipher.encryptor()

    @property
    def closed(self) -> bool:
        return self._file.closed

    def write(self, data: bytes) -> None:
        self._file.write(self._turned.update(data))

    def read(self, size: int = -1) -> bytes:
        return self._turned.update(self._file.read(size))

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go back to the beginning; nobody needs another place."""
        if offset or whence:
            raise ValueError("An upload is read from its beginning.")
        self._turned = self._cipher.decryptor()
        return self._file.seek(0)

    def close(self) -> None:
        self._file.close()


class SealedUploadHandler(FileUploadHandler):
    """Takes all files of a request. What is beyond the size that is taken is counted, so as to be refused, not kept."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None) -> None:  # noqa: N803
        if content_length > MAX_REQUEST:
            raise RequestDataTooBig("More than ten files at their largest.")

    def new_file(self, *args: Any, **more: Any) -> None:
        super().new_file(*args, **more)
        self.scratch = Scratch()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= MAX_BYTES:
            self.scratch.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.scratch.seek(0)
        return UploadedFile(
            file=self.scratch,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "scratch"):
            self.scratch.close()
