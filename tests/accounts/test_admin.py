"""The keeper's pages."""

import html
import re

import pytest
from django.contrib import admin

from accounts.models import Event, Feedback, User
from campaigns.models import Holiday
from tests.factories import UserFactory


@pytest.fixture
def keeper(client, db):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_only_accounts_and_reference_tables_are_registered():
    registered = {model._meta.label_lower for model in admin.site._registry}

    assert registered == {"accounts.user", "accounts.feedback", "campaigns.holiday"}


def test_the_keeper_finds_the_pages_in_the_menu_and_nobody_else_does(client, keeper, signed_in):
    link = 'href="/admin/"'
    kept = client.get("/").content.decode()
    other = signed_in(UserFactory()).get("/").content.decode()

    assert (link in kept, link in other) == (True, False)


def test_the_keepers_pages_speak_chinese(client, keeper):
    Holiday.objects.create(on="2026-10-01", name="示范节")
    Feedback.objects.create(user=keeper, text="少报一张表", page="页面")
    keeper.username, keeper.name = "管理", "示范管理员"
    keeper.save()
    pages = ["/admin/", "/admin/password_change/"]
    for model in admin.site._registry:
        base = f"/admin/{model._meta.label_lower.replace('.', '/')}/"
        pages += [base, f"{base}{model.objects.first().pk}/change/", f"{base}{model.objects.first().pk}/history/"]

    latin = {page: latin_words(client.get(page)) for page in pages}

    assert len(pages) == 11
    assert {page: words for page, words in latin.items() if words} == {}


def latin_words(answer):
    """Words of two letters and more that the page shows."""
    text = re.sub(r"(?s)<(script|style|template)\b.*?</\1>|<[^>]+>", " ", answer.content.decode())
    return sorted(set(re.findall(r"[A-Za-z]{2,}", html.unescape(text))) - {"English"})


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
