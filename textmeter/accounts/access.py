"""Who may see and change what. A company that the user may not read does not exist for them (404);
one that they may read but not change is refused (403)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from textmeter.accounts.models import Company, Role, User
from textmeter.lib.sentences import Sentence


class AdminsOnly(PermissionDenied):
    """Of what managers may neither see nor change."""


def companies_for_reading(user: User) -> QuerySet[Company]:
    """Every company for an admin, else those the user was given; none that is being removed."""
    found = Company.objects.all() if user.role == Role.ADMIN else user.companies.all()
    return found.filter(removed_at=None)


def company_for_reading(request: HttpRequest, company_id: int) -> Company:
    """The company, for anyone with a right to it; else Http404, as for one that doesn't exist."""
    user = _signed_in(request)
    company = companies_for_reading(user).filter(pk=company_id).first()
    if company is None:
        raise Http404("No such company.")
    return company


def company_for_managing(request: HttpRequest, company_id: int) -> Company:
    """The company, for its managers and admins; Http404 without a right to read, else PermissionDenied."""
    company = company_for_reading(request, company_id)
    if not may_manage(request):
        raise PermissionDenied(Sentence("Only managers and admins may change this."))
    return company


def may_manage(request: HttpRequest) -> bool:
    """Whether the reader of a company may also change its names, numbers and notes."""
    return _signed_in(request).role != Role.REPORTING


def company_for_admins(request: HttpRequest, company_id: int) -> Company:
    """The company, for admins; Http404 without a right to read, else AdminsOnly."""
    company = company_for_reading(request, company_id)
    if _signed_in(request).role != Role.ADMIN:
        raise AdminsOnly(Sentence("Only admins may see and change this."))
    return company


def installation_for_admins(request: HttpRequest) -> User:
    """The user, when an admin; else Http404: nobody else knows what stands beside their own companies."""
    user = _signed_in(request)
    if user.role != Role.ADMIN:
        raise Http404("No such page.")
    return user


def _signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.is_active:
        raise Http404("No such company.")
    return request.user
