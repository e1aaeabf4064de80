"""Each TEXTMETER_ setting: what it does, and the one line that a wrong value ends with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHOW = "from textmeter import settings; print({})"


def python(data: Path, code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TEXTMETER_")}
    root = str(Path(__file__).parent.parent.parent)
    return subprocess.run(
        [sys.executable, "-c", code],
        env=clean | {"TEXTMETER_DATA_DIR": str(data), "PYTHONPATH": root} | settings,
        cwd=data,
        capture_output=True,
        text=True,
        check=False,
    )


def value(data: Path, expression: str, **settings: str) -> str:
    ran = python(data, SHOW.format(expression), **settings)
    assert ran.stderr == ""
    return ran.stdout.strip()


@pytest.mark.parametrize(
    ("name", "wrong", "allowed"),
    [
        ("RECEIPT_DAYS", "0", "a whole number of days"),
        ("RECEIPT_DAYS", "soon", "a whole number of days"),
        ("RECEIPT_DAYS", "٣٠", "a whole number of days"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("PUBLIC_URL", "texts.example.com", "an address such as https://texts.example.com"),
        ("PUBLIC_URL", "https://", "an address"),
        ("PUBLIC_URL", "https://[bad", "an address"),
        ("PUBLIC_URL", "https://a:99999", "an address"),
        ("PUBLIC_URL", "https://a/?q=1", "an address"),
        ("DATABASE_URL", "mysql://a/b", "sqlite:///relative/path"),
        ("DATABASE_URL", "sqlite://", "sqlite:///relative/path"),
        ("DATABASE_URL", "postgres://somewhere", "sqlite:///relative/path"),
        ("DATABASE_URL", "postgres://a/b?passfile=/c", "sqlite:///relative/path"),
        ("DATABASE_URL", "postgres://a:port/b", "sqlite:///relative/path"),
        ("DATABASE_URL", "postgres://a:99999/b", "sqlite:///relative/path"),
        ("DATABASE_URL", "postgres://a:0/b", "sqlite:///relative/path"),
        ("DATABASE_URL", "sqlite:////nowhere/texts.db", "a place where /nowhere/texts.db can be made"),
        ("DATABASE_URL", "sqlite:////tmp", "a place where /tmp can be made"),
        ("ALLOWED_HOSTS", "https://a", "names or addresses"),
        ("ALLOWED_HOSTS", "a, b c", "names or addresses"),
        ("MAIL_URL", "mail.example.com", "smtp://, smtp+tls:// or smtps://"),
        ("MAIL_URL", "smtp://mail.example.com", "smtp://, smtp+tls:// or smtps://"),
        ("MAIL_URL", "smtp://mail.example.com:99999", "smtp://, smtp+tls:// or smtps://"),
        ("DATA_DIR", "/proc/nowhere", "a folder that can be written"),
        ("DATA_DIR", "/dev/null", "a folder that can be written"),
    ],
)
def test_a_wrong_value_ends_with_one_line(tmp_path: Path, name: str, wrong: str, allowed: str) -> None:
    ran = python(tmp_path, SHOW.format("1"), **{f"TEXTMETER_{name}": wrong})
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert ran.stderr.startswith(f"textmeter: TEXTMETER_{name} is ")
    assert f"allowed: {allowed}" in ran.stderr
    assert name == "ALLOWED_HOSTS" or wrong in ran.stderr


def test_a_password_in_an_address_is_not_printed(tmp_path: Path) -> None:
    ran = python(tmp_path, SHOW.format("1"), TEXTMETER_DATABASE_URL="mysql://ana:geheim@db/texts")
    assert "mysql://ana:***@db/texts" in ran.stderr
    assert "geheim" not in ran.stderr


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = value(tmp_path, "settings.SECRET_KEY")
    assert len(first) > 40
    assert value(tmp_path, "settings.SECRET_KEY") == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert value(tmp_path, "settings.SECRET_KEY", TEXTMETER_SECRET_KEY="mine") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_an_empty_key_is_said(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    ran = python(tmp_path, SHOW.format("1"))
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "secret.key is empty" in ran.stderr


def test_a_file_of_settings_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TEXTMETER_RECEIPT_DAYS=7\nTEXTMETER_LOG_FORMAT=json\n")
    shown = "settings.RECEIPT_DAYS, settings.LOG_FORMAT"
    assert value(tmp_path, shown) == "7 json"
    assert value(tmp_path, shown, TEXTMETER_RECEIPT_DAYS="9") == "9 json"


def test_a_file_of_settings_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    ran = python(tmp_path, SHOW.format("1"))
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)


def test_the_database_is_where_it_is_said_to_be(tmp_path: Path) -> None:
    name = "settings.DATABASES['default']['NAME']"
    assert value(tmp_path, name) == str(tmp_path / "textmeter.sqlite3")
    assert value(tmp_path, name, TEXTMETER_DATABASE_URL="sqlite:///texts.db") == "texts.db"
    assert value(tmp_path, name, TEXTMETER_DATABASE_URL="sqlite:////var/texts.db") == "/var/texts.db"


def test_a_postgres_address_is_taken_apart(tmp_path: Path) -> None:
    shown = (
        "{name: settings.DATABASES['default'][name] for name in ('NAME', 'USER', 'PASSWORD', 'HOST', 'PORT')}"
    )
    given = "postgres://ann:a%20b@db.example.com:5433/texts?sslmode=require"
    assert value(tmp_path, shown, TEXTMETER_DATABASE_URL=given) == (
        "{'NAME': 'texts', 'USER': 'ann', 'PASSWORD': 'a b', 'HOST': 'db.example.com', 'PORT': '5433'}"
    )
    option = "settings.DATABASES['default']['OPTIONS']['sslmode']"
    assert value(tmp_path, option, TEXTMETER_DATABASE_URL=given) == "require"


def test_a_wrong_address_is_said_without_its_password(tmp_path: Path) -> None:
    for password in ("secret", "sec/ret", "sec@ret", "sec:ret"):
        ran = python(tmp_path, SHOW.format("1"), TEXTMETER_DATABASE_URL=f"postgres://ann:{password}@host")
        assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
        assert "sec" not in ran.stderr.partition("allowed")[0]


def test_the_public_address_opens_its_name_and_secures_cookies(tmp_path: Path) -> None:
    shown = "settings.ALLOWED_HOSTS[-1], settings.SESSION_COOKIE_SECURE, settings.CSRF_TRUSTED_ORIGINS"
    given = "https://texts.example.com/base/"
    assert value(tmp_path, shown, TEXTMETER_PUBLIC_URL=given) == (
        "texts.example.com True ['https://texts.example.com']"
    )


def test_help_needs_no_data_folder(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "textmeter", "company", "add", "--help"],
        env=os.environ | {"TEXTMETER_DATA_DIR": "/proc/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Example:" in ran.stdout


def test_a_misspelt_setting_is_said_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TEXTMETER_RECIEPT_DAYS=7\n")
    set_up = "from textmeter.cli.ground import set_up_django; set_up_django()"
    around = {"TEXTMETER_DATABASE_URI": "postgres://db/texts", "TEXTMETER_SEED": "1", "TEXTMETER_TEST_X": "1"}
    ran = python(tmp_path, set_up, **around)
    assert ran.returncode == 0
    assert ran.stderr.splitlines() == [
        "textmeter: TEXTMETER_DATABASE_URI is no setting, and does nothing. The nearest one is"
        " TEXTMETER_DATABASE_URL.",
        "textmeter: TEXTMETER_RECIEPT_DAYS is no setting, and does nothing. The nearest one is"
        " TEXTMETER_RECEIPT_DAYS.",
    ]
    beside = f"import sys; sys.argv.append('--with-parent'); {set_up}"
    assert python(tmp_path, beside, **around).stderr == ""  # the parent has said it


def test_a_mail_server_is_one_address(tmp_path: Path) -> None:
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    told = f"[{', '.join(f'settings.EMAIL_{name}' for name in names)}, settings.DEFAULT_FROM_EMAIL]"
    given = "smtp+tls://me%40example.com:p%3Aw@mail.example.com?from=texts@example.com"
    assert value(tmp_path, told, TEXTMETER_MAIL_URL=given) == str(
        ["mail.example.com", 587, "me@example.com", "p:w", True, False, "texts@example.com"]
    )
    assert value(tmp_path, "settings.EMAIL_HOST == ''") == "True"


def test_a_wrong_mail_address_shows_no_password(tmp_path: Path) -> None:
    ran = python(tmp_path, SHOW.format("1"), TEXTMETER_MAIL_URL="smtp://me:sesame@mail.example.com")
    assert (ran.returncode, "sesame" in ran.stderr) == (2, False)
