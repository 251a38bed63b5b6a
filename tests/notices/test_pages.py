from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.actions import notify, read_notice
from notices.models import Notice
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def told(user, n, **fields):
    return notify(user, kind="test", key=f"test:{user.pk}:{n}", text=f"消息{n}", **fields)


def test_my_messages_are_mine_alone(client):
    me, other = UserFactory(), UserFactory()
    told(me, 1), told(other, 2)
    client.force_login(me)

    text = client.get(reverse("notice_list")).content.decode()

    assert ("消息1" in text, "消息2" in text) == (True, False)


def test_opening_marks_as_read_and_leads_to_the_row(client):
    me = UserFactory()
    notice = told(me, 1, url="/messages/?all=1")
    client.force_login(me)

    answer = client.post(reverse("notice_open", args=[notice.pk]))

    assert answer.url == "/messages/?all=1"
    assert Notice.objects.of(me).unread().count() == 0


def test_an_address_outside_is_not_followed(client):
    me = UserFactory()
    notice = told(me, 1, url="//elsewhere.example/")
    client.force_login(me)

    assert client.post(reverse("notice_open", args=[notice.pk])).url == reverse("notice_list")


def test_somebody_elses_message_is_not_found(client):
    notice = told(UserFactory(), 1)
    client.force_login(UserFactory())

    assert client.post(reverse("notice_open", args=[notice.pk])).status_code == 404


def test_telling_twice_is_telling_once():
    me = UserFactory()
    told(me, 1), told(me, 1)

    assert Notice.objects.count() == 1


def test_the_moment_of_the_first_reading_stays():
    notice, first = told(UserFactory(), 1), timezone.now()

    read_notice(notice, at=first)
    read_notice(notice, at=first + timedelta(hours=1))

    notice.refresh_from_db()
    assert notice.read_at == first


def test_read_all(client):
    me = UserFactory()
    told(me, 1), told(me, 2)
    client.force_login(me)

    client.post(reverse("notice_read_all"))

    assert Notice.objects.of(me).unread().count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(client, rows, django_assert_num_queries):
    me = UserFactory()
    for n in range(rows):
        told(me, n)
    client.force_login(me)

    with django_assert_num_queries(6):
        client.get(reverse("notice_list"))
