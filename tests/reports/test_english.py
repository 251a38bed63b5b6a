"""Papers are in Chinese, whoever makes them and in whatever language that person reads the portal."""

import datetime
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from campaigns.files import store_upload
from inspections.models import FindingFile
from reports import actions
from reports.models import Bulletin
from tests.conftest import viewer
from tests.factories import FindingFactory, ParticipationFactory, RankingGroupFactory
from tests.reports.printed import pages_of, text_of

WORD = re.compile(r"[A-Za-z]+")


@pytest.fixture
def office(campaign):
    person = viewer(campaign, office=True)
    campaign.office_name, campaign.host.name = "示范县创建办", "示范县"
    campaign.save()
    campaign.host.save()
    people = User.objects.filter(pk=person.user.pk)
    people.update(language="en", name="李示范")
    return viewer(campaign, office=True, user=people.get())


@pytest.fixture
def week(campaign, office):
    """Something in every section: new, late, waiting, with a photo and a place; one word of Latin in the data."""
    group = RankingGroupFactory(campaign=campaign, name="县直单位")
    unit = ParticipationFactory(campaign=campaign, ranking_group=group).department
    unit.name = "示范县城管局"
    unit.save()
    picture = BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 90)).save(picture, "JPEG")
    photo = store_upload(SimpleUploadedFile("路面.jpg", picture.getvalue()), campaign=campaign, by=office)
    now = timezone.make_aware(datetime.datetime(2026, 3, 16, 9))
    due_at = timezone.make_aware(datetime.datetime(2026, 3, 12))
    for n in range(4):
        row = FindingFactory(
            campaign=campaign,
            lead=unit,
            text="LED灯箱破损",
            place="人民路",
            site=None,
            issued_at=now - datetime.timedelta(days=6),
            due_on=datetime.date(2026, 3, 11),
            due_at=due_at,
            clock_due_at=due_at,
        )
        FindingFile.objects.create(finding=row, file=photo, position=n)
    return now


def test_an_english_reader_publishes_a_chinese_paper(campaign, office, week, signed_in):
    client = signed_in(office)
    client.post(reverse("bulletin_new", args=[campaign.pk]), {"monday": "2026-03-09"})
    bulletin = Bulletin.objects.get()
    assert "Write the bulletin" in client.get(reverse("bulletin_edit", args=[campaign.pk, bulletin.pk])).content.decode()

    texts = actions.texts_by_rule(bulletin)
    client.post(
        reverse("bulletin_edit", args=[campaign.pk, bulletin.pk]),
        {"version": bulletin.version, "title": bulletin.title} | texts | {"next": "下周请抓紧整改。"},
    )
    leader = viewer(campaign, leader=True)
    User.objects.filter(pk=leader.user.pk).update(language="en", name="王签发")
    leader.user.refresh_from_db()
    for person, move in ((office, "review"), (leader, "sign"), (office, "publish")):
        assert (
            signed_in(person).post(reverse("bulletin_move", args=[campaign.pk, bulletin.pk]), {"move": move}).status_code == 302
        )
    pdf = signed_in(office).get(reverse("bulletin_pdf", args=[campaign.pk, bulletin.pk])).content

    text = "".join(text_of(page) for page in pages_of(pdf))
    assert set(WORD.findall(text)) == {"LED"}
    assert "示范县城管局" in text
    assert "下周请抓紧整改" in text


def test_reading_the_paper_before_it_is_kept_writes_nothing(campaign, office, week, signed_in):
    bulletin = actions.compose_bulletin(campaign, monday=datetime.date(2026, 3, 9), by=office, at=week)
    for by, move in ((office, "review"), (viewer(campaign, leader=True), "sign"), (office, "publish")):
        actions.move_bulletin(bulletin, move=move, by=by, at=week)
    address = reverse("bulletin_pdf", args=[campaign.pk, bulletin.pk])

    before = signed_in(office).get(address).content

    bulletin.refresh_from_db()
    assert bulletin.pdf == ""
    actions.render_due_bulletins()
    assert signed_in(office).get(address).content == before
