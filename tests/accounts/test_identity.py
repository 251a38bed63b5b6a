"""Whose session it is: found while it lasts and its person works here, by one statement each that is compiled once."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from accounts.identity import PERSON, SESSION, SessionStore
from accounts.models import Event, name_of
from tests import factories


@pytest.fixture
def person(client, db):
    user = factories.UserFactory()
    client.force_login(user)
    return user


def ends(**past):
    Session.objects.update(expire_date=timezone.now() - timedelta(**past))


@pytest.mark.parametrize(
    ("change", "is_known"),
    [
        (lambda user: None, True),
        (lambda user: ends(seconds=1), False),
        (lambda user: Session.objects.all().delete(), False),
        (lambda user: type(user).objects.update(is_active=False), False),
        (lambda user: user.delete(), False),
        (lambda user: ends(hours=-1), True),
    ],
    ids=["as it is", "past its end", "gone", "account at rest", "account gone", "an hour left"],
)
def test_a_session_is_its_persons_while_both_are_there(client, person, change, is_known):
    change(person)

    answer = client.get(reverse("feedback_new"))

    assert answer.status_code == (200 if is_known else 302)
    assert answer.wsgi_request.user.is_authenticated == is_known


def test_rows_are_those_of_a_fresh_query(client, person, django_assert_num_queries):
    fresh_session, fresh_person = Session.objects.get(), type(person).objects.get(pk=person.pk)

    with django_assert_num_queries(2):
        session = SESSION.first(key=fresh_session.session_key, now=timezone.now())
        user = PERSON.first(pk=person.pk)

    for row, fresh in ((session, fresh_session), (user, fresh_person)):
        assert vars(row) | {"_state": None} == vars(fresh) | {"_state": None}


def test_a_key_that_is_nobodys_begins_a_new_session(db):
    store = SessionStore("x" * 32)

    assert (store.load(), store.session_key) == ({}, None)


@pytest.mark.parametrize("name", ["王示", ""])
def test_the_name_of_a_person_as_a_column_is_what_str_says(db, name):
    person = factories.UserFactory(username="c001", name=name)
    Event.objects.create(actor=person, verb="x", subject="x.y", subject_id=1)

    assert Event.objects.annotate(who=name_of("actor")).get().who == str(person)
