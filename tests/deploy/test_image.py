"""The Dockerfile, without Docker: its shape, and that what it installs is whole."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = re.sub(r"\\\n\s*", " ", (ROOT / "deploy" / "Dockerfile").read_text()).splitlines()


def said(instruction: str) -> list[str]:
    return [line.partition(" ")[2].strip() for line in LINES if line.startswith(f"{instruction} ")]


def sources() -> list[str]:
    """What is copied from the repository."""
    return [one for copy in said("COPY") if "--from" not in copy for one in copy.split()[:-1]]


def test_what_is_copied_exists_and_is_let_into_the_build() -> None:
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    let_in = [line[1:] for line in ignored if line.startswith("!")]
    assert "*" in ignored
    assert sources()
    for source in sources():
        assert (ROOT / source).exists(), source
        assert any(source == one or source.startswith(f"{one}/") for one in let_in), source
    assert not any(fnmatch("data", one) or fnmatch(".env", one) for one in let_in)


def test_its_base_is_pinned_and_small_and_both_parts_have_the_same() -> None:
    bases = {line.split()[0] for line in said("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"debian:\d+\.\d+-slim", bases.pop())


def test_every_package_comes_by_its_hash() -> None:
    (packages, product) = [line for line in said("RUN") if "pip install" in line]
    assert "--require-hashes" in packages
    assert set(re.findall(r"-r (\S+)", packages)) == {"requirements/build.txt", "requirements/runtime.txt"}
    assert "--no-index" in product
    assert "--no-deps" in product


def test_it_runs_as_a_user_without_rights_on_a_volume() -> None:
    at_last = LINES[max(place for place, line in enumerate(LINES) if line.startswith("FROM")) :]
    user = next(place for place, line in enumerate(at_last) if line.startswith("USER "))
    assert at_last[user] == "USER textmeter"
    assert not [line for line in at_last[user:] if line.startswith(("RUN", "COPY", "ADD"))]
    assert said("VOLUME") == ["/data"]
    assert "TEXTMETER_DATA_DIR=/data" in said("ENV")[0].split()
    assert said("STOPSIGNAL") == ["SIGTERM"]


def test_it_is_asked_for_its_health_and_starts_the_server() -> None:
    (health,) = said("HEALTHCHECK")
    program, flag, code = json.loads(health[health.index("[") :])
    assert (program, flag) == ("python3", "-c")
    compile(code, "HEALTHCHECK", "exec")
    assert "/healthz" in code
    assert json.loads(said("ENTRYPOINT")[0]) == ["textmeter"]
    assert json.loads(said("CMD")[0]) == ["serve", "--host", "0.0.0.0", "--port", "8000"]


def test_an_installation_that_is_no_clone_has_every_file(tmp_path: Path) -> None:
    """Templates, style sheets, SQL: all that lies beside the code comes along."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps", "--no-build-isolation"]
    copy = tmp_path / "source"
    for path in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "textmeter", "pyproject.toml",
         "README.md", "LICENSE", "requirements"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines():  # fmt: skip
        if (ROOT / path).is_file():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes((ROOT / path).read_bytes())
    subprocess.run([*command, "-q", "-w", tmp_path, copy], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    here = {str(path.relative_to(copy)) for path in (copy / "textmeter").rglob("*") if path.is_file()}
    assert here - inside == set()
