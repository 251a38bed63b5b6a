"""Who asks: the session and its person, each by a statement that is compiled once."""

from datetime import datetime

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.asking import Asking
from accounts.models import User

SESSION = Asking(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), key=str, now=datetime)
PERSON = Asking(lambda pk: User.objects.filter(pk=pk), pk=int)


class SessionStore(db.SessionStore):
    """Django's own, but for how a row is found."""

    def _get_session_from_db(self):
        row = SESSION.first(key=self.session_key, now=timezone.now())
        if row is None:
            self._session_key = None
        return row


class Passwords(ModelBackend):
    """Django's own, but for how the person of a session is found."""

    def get_user(self, user_id):
        user = PERSON.first(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None
