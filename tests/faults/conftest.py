from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.cluster import Cluster, running_cluster
from tests.intake.conftest import _fresh_intake

__all__ = ["_fresh_intake"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A new folder, gone after the test, which another user may be let into."""
    with TemporaryDirectory(prefix="textmeter-faults-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def cluster(open_folder: Path) -> Iterator[Cluster]:
    folder = open_folder / "postgres"
    folder.mkdir()
    with running_cluster(folder) as one:
        yield one
