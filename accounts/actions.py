"""Writes with a rule about people, units and the log."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from axes.utils import reset
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import UNOPENED, Event, Feedback, User
from accounts.usage import hanging_on


def record(by, verb: str, obj: models.Model, *, at: datetime | None = None, department_id: int | None = None, **data) -> Event:
    """Write one Event about `obj`; call it inside the transaction of the change.

    by: a campaigns.viewer.Viewer, a User (outside a campaign), or None for the portal itself. data: plain values;
    old, new and note are shown on the time line; acting_for is added where the viewer acts as somebody's deputy, unless
    the caller knows better. at: when it happened, None = now. The campaign is the viewer's, else the row's.
    """
    event = _event(by, verb, obj, at, department_id, data)
    event.save()
    return event


def record_many(by, verb: str, rows: Iterable[models.Model], *, at: datetime | None = None, **data) -> None:
    """The same act on many rows: one Event each, written together."""
    Event.objects.bulk_create([_event(by, verb, row, at, None, data) for row in rows], batch_size=500)


def record_each(by, verb: str, rows: Iterable[tuple[models.Model, dict]], *, at: datetime | None = None, **data) -> None:
    """The same act on many rows, each with data of its own beside the common: one Event each, written together."""
    Event.objects.bulk_create([_event(by, verb, row, at, None, data | own) for row, own in rows], batch_size=500)


def _event(by, verb, obj, at, department_id, data) -> Event:
    actor = by if isinstance(by, User) else getattr(by, "user", None)
    campaign = getattr(by, "campaign", None)
    department_id = department_id or getattr(obj, "department_id", None)
    if not isinstance(by, User) and getattr(by, "lent", None):
        data = {"acting_for": by.acting_for(department_id)} | data
    now = timezone.now()
    return Event(
        actor=actor,
        verb=verb,
        subject=obj._meta.label_lower,
        subject_id=obj.pk,
        campaign_id=campaign.pk if campaign else getattr(obj, "campaign_id", None),
        department_id=department_id,
        data={key: value for key, value in data.items() if value not in ("", None)},
        at=at or now,
        received_at=now,
    )


@transaction.atomic
def make_user(
    *, username: str, name: str, by, email: str = "", phone: str = "", is_keeper: bool = False, at: datetime | None = None
) -> User:
    """A person who cannot sign in yet: give them a `one_time_link`. Raises ValidationError, e.g. a name in use."""
    user = User(username=username, name=name, email=email, phone=phone, is_staff=is_keeper, is_superuser=is_keeper)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    record(by, "user.create", user, at=at)
    return user


def one_time_link(user: User, *, by, at: datetime | None = None) -> str:
    """Path at which the person sets their password, once, within three days; a newer password ends it."""
    record(by, "user.link", user, at=at)
    return _link_of(user)


def _link_of(user):
    return reverse("password_set", args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)])


@transaction.atomic
def make_users(people: list[User], *, by, at: datetime | None = None) -> None:
    """Insert many people who cannot sign in yet, together. Raises ValidationError, e.g. for a name in use."""
    for user in people:
        user.set_unusable_password()
        user.clean_fields(exclude=["password"])
    if User.objects.filter(username__in=[user.username for user in people]).exists():
        raise ValidationError({"username": ValidationError(_("This account name is in use."), "unique")})
    User.objects.bulk_create(people, batch_size=500)
    record_many(by, "user.create", people, at=at)


@transaction.atomic
def drop_users(
    pks: Iterable[int], *, by, along: Sequence[type[models.Model]] = (), at: datetime | None = None
) -> list[tuple[User, str]]:
    """Delete the accounts nobody has opened and on which nothing hangs; those that stay, each with the reason.

    along: tables whose rows are no use of an account and go with their `user`, in this order. Whether the accounts are the
    caller's to delete is the caller's question.
    """
    rows = list(User.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    fresh = set(User.objects.filter(UNOPENED, pk__in=pks).values_list("pk", flat=True))
    hanging = hanging_on(User, fresh, but=along)
    gone = [row for row in rows if row.pk in fresh - hanging.keys()]
    record_each(by, "user.drop", [(row, {"old": row.name}) for row in gone], at=at)
    for table in along:
        table._base_manager.filter(user__in=gone).delete()
    User.objects.filter(pk__in=[row.pk for row in gone]).delete()
    used, opened = gettext("in use: %(what)s"), gettext("the account was opened")
    left = [row for row in rows if row not in gone]
    return [(row, used % {"what": hanging[row.pk]} if row.pk in hanging else opened) for row in left]


def one_time_links(people: list[User], *, by, at: datetime | None = None) -> list[str]:
    """The path of one_time_link for each of many, in their order."""
    record_many(by, "user.link", people, at=at)
    return [_link_of(user) for user in people]


def user_of_link(uid: str, token: str) -> User | None:
    """The person whose link this is; None if it was used, is too old or was never made."""
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except ValueError:
        return None
    return user if user and default_token_generator.check_token(user, token) else None


@transaction.atomic
def set_password(user: User, *, password: str, token: str = "", at: datetime | None = None) -> User:
    """Set the password by a one-time link (token) or, without one, by the signed-in person themselves.

    Raises ValidationError("used") if the link was used in the meantime. A lock-out of this name ends.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if token and not default_token_generator.check_token(user, token):
        raise ValidationError(_("This link was already used."), "used")
    user.set_password(password)
    user.save(update_fields=["password"])
    record(user, "user.password", user, at=at)
    reset(username=user.username)
    return user


