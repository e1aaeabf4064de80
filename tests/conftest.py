"""Every test run has a data folder of its own, gone at the end."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="textmeter-tests-")
os.environ["TEXTMETER_DATA_DIR"] = _folder
for _name in ("PUBLIC_URL", "DATABASE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "LOG_FORMAT"):
    os.environ[f"TEXTMETER_{_name}"] = ""
_maker = os.getpid()


@atexit.register
def _remove() -> None:
    """Not by a child that a test has forked."""
    if os.getpid() == _maker:
        shutil.rmtree(_folder, ignore_errors=True)
