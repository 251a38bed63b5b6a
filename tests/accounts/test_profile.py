"""One's own account, language and suggestions."""

import pytest
from django.urls import reverse

from accounts.models import Event, Feedback
from tests.conftest import viewer
from tests.factories import UserFactory

OLD, NEW = "seven-lanterns-9", "eight-lanterns-10"


@pytest.fixture
def person(db, client):
    user = UserFactory(email="old@example.invalid")
    user.set_password(OLD)
    user.save()
    client.force_login(user)
    return user


def test_a_person_changes_phone_and_mail(client, person):
    answer = client.post(reverse("profile"), {"what": "about", "phone": "0571-1", "email": "new@example.invalid"})

    person.refresh_from_db()
    assert (answer.status_code, person.phone, person.email) == (302, "0571-1", "new@example.invalid")
    assert Event.objects.get().verb == "user.profile"


def test_a_wrong_mail_address_is_kept_in_the_field_and_not_saved(client, person):
    answer = client.post(reverse("profile"), {"what": "about", "phone": "", "email": "no-address"})

    person.refresh_from_db()
    assert (answer.status_code, person.email) == (422, "old@example.invalid")
    assert 'value="no-address"' in answer.content.decode()


def test_a_new_password_needs_the_old_one_and_keeps_one_signed_in(client, person):
    wrong = {"what": "password", "old_password": "x", "new_password1": NEW, "new_password2": NEW}

    assert client.post(reverse("profile"), wrong).status_code == 422
    assert client.post(reverse("profile"), wrong | {"old_password": OLD}).status_code == 302

    person.refresh_from_db()
    assert person.check_password(NEW)
    assert client.get(reverse("profile")).status_code == 200


def test_pages_are_chinese_unless_the_person_chose_otherwise(client, person):
    page = client.get(reverse("profile"), headers={"accept-language": "en"})
    assert page.headers["Content-Language"] == "zh-hans"

    client.post(reverse("language_set"), {"language": "en"})

    person.refresh_from_db()
    assert person.language == "en"
    assert client.get(reverse("profile")).headers["Content-Language"] == "en"


def test_a_visitor_chooses_the_language_of_the_browser(client, db):
    client.post(reverse("language_set"), {"language": "en", "next": "/sign-in/"})

    assert client.get(reverse("sign_in")).headers["Content-Language"] == "en"
    assert client.post(reverse("language_set"), {"language": "xx"}).status_code == 404


def test_a_suggestion_is_stored_with_its_page_and_leads_back(client, campaign):
    office = viewer(campaign, office=True)
    client.force_login(office.user)
    form = client.get(reverse("feedback_new"), {"page": "/me/", "campaign": campaign.pk}).content.decode()
    assert 'value="/me/"' in form

    answer = client.post(reverse("feedback_new"), {"text": "少报一张表", "page": "/me/", "campaign": campaign.pk})

    kept = Feedback.objects.get()
    assert (kept.user, kept.text, kept.page, kept.campaign_id) == (office.user, "少报一张表", "/me/", campaign.pk)
    assert (answer.status_code, answer.url) == (302, "/me/")


@pytest.mark.parametrize("page", ["https://elsewhere.invalid/", "//elsewhere.invalid", "javascript:alert(1)"])
def test_a_suggestion_never_leads_to_another_site(client, person, page):
    assert client.post(reverse("feedback_new"), {"text": "好", "page": page}).url == "/"


def test_an_empty_suggestion_is_asked_again(client, person):
    assert client.post(reverse("feedback_new"), {"text": " ", "page": "/me/"}).status_code == 422
    assert Feedback.objects.count() == 0
