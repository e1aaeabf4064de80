"""Settings from the environment or a `.env` file; a wrong value stops the start with one line.

docs/settings.md lists every TEXTMETER_ setting.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import load_dotenv

from textmeter.lib.languages import languages_in
from textmeter.lib.loglines import logging_settings
from textmeter.lib.mail_url import ALLOWED, mail_settings
from textmeter.lib.quotes import quoted
from textmeter.postgres.address import OPTIONS, SCHEMES, postgres, without_password
from textmeter.sqlite.log_file import LONGEST


class WrongSetting(SystemExit):
    """One line on stderr that names the setting, its value and what is allowed; exit code 2."""

    def __init__(self, name: str, value: str, allowed: str) -> None:
        sys.stderr.write(f"textmeter: {name} is {quoted(value)}; allowed: {allowed}.\n")
        super().__init__(2)


def _read_env_file() -> None:
    """What the environment says already stays as it is."""
    path = Path.cwd() / ".env"
    try:
        if path.is_file():
            load_dotenv(path)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(".env", str(path), f"a text file in UTF-8 that can be read ({error})") from None


_read_env_file()


# What this process asked for, and the file and folders that it found missing and made, the innermost first.
KNOWN: set[str] = set()
MADE: list[Path] = []


def _setting(name: str, default: str) -> str:
    KNOWN.add(f"TEXTMETER_{name}")
    return os.environ.get(f"TEXTMETER_{name}", "").strip() or default


def _data_dir() -> Path:
    path = Path(_setting("DATA_DIR", "./data")).expanduser().resolve()
    MADE.extend(one for one in (path, *path.parents) if not one.exists())
    try:
        path.mkdir(parents=True, exist_ok=True)
        # Rights alone don't tell: a file system may be mounted for reading only.
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError as error:
        raise WrongSetting(
            "TEXTMETER_DATA_DIR", str(path), f"a folder that can be written ({error.strerror})"
        ) from None


def _secret_key() -> str:
    given = _setting("SECRET_KEY", "")
    if given:
        return given
    path = DATA_DIR / "secret.key"
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
            MADE.insert(0, path)
        key = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(
            "TEXTMETER_SECRET_KEY", "", f"a text of your own, as {path} can't be used ({error})"
        ) from None
    if not key:
        raise WrongSetting("TEXTMETER_SECRET_KEY", "", f"a text of your own, as {path} is empty")
    return key


def _write_once(path: Path, text: str) -> None:
    """Of two processes that start at once the first wins, and nobody ever reads half a key."""
    handle, half = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(half, path)
    finally:
        os.unlink(half)


def _public_url() -> str:
    url = _setting("PUBLIC_URL", "").rstrip("/")
    if url and not _is_address(url):
        raise WrongSetting("TEXTMETER_PUBLIC_URL", url, "an address such as https://texts.example.com")
    return url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # asking for a port that is none raises
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username)
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable()


def _database() -> dict[str, object]:
    url = _setting("DATABASE_URL", "")
    parts = urlsplit(url)
    if parts.scheme in SCHEMES:
        found = postgres(url)
        if found is None:
            raise _wrong_database(url)
        return found
    if url and (parts.scheme != "sqlite" or parts.netloc or not parts.path.strip("/")):
        raise _wrong_database(url)
    path = Path(parts.path[1:]) if url else DATA_DIR / "textmeter.sqlite3"
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        name = "TEXTMETER_DATABASE_URL" if url else "TEXTMETER_DATA_DIR"
        raise WrongSetting(name, url or str(DATA_DIR), f"a place where {path} can be made and written")
    return {
        "ENGINE": "textmeter.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        # Tests use a real file too: several threads and processes read it.
        "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
        "OPTIONS": {
            # A writer takes its lock at once, so that it never has to give up half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
            " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
            f" PRAGMA wal_autocheckpoint={LONGEST}; PRAGMA journal_size_limit={LONGEST * 4096};",
        },
    }


def _wrong_database(url: str) -> WrongSetting:
    options = " or ".join(OPTIONS)
    return WrongSetting(
        "TEXTMETER_DATABASE_URL",
        without_password(url),
        "sqlite:///relative/path, sqlite:////absolute/path, or postgres://user:password@host:5432/database"
        f" with ?name=value of {options} behind it (default: SQLite in the data folder)",
    )


def _allowed_hosts() -> list[str]:
    hosts = [host.strip() for host in _setting("ALLOWED_HOSTS", "").split(",") if host.strip()]
    for host in hosts:
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]", host):
            raise WrongSetting(
                "TEXTMETER_ALLOWED_HOSTS", host, "names or addresses with commas between, no scheme, no port"
            )
    return hosts or ["localhost", "127.0.0.1", "[::1]"]


def _days(name: str, default: str) -> int:
    value = _setting(name, default)
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 36_500:
        raise WrongSetting(f"TEXTMETER_{name}", value, "a whole number of days, 1 to 36500")
    return int(value)


def _one_of(name: str, *allowed: str) -> str:
    value = _setting(name, allowed[0])
    if value not in allowed:
        raise WrongSetting(f"TEXTMETER_{name}", value, " or ".join(allowed))
    return value


def _metrics_token() -> str:
    token = _setting("METRICS_TOKEN", "")
    if token and not re.fullmatch(r"[!-~]{16,200}", token):
        raise WrongSetting(
            "TEXTMETER_METRICS_TOKEN",
            "***",
            "16 to 200 letters, digits and signs without spaces, such as `openssl rand -hex 24` makes",
        )
    return token


def _mail() -> dict[str, Any]:
    url = _setting("MAIL_URL", "")
    found = mail_settings(url)
    if found is None:
        raise WrongSetting("TEXTMETER_MAIL_URL", without_password(url), ALLOWED)
    return found


DATA_DIR = _data_dir()
SECRET_KEY = _secret_key()
PUBLIC_URL = _public_url()
RECEIPT_DAYS = _days("RECEIPT_DAYS", "30")
METRICS_TOKEN = _metrics_token()
LOG_FORMAT = _one_of("LOG_FORMAT", "text", "json")
globals().update(_mail())

DEBUG = False
_behind_tls = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = _allowed_hosts()
if PUBLIC_URL:
    _public = urlsplit(PUBLIC_URL)
    _name = _public.hostname or ""
    ALLOWED_HOSTS.append(f"[{_name}]" if ":" in _name else _name)
    CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "textmeter.accounts",
    "textmeter.ledger",
    "textmeter.intake",
    "textmeter.pages",
]

MIDDLEWARE = [
    "textmeter.pages.request_log.RequestLogMiddleware",
    # Webhooks come before what follows: they bypass sessions, CSRF and host checks.
    "textmeter.intake.hooks.HooksMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "textmeter.pages.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "textmeter.pages.reader.ReaderMiddleware",
    "textmeter.pages.forms_alone.FormsAloneMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "textmeter.pages.sign_in_first.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "textmeter.urls"
WSGI_APPLICATION = "textmeter.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).parent / "pages" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "textmeter.pages.environment.environment",
            "context_processors": ["django.contrib.messages.context_processors.messages"],
        },
    },
    # allauth brings templates of its own for what textmeter doesn't show otherwise.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).parent / "pages" / "static"]
# Static files are served from where they lie; nothing is collected.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True

LANGUAGE_CODE = "en"
LOCALE_PATHS = [Path(__file__).parent / "locale"]
LANGUAGES = languages_in(LOCALE_PATHS[0])
USE_TZ = True
TIME_ZONE = "UTC"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
ACCOUNT_ADAPTER = "textmeter.accounts.adapter.ClosedAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
# One place for every process, so that throttling counts all attempts.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "textmeter_cache"}
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _behind_tls
CSRF_FAILURE_VIEW = "textmeter.pages.errors.forged"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if _behind_tls:
    # The proxy adds the reader's address at the end: sign-in attempts are counted by that one.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = logging_settings(LOG_FORMAT)
