"""The keeper's pages."""

import re

import pytest
from django.contrib import admin

from accounts.models import Event, Feedback, User
from tests.factories import UserFactory


@pytest.fixture
def keeper(client, db):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_only_accounts_and_reference_tables_are_registered():
    assert {"accounts.user", "accounts.feedback"} <= {model._meta.label_lower for model in admin.site._registry}
    assert {"event", "finding", "membership", "group", "bulletin"} & {
        model._meta.model_name for model in admin.site._registry
    } == set()


def test_the_keeper_lets_a_person_in_again_by_a_link(client, keeper):
    person = UserFactory()

    page = client.post("/admin/accounts/user/", {"action": "give_link", "_selected_action": person.pk}, follow=True)

    address = re.search(r"/password/[^\s<]+/", page.content.decode()).group()
    assert client.get(address).status_code == 200
    assert Event.objects.get().verb == "user.link"


def test_ending_an_account_is_logged_and_nothing_is_deleted(client, keeper):
    person = UserFactory(username="zhao", name="赵示")

    client.post(f"/admin/accounts/user/{person.pk}/change/", {"username": "zhao", "name": "赵示", "language": "zh-hans"})

    person.refresh_from_db()
    assert (person.is_active, Event.objects.get().verb) == (False, "user.edit")
    assert client.get(f"/admin/accounts/user/{person.pk}/delete/").status_code == 403
    assert client.get("/admin/accounts/user/add/").status_code == 403
    assert User.objects.count() == 2


def test_suggestions_are_read_not_written(client, keeper):
    kept = Feedback.objects.create(user=keeper, text="少报一张表")

    assert "少报一张表" in client.get("/admin/accounts/feedback/").content.decode()
    assert client.post(f"/admin/accounts/feedback/{kept.pk}/change/", {"text": "x"}).status_code == 403