def change_profile(user: User, *, phone: str, email: str, at: datetime | None = None) -> User:
    """What a person keeps up to date themselves; the name and the roles are the office's."""
    return _change(user, "user.profile", at=at, phone=phone, email=email)


def change_person(user: User, *, name: str, phone: str, email: str, by, at: datetime | None = None) -> User:
    """What was mistyped when the account was made; whether it is theirs to change is the caller's question."""
    return _change(user, "user.edit", by=by, at=at, name=name.strip(), phone=phone, email=email)


def change_language(user: User, *, language: str, at: datetime | None = None) -> User:
    return _change(user, "user.language", at=at, language=language)


@transaction.atomic
def _change(user, verb, *, at, by=None, **fields):
    user = User.objects.select_for_update().get(pk=user.pk)
    for name, value in fields.items():
        setattr(user, name, value)
    user.clean_fields(exclude=[field.name for field in user._meta.fields if field.name not in fields])
    user.save(update_fields=list(fields))
    record(by or user, verb, user, at=at)
    return user


FIRST_START = "accounts.first-start"


def first_link() -> str | None:
    """Path of the page that makes the keeper of a fresh portal; None once there is an account.

    Signed with the portal's secret key: only who can read the server's output has it.
    """
    return None if User.objects.exists() else reverse("first_start", args=[signing.dumps("keeper", salt=FIRST_START)])


def opens_portal(token: str) -> bool:
    """Is this the link of a portal that still has no account?"""
    try:
        signing.loads(token, salt=FIRST_START)
    except signing.BadSignature:
        return False
    return not User.objects.exists()


@transaction.atomic
def open_portal(*, token: str, username: str, name: str, password: str, at: datetime | None = None) -> User:
    """Make the keeper: the first account, may register units and open the first campaign. Raises ValidationError("used")."""
    _first_come()
    if not opens_portal(token):
        raise ValidationError(_("This link was already used."), "used")
    user = make_user(username=username, name=name, by=None, is_keeper=True, at=at)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(user, "user.keeper", user, at=at)
    return user


def _first_come() -> None:
    """Two first starts at once come one after the other. There is no account to lock yet: the row that names the table is."""
    ContentType.objects.select_for_update().get(app_label="accounts", model="user")


@transaction.atomic
def send_feedback(*, by: User, text: str, page: str = "", campaign_id: int | None = None, at: datetime | None = None) -> Feedback:
    """Keep what a person thinks of a page."""
    feedback = Feedback.objects.create(user=by, text=text, page=page, campaign_id=campaign_id, at=at or timezone.now())
    record(by, "feedback.create", feedback, at=at)
    return feedback
