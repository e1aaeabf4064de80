"""SQLite goes on reading and writing a file that was deleted or replaced under it, and what it writes is
lost with it. So who writes, works or vouches looks first whether the file is still the one."""

from __future__ import annotations

import threading
from pathlib import Path

from django.db import connection

_opened = threading.local()  # (device, inode) of what this thread's connection has open


def leave_a_file_that_is_gone() -> None:
    """Has the connection opened anew, on whatever the path holds now. Raises FileNotFoundError where it
    holds nothing: SQLite would make an empty database there."""
    if connection.vendor != "sqlite" or "mode=memory" in str(connection.settings_dict["NAME"]):
        return
    found = Path(str(connection.settings_dict["NAME"])).stat()
    present = (found.st_dev, found.st_ino)
    if connection.connection is not None and getattr(_opened, "file", present) != present:
        connection.close()
    _opened.file = present
