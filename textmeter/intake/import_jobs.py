"""An uploaded file, tried or imported by a worker."""

from __future__ import annotations

from textmeter.accounts.models import Company
from textmeter.intake.import_audit import AGAIN, IN_THE_BROWSER, ImportLine
from textmeter.intake.import_csv import ImportReport
from textmeter.intake.import_file import NOTHING, import_file
from textmeter.intake.import_header import UnreadableFile
from textmeter.intake.import_report import as_kept
from textmeter.intake.jobs import Failed, Progress
from textmeter.intake.models import Job, JobKind
from textmeter.intake.uploads import find, keep
from textmeter.lib.sentences import Sentence

BROKEN_OFF = Sentence("It was broken off and taken up again: what was there by then counts as known.")


def read_upload(job: Job, progress: Progress) -> str:
    """What came of it is kept beside the file. The file goes once it is imported."""
    is_trial = job.kind == JobKind.TRY_FILE
    upload = find(job.about.partition("\n")[0], job.company_id)
    company = Company.objects.filter(pk=job.company_id or 0, removed_at=None).first()
    if upload is None or company is None or not upload.path.exists():
        raise Failed(
            Sentence(
                "The uploaded file isn’t in this worker’s data folder any more. Upload it again; if "
                "workers run on several machines, use `textmeter import csv`."
            )
        )
    upload.runs += 1
    keep(upload)
    where = IN_THE_BROWSER + (AGAIN if upload.runs > 1 else "")
    try:
        # Opened here, for only a file that comes by its path is read by a process of its own, and a worker's
        # threads don't bear being copied.
        with upload.path.open("rb") as file:
            report = import_file(
                company,
                file,
                zone_name=upload.zone or None,
                columns=upload.columns or NOTHING,
                dry_run=is_trial,
                progress=progress,
                line=ImportLine(company, by=job.asked_by, file=upload.name, where=where),
            )
    except UnreadableFile as error:
        raise Failed(Sentence("%(why)s Nothing was imported.", why=error.args[0])) from None
    if upload.runs > 1 and not is_trial:
        report.notes += (BROKEN_OFF,)
    if is_trial:
        upload.tried = as_kept(report)
    else:
        upload.imported = as_kept(report)
    keep(upload)
    if not is_trial:
        upload.path.unlink(missing_ok=True)
    return _words(report, is_trial)


def _words(report: ImportReport, is_trial: bool) -> str:
    counts = {"added": report.added, "known": report.known, "refused": len(report.refused)}
    if is_trial:
        return Sentence("%(added)s to add, %(known)s known already, %(refused)s refused.", **counts)
    return Sentence("%(added)s added, %(known)s known already, %(refused)s refused.", **counts)
