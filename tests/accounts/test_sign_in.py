"""Who gets in, and how often they may try."""

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import Event, User
from config import settings as portal
from tests.conftest import viewer
from tests.factories import CampaignFactory, UserFactory

PASSWORD = "seven-lanterns-9"


@pytest.fixture
def person(db):
    user = UserFactory(username="linlan")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, password, **more):
    return client.post(reverse("sign_in"), {"username": "linlan", "password": password, **more})


def test_a_right_password_opens_the_page_one_wanted(client, person):
    answer = sign_in(client, PASSWORD, next="/me/")

    assert (answer.status_code, answer.url) == (302, "/me/")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_another_site_is_never_the_next_page(client, person):
    assert sign_in(client, PASSWORD, next="https://elsewhere.invalid/").url == "/"


def test_a_wrong_password_says_what_to_do_and_keeps_the_account_name(client, person):
    answer = sign_in(client, "wrong")

    assert answer.status_code == 422
    assert 'value="linlan"' in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_five_wrong_passwords_rest_the_account_even_for_the_right_one(client, person):
    for _try in range(4):
        assert sign_in(client, "wrong").status_code == 422

    assert sign_in(client, "wrong").status_code == 429
    assert sign_in(client, PASSWORD).status_code == 429
    assert "_auth_user_id" not in client.session


def test_a_new_one_time_link_ends_the_rest(client, person):
    for _try in range(5):
        sign_in(client, "wrong")

    actions.set_password(person, password=PASSWORD)

    assert sign_in(client, PASSWORD).status_code == 302


def test_somebody_signed_out_is_sent_to_sign_in(client, db):
    answer = client.get("/me/")

    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/me/")


def test_sign_out_is_a_post(client, person):
    client.force_login(person)

    assert client.get(reverse("sign_out")).status_code == 405
    assert client.post(reverse("sign_out")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_one_time_link_sets_the_password_once(client, db):
    user = actions.make_user(username="lisi", name="李示", by=None)
    link = actions.one_time_link(user, by=None)

    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200  # looking does not use it up
    assert client.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    client.post(reverse("sign_out"))
    assert client.post(link, {"password": "another-lantern-8", "again": "another-lantern-8"}).status_code == 410
    assert client.get(link).status_code == 410
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert list(Event.objects.order_by("pk").values_list("verb", "actor")) == [
        ("user.create", None),
        ("user.link", None),
        ("user.password", user.pk),
        ("user.sign_in", user.pk),
        ("user.sign_out", user.pk),
    ]


@pytest.mark.parametrize(
    ("password", "again"),
    [("short", "short"), ("1234567890123", "1234567890123"), (PASSWORD, "other"), ("password1234", "password1234")],
)
def test_a_weak_or_mistyped_password_is_refused_and_the_link_stays(client, db, password, again):
    user = actions.make_user(username="lisi", name="李示", by=None)
    link = actions.one_time_link(user, by=None)

    answer = client.post(link, {"password": password, "again": again})

    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("path", ["/password/MQ/none/", "/password/%20/x-y/", "/password/999999/a-b/"])
def test_an_invented_link_says_what_to_do(client, db, path):
    assert client.get(path).status_code == 410


def test_the_first_link_makes_the_keeper_once(client, db):
    link = actions.first_link()
    data = {"name": "何示", "username": "keeper", "password": PASSWORD, "again": PASSWORD}

    assert client.get(link).status_code == 200
    assert client.post(link, data).status_code == 302

    keeper = User.objects.get()
    assert (keeper.username, keeper.is_superuser, keeper.check_password(PASSWORD)) == ("keeper", True, True)
    assert actions.first_link() is None
    assert client.post(link, data | {"username": "second"}).status_code == 410
    assert User.objects.count() == 1


def test_a_first_link_that_nobody_signed_opens_nothing(client, db):
    assert client.get("/start/keeper/").status_code == 410


def test_without_the_demo_there_is_no_one_click_entry(client, settings, campaign):
    settings.DEMO = False
    user = viewer(campaign, office=True).user

    assert client.post(reverse("demo_enter"), {"user": user.pk}).status_code == 404
    assert reverse("demo_enter") not in client.get(reverse("sign_in")).content.decode()


def test_the_demo_shows_one_door_per_role_and_lets_in(client, settings, campaign):
    settings.DEMO = True
    office, second = viewer(campaign, office=True).user, viewer(campaign, office=True).user
    leader = viewer(campaign, leader=True).user

    page = client.get(reverse("sign_in")).content.decode()

    assert [f'value="{user.pk}"' in page for user in (office, second, leader)] == [True, False, True]
    assert client.post(reverse("demo_enter"), {"user": leader.pk}).status_code == 302
    assert client.session["_auth_user_id"] == str(leader.pk)


@pytest.mark.parametrize("extra", [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}])
def test_the_demo_lets_nobody_in_from_another_machine(client, settings, campaign, extra):
    settings.DEMO = True
    user = viewer(campaign, office=True).user

    assert client.post(reverse("demo_enter"), {"user": user.pk}, **extra).status_code == 404


def test_the_demo_lets_in_only_people_of_its_doors(client, settings, db):
    settings.DEMO = True
    CampaignFactory()
    stranger = UserFactory()

    assert client.post(reverse("demo_enter"), {"user": stranger.pk}).status_code == 403
    assert client.post(reverse("demo_enter"), {"user": "x"}).status_code == 403


def test_a_password_is_kept_as_argon2_would(settings):
    settings.PASSWORD_HASHERS = portal.PASSWORD_HASHERS  # the tests' own is quick
    user = UserFactory.build()

    user.set_password(PASSWORD)

    assert user.password.startswith("argon2")
