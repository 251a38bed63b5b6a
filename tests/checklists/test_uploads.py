"""Files in parts: each part once, in order, and nobody else's; the old ones go."""

import datetime
import hashlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse

from campaigns.models import StoredFile
from checklists.actions.uploads import append_part, forget_old_uploads, start_upload, take_uploads
from checklists.models import Evidence, Upload
from tests.checklists.material import NOW, head_of, material_case, noise
from tests.conftest import viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return material_case(rules=())


@pytest.fixture
def head(case):
    return head_of(case)


def test_parts_make_the_whole(head):
    upload = start_upload(name="讲堂.jpg", size=10, by=head)

    append_part(upload, offset=0, data=b"abcdef")
    row = append_part(upload, offset=6, data=b"ghij")

    assert (row.offset, row.is_whole, row.sha256) == (10, True, hashlib.sha256(b"abcdefghij").hexdigest())
    (file,) = take_uploads([row.key], by=head)
    assert (file.name, file.size, file.read()) == ("讲堂.jpg", 10, b"abcdefghij")


@pytest.mark.parametrize(
    ("offset", "data", "code"),
    [(0, b"again", "offset"), (7, b"gap", "offset"), (-1, b"x", "offset"), (4, b"", "offset"), (4, b"1234567", "too_large")],
)
def test_a_part_that_does_not_follow_is_refused(head, offset, data, code):
    upload = append_part(start_upload(name="a.jpg", size=10, by=head), offset=0, data=b"abcd")

    with pytest.raises(ValidationError) as caught:
        append_part(upload, offset=offset, data=data)

    upload.refresh_from_db()
    assert (caught.value.code, upload.offset) == (code, 4)
    assert take_uploads([upload.key], by=head) == []  # not whole


def test_a_part_whose_row_was_lost_comes_again(head):
    upload = start_upload(name="a.jpg", size=4, by=head)
    append_part(upload, offset=0, data=b"ab")
    Upload.objects.update(offset=0)  # killed between file and row

    append_part(upload, offset=0, data=b"AB")
    row = append_part(upload, offset=2, data=b"cd")

    assert take_uploads([row.key], by=head)[0].read() == b"ABcd"


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [("a.jpg", 0, "empty"), ("a.jpg", 50 * 2**20 + 1, "too_large"), ("a.zip", 500 * 2**20 + 1, "too_large")],
)
def test_what_is_announced_too_small_or_large_is_refused(head, name, size, code):
    with pytest.raises(ValidationError) as caught:
        start_upload(name=name, size=size, by=head)

    assert (caught.value.code, Upload.objects.count()) == (code, 0)


def test_nobody_fills_the_disk(head):
    for _n in range(2):
        start_upload(name="a.zip", size=500 * 2**20, by=head)

    with pytest.raises(ValidationError) as caught:
        start_upload(name="a.jpg", size=1, by=head)

    assert (caught.value.code, Upload.objects.count()) == ("quota", 2)


@pytest.mark.parametrize("role", ["office", "leader", "inspector"])
def test_only_units_send_material(case, role):
    with pytest.raises(PermissionDenied):
        start_upload(name="a.jpg", size=1, by=viewer(case.campaign, **{role: True}))

    assert Upload.objects.count() == 0


def test_the_name_is_cleaned(head):
    assert start_upload(name="../../etc/讲:堂.jpg", size=1, by=head).name == "讲堂.jpg"


def test_another_persons_upload_is_not_there(case, head, signed_in):
    upload = append_part(start_upload(name="a.jpg", size=1, by=head), offset=0, data=b"x")
    other = viewer(case.campaign, liaison_of=case.unit)

    answer = signed_in(other).get(reverse("upload_part", args=[case.campaign.pk, upload.key]))

    assert (answer.status_code, take_uploads([upload.key], by=other)) == (404, [])


def test_what_nobody_used_goes_after_a_day(head):
    old = start_upload(name="a.jpg", size=2, by=head, at=NOW - datetime.timedelta(hours=25))
    append_part(old, offset=0, data=b"x")
    young = start_upload(name="b.jpg", size=2, by=head, at=NOW - datetime.timedelta(hours=23))

    assert [forget_old_uploads(now=NOW), forget_old_uploads(now=NOW)] == [1, 0]
    assert list(Upload.objects.all()) == [young]
    assert not default_storage.exists(f"{old.campaign_id}/uploads/{old.key}/{0:015d}")


def test_over_http_a_broken_line_goes_on_where_it_stopped(case, head, signed_in):
    client, data = signed_in(head), noise().read()
    half = len(data) // 2

    def send(offset, part):
        return client.post(begun["url"], part, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)})

    begun = client.post(reverse("upload_start", args=[case.campaign.pk]), {"name": "一.jpg", "size": len(data)}).json()
    send(0, data[:half])
    again = send(0, data[:half])
    now = client.get(begun["url"]).json()
    done = send(now["offset"], data[now["offset"] :]).json()
    answer = client.post(
        reverse("evidence_new", args=[case.campaign.pk]),
        {"department": case.unit.pk, "checkpoint": case.checkpoint.pk, "uploads": [done["key"]], "caption": "讲堂"},
    )

    assert (again.status_code, again.json()["offset"], now["offset"]) == (409, half, half)
    assert done["sha256"] == hashlib.sha256(data).hexdigest() == StoredFile.objects.get().sha256
    assert (answer.status_code, Evidence.objects.get().files.count(), Upload.objects.count()) == (302, 1, 0)


def test_a_form_that_comes_back_keeps_what_arrived(case, head, signed_in):
    upload = start_upload(name="一.jpg", size=4, by=head)
    append_part(upload, offset=0, data=b"ab")
    append_part(upload, offset=2, data=b"cd")

    answer = signed_in(head).post(
        reverse("evidence_new", args=[case.campaign.pk]),
        {"department": case.unit.pk, "uploads": [str(upload.key)], "link": "no address"},
    )

    assert (answer.status_code, str(upload.key) in answer.text, Upload.objects.count()) == (422, True, 1)
