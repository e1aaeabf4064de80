from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.intake.conftest import _fresh_intake

__all__ = ["_fresh_intake"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A new folder, gone after the test, which another user may be let into."""
    with TemporaryDirectory(prefix="textmeter-faults-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
