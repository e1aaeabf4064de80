"""Every test run has a data folder of its own, gone at the end."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="textmeter-tests-")
os.environ["TEXTMETER_DATA_DIR"] = _folder
for _name in ("PUBLIC_URL", "DATABASE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "LOG_FORMAT"):
    os.environ[f"TEXTMETER_{_name}"] = ""
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
