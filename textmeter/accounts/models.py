"""Who signs in, which companies there are, and who may see which."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy

from textmeter.lib.days import zone
from textmeter.lib.ids import new_company_id, new_id


class Role(models.TextChoices):
    ADMIN = "admin", gettext_lazy("Admin")
    MANAGER = "manager", gettext_lazy("Manager")
    REPORTING = "reporting", gettext_lazy("Reporting")


class Company(models.Model):
    """A business with an IANA time zone; owns trackers and everything that happens on them."""

    id = models.IntegerField(primary_key=True, default=new_company_id, editable=False)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64)
    is_sample = models.BooleanField(default=False)
    # Since when (ms) it is being removed; from then on nobody reads it.
    removed_at = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> Any:
        return zone(self.time_zone)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str, role: Role) -> User:
        user = self.model(email=self.normalize_email(email).lower(), role=role)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=16, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    companies = models.ManyToManyField(Company, blank=True, related_name="users")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        """What a session must know: it ends when the password changes, and when the address does."""
        known = f"{self.password}\n{self.email}"
        return salted_hmac("textmeter.accounts.models.User", known, algorithm="sha256").hexdigest()


class FirstAdminLink(models.Model):
    """The one-time link that makes the first admin; only its hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.BigIntegerField()


class PasswordLink(models.Model):
    """The one-time link by which a user chooses a password; only its hash is kept. A new one takes the
    place of the one before."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="password_link")
    token_hash = models.CharField(max_length=64, unique=True)
    until = models.BigIntegerField()


class AuditLine(models.Model):
    """Who changed what, when. It refers to nothing, so that it outlives what it tells of."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    at = models.BigIntegerField()
    by = models.CharField(max_length=254)
    company_id = models.IntegerField(null=True, db_index=True)
    company_name = models.CharField(max_length=200, blank=True)
    what = models.TextField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.what
