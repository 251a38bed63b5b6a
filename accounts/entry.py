"""The demo's doors: one click signs a person of the demo in, on this machine only."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings

from accounts.models import User


@dataclass(frozen=True)
class Door:
    """A person of the demo: group (the campaign), label (what they are), user_id."""

    group: str
    label: str
    user_id: int


# campaigns registers who stands behind the doors; accounts knows no roles.
PEOPLE: list[Callable[[], list[Door]]] = []


def is_open(request) -> bool:
    """The demo runs, and the visitor sits at this very machine (no proxy in between)."""
    if not settings.DEMO or "HTTP_X_FORWARDED_FOR" in request.META:
        return False
    return ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback  # noqa: S104 - a missing address is no loopback


def doors() -> list[Door]:
    return [door for people in PEOPLE for door in people()]


def user_behind(user_id: int) -> User | None:
    """The demo person, if there is such a door."""
    known = {door.user_id for door in doors()}
    return User.objects.filter(pk=user_id, is_active=True).first() if user_id in known else None
