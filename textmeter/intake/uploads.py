"""Files that people uploaded to be imported. They lie in the data folder, outside of the database, until they
are imported, for a day at most; beside each, under the same name, what is known of it."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from textmeter.intake.models import Job, JobKind
from textmeter.lib.days import now_ms

MOST_BYTES = 256 * 1024 * 1024
KEPT_MS = 86_400_000
KINDS = (JobKind.TRY_FILE, JobKind.IMPORT_FILE)
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class Upload:
    """`name`: as the file was called where it came from: for people only. `columns`: meaning → column, as
    chosen; None: nothing was chosen. `zone`: of times without an offset, empty for the company's. `runs`: how
    often the present reading was begun. `tried`, `imported`: what came of it, as import_report keeps it."""

    key: str
    company_id: int
    name: str
    at: int
    columns: dict[str, str] | None = None
    zone: str = ""
    runs: int = 0
    tried: dict[str, Any] | None = field(default=None)
    imported: dict[str, Any] | None = field(default=None)

    @property
    def path(self) -> Path:
        return _folder() / f"{self.key}.csv"

    @property
    def about(self) -> str:
        """Of its jobs."""
        return f"{self.key}\n{self.name}"


def new_upload(company_id: int) -> Upload:
    """Its file is to be written at `path` by the caller, who then says `keep`."""
    _folder().mkdir(mode=0o700, exist_ok=True)
    return Upload(secrets.token_hex(16), company_id, "", now_ms())


def keep(upload: Upload) -> None:
    """Writes down what is known of it, whole or not at all."""
    beside = upload.path.with_suffix(".json.part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(upload), file)
    beside.replace(upload.path.with_suffix(".json"))


def find(key: str, company_id: int | None = None) -> Upload | None:
    """None where there is none (any more), or it is another company's."""
    if not _KEY.fullmatch(key):
        return None
    try:
        found = Upload(**json.loads((_folder() / f"{key}.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return found if company_id in (None, found.company_id) else None


def uploads_of(company_id: int) -> list[Upload]:
    """The latest first."""
    if not _folder().is_dir():
        return []
    found = (find(path.stem, company_id) for path in _folder().glob("*.json"))
    return sorted((one for one in found if one), key=lambda one: -one.at)


def discard(upload: Upload) -> None:
    for suffix in (".csv", ".json"):
        upload.path.with_suffix(suffix).unlink(missing_ok=True)


def sweep() -> None:
    """Takes away what is older than a day, whatever it is a rest of, but for what a job still needs."""
    if not _folder().is_dir():
        return
    needed = {job.about.partition("\n")[0] for job in Job.objects.filter(kind__in=KINDS, ended_at=None)}
    for path in _folder().iterdir():
        try:
            is_old = path.stat().st_mtime * 1000 < now_ms() - KEPT_MS
        except FileNotFoundError:
            continue
        if is_old and path.name.partition(".")[0] not in needed:
            path.unlink(missing_ok=True)


def open_reading(company_id: int) -> Job | None:
    """A job that reads a file of the company now, or is to."""
    return Job.objects.filter(kind__in=KINDS, company_id=company_id, ended_at=None).first()


def latest_reading(upload: Upload) -> Job | None:
    return Job.objects.filter(kind__in=KINDS, about=upload.about).last()


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "imports"
