"""Proof: one record for many checkpoints, its files served only to those who may see it."""

import datetime
import hashlib
import io
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Event
from campaigns.files import store_upload
from campaigns.models import Campaign, StoredFile
from checklists.actions.evidence import (
    edit_evidence,
    handed_in_with,
    link_evidence,
    make_evidence,
    take_off_item,
    unlink_evidence,
    use_for_item,
)
from checklists.models import Evidence, EvidenceFile, EvidenceLink, WantedProof
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    CheckpointFactory,
    DepartmentFactory,
    EvidenceFactory,
    ShareFactory,
)

pytestmark = pytest.mark.django_db


def photo(name="街巷.jpg"):
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 160)).save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


@pytest.fixture
def checkpoint():
    return CheckpointFactory(assignment__status="accepted")


@pytest.fixture
def head(checkpoint):
    return viewer(checkpoint.campaign, head_of=checkpoint.department)


def address(name, checkpoint, *args):
    return reverse(name, args=[checkpoint.campaign_id, *args])


# --- rules ----------------------------------------------------------------------------------------


def test_a_record_is_kept_with_its_event_and_linked(checkpoint, head):
    made = make_evidence(checkpoint.department, by=head, figure="82 家", caption="三月", checkpoint=checkpoint)

    assert (made.title, made.kind, made.department, made.by) == ("三月", "figures", checkpoint.department, head.user)
    assert [link.evidence for link in checkpoint.links.running()] == [made]
    assert list(Event.objects.order_by("pk").values_list("verb", "subject")) == [
        ("evidence.create", "checklists.evidence"),
        ("evidence.link", "checklists.checkpoint"),
    ]


def test_a_liaison_adds_proof_even_where_only_the_head_hands_in(checkpoint):
    checkpoint.campaign.liaison_may_submit = False
    checkpoint.campaign.save()
    liaison = viewer(checkpoint.campaign, liaison_of=checkpoint.department)

    make_evidence(checkpoint.department, by=liaison, figure="1", checkpoint=checkpoint)

    assert EvidenceLink.objects.count() == 1


@pytest.mark.parametrize("role", ["office", "leader", "inspector"])
def test_only_the_unit_adds_its_proof(checkpoint, role):
    with pytest.raises(PermissionDenied):
        make_evidence(checkpoint.department, by=viewer(checkpoint.campaign, **{role: True}), figure="1", checkpoint=checkpoint)

    assert (Evidence.objects.count(), Event.objects.count()) == (0, 0)


def test_no_proof_for_another_unit(checkpoint):
    stranger = viewer(checkpoint.campaign, head_of=DepartmentFactory(parent=checkpoint.campaign.host))
    own = EvidenceFactory(campaign=checkpoint.campaign, department_id=stranger.own_ids[0])

    with pytest.raises(PermissionDenied):
        link_evidence(own, checkpoint=checkpoint, by=stranger)

    assert EvidenceLink.objects.count() == 0


def test_another_unit_s_record_is_not_used(checkpoint, head):
    foreign = EvidenceFactory(campaign=checkpoint.campaign)

    with pytest.raises(PermissionDenied):
        link_evidence(foreign, checkpoint=checkpoint, by=head)

    assert EvidenceLink.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "files"),
        ({"figure": "1", "event_on": datetime.date(2026, 3, 24)}, "event_on"),
        ({"link": "javascript:alert(1)"}, "link"),
    ],
)
def test_what_proves_nothing_is_refused(checkpoint, head, data, field):
    at = datetime.datetime(2026, 3, 23, 2, tzinfo=datetime.UTC)

    with pytest.raises(ValidationError) as caught:
        make_evidence(checkpoint.department, by=head, checkpoint=checkpoint, at=at, **data)

    assert list(caught.value.message_dict) == [field]
    assert (Evidence.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize(("status", "part"), [("submitted", "accepted"), ("approved", "done"), ("open", "disputed")])
def test_proof_stands_still_once_it_is_handed_in(status, part):
    checkpoint = CheckpointFactory(status=status, assignment__status=part)
    head = viewer(checkpoint.campaign, head_of=checkpoint.department)
    evidence = EvidenceFactory(campaign=checkpoint.campaign, department=checkpoint.department)
    link = EvidenceLink.objects.create(evidence=evidence, checkpoint=checkpoint, by=head.user)

    with pytest.raises(ValidationError):
        unlink_evidence(evidence, checkpoint=checkpoint, by=head)

    link.refresh_from_db()
    assert (link.ended_at, Event.objects.count()) == (None, 0)


def test_the_same_key_twice_is_one_record(checkpoint, head):
    key = uuid.uuid4()

    rows = [make_evidence(checkpoint.department, by=head, figure="1", key=key, checkpoint=checkpoint) for _n in range(2)]

    assert rows[0] == rows[1] == Evidence.objects.get()
    assert Event.objects.filter(verb="evidence.create").count() == 1


def test_linking_and_taking_off_twice_is_once(checkpoint, head):
    evidence = EvidenceFactory(campaign=checkpoint.campaign, department=checkpoint.department)

    for act in (link_evidence, link_evidence, unlink_evidence, unlink_evidence, link_evidence):
        act(evidence, checkpoint=checkpoint, by=head)

    assert [link.ended_at for link in EvidenceLink.objects.all()] == [None]
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "evidence.link",
        "evidence.unlink",
        "evidence.link",
    ]


# --- pages, without JavaScript --------------------------------------------------------------------


def test_one_file_two_checkpoints_one_file_row(checkpoint, head, signed_in):
    second = CheckpointFactory(assignment=checkpoint.assignment, title="二")
    client = signed_in(head)

    client.post(
        address("evidence_new", checkpoint),
        {"files": [photo()], "department": checkpoint.department_id, "checkpoint": checkpoint.pk, "caption": "整治后"},
    )
    evidence = Evidence.objects.get()
    found = client.get(address("checkpoint_detail", second, second.pk), {"q": "整治"})
    answer = client.post(address("evidence_link", second, second.pk), {"evidence": evidence.pk, "act": "link"})

    assert evidence in found.context["reusable"]
    assert answer.url == second.get_absolute_url()
    assert (StoredFile.objects.count(), EvidenceFile.objects.count(), Evidence.objects.count()) == (1, 1, 1)
    assert {link.checkpoint for link in EvidenceLink.objects.running()} == {checkpoint, second}


def test_several_files_go_in_at_once_and_a_bad_one_does_not_stop_the_others(checkpoint, head, signed_in):
    bad = SimpleUploadedFile("页面.jpg", b"<html><script>alert(1)</script></html>", "image/jpeg")

    answer = signed_in(head).post(
        address("evidence_new", checkpoint),
        {"files": [photo("一.jpg"), bad, photo("二.jpg")], "department": checkpoint.department_id, "checkpoint": checkpoint.pk},
        follow=True,
    )

    assert [row.file.name for row in Evidence.objects.get().files.all()] == ["一.jpg", "二.jpg"]
    assert any("页面.jpg" in str(message) for message in answer.context["messages"])


def test_htmx_says_on_the_panel_which_file_was_not_kept(checkpoint, head, signed_in):
    answer = signed_in(head).post(
        address("evidence_new", checkpoint),
        {
            "files": [photo(), SimpleUploadedFile("空.pdf", b"")],
            "department": checkpoint.department_id,
            "checkpoint": checkpoint.pk,
        },
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 200
    assert "空.pdf" in answer.text
    assert Evidence.objects.get().files.count() == 1


def test_only_bad_files_keep_what_was_typed_and_say_why(checkpoint, head, signed_in):
    answer = signed_in(head).post(
        address("evidence_new", checkpoint),
        {
            "files": [SimpleUploadedFile("空.pdf", b"")],
            "department": checkpoint.department_id,
            "checkpoint": checkpoint.pk,
            "caption": "写好的说明",
        },
    )

    assert answer.status_code == 422
    assert "写好的说明" in answer.text
    assert "空.pdf" in answer.context["proof_form"].errors["files"][0]
    assert (Evidence.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_double_tap_stores_the_file_once(checkpoint, head, signed_in):
    client, key = signed_in(head), str(uuid.uuid4())

    for _tap in range(2):
        client.post(
            address("evidence_new", checkpoint),
            {"files": [photo()], "department": checkpoint.department_id, "checkpoint": checkpoint.pk, "key": key},
        )

    assert (Evidence.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_a_post_for_a_checkpoint_of_another_unit_is_not_found(checkpoint, signed_in):
    stranger = viewer(checkpoint.campaign, head_of=DepartmentFactory(parent=checkpoint.campaign.host))

    answer = signed_in(stranger).post(
        address("evidence_new", checkpoint), {"figure": "1", "department": checkpoint.department_id, "checkpoint": checkpoint.pk}
    )

    assert (answer.status_code, Evidence.objects.count()) == (404, 0)


def test_a_file_is_served_to_those_who_see_the_checkpoint_and_to_nobody_else(checkpoint, head, signed_in, client):
    supporting = CheckpointFactory(
        assignment=AssignmentFactory(duty=checkpoint.assignment.duty, is_lead=False, status="accepted")
    )
    owner = viewer(supporting.campaign, head_of=supporting.department)
    signed_in(owner).post(
        address("evidence_new", supporting),
        {"files": [photo()], "department": supporting.department_id, "checkpoint": supporting.pk},
    )
    row = EvidenceFile.objects.get()
    url = address("evidence_file", checkpoint, row.pk, "thumb")
    stranger = viewer(checkpoint.campaign, head_of=DepartmentFactory(parent=checkpoint.campaign.host))
    readers = {
        "owner": owner,
        "lead of the same duty": head,
        "office": viewer(checkpoint.campaign, office=True),
        "leader": viewer(checkpoint.campaign, leader=True),
        "another unit": stranger,
        "inspector": viewer(checkpoint.campaign, inspector=True),
    }

    seen = {name: signed_in(reader).get(url).status_code for name, reader in readers.items()}

    assert seen == {
        "owner": 200,
        "lead of the same duty": 200,
        "office": 200,
        "leader": 200,
        "another unit": 404,
        "inspector": 404,
    }
    client.logout()
    assert client.get(url).status_code == 302


def test_the_lead_no_longer_sees_what_was_taken_off(checkpoint, head, signed_in):
    supporting = CheckpointFactory(
        assignment=AssignmentFactory(duty=checkpoint.assignment.duty, is_lead=False, status="accepted")
    )
    evidence = EvidenceFactory(campaign=checkpoint.campaign, department=supporting.department)
    EvidenceLink.objects.create(evidence=evidence, checkpoint=supporting, by=evidence.by, ended_at=evidence.at)

    assert signed_in(head).get(address("evidence_detail", checkpoint, evidence.pk)).status_code == 404


def test_our_materials_are_filtered_by_text_kind_and_date(checkpoint, head, signed_in):
    wanted = EvidenceFactory(
        campaign=checkpoint.campaign,
        department=checkpoint.department,
        title="巡查记录",
        kind="report",
        event_on=datetime.date(2026, 3, 2),
    )
    for change in ({"title": "名单"}, {"kind": "photo"}, {"event_on": datetime.date(2026, 1, 5)}):
        EvidenceFactory(
            **{
                "campaign": checkpoint.campaign,
                "department": checkpoint.department,
                "title": "巡查记录",
                "kind": "report",
                "event_on": datetime.date(2026, 3, 2),
            }
            | change
        )
    EvidenceFactory(campaign=checkpoint.campaign, title="巡查记录", kind="report", event_on=datetime.date(2026, 3, 2))

    page = signed_in(head).get(
        address("evidence_list", checkpoint), {"q": "巡查", "kind": "report", "since": "2026-03-01", "until": "2026-03-31"}
    )

    assert list(page.context["page"]) == [wanted]


def test_material_without_a_checkpoint_is_kept_for_later(checkpoint, head, signed_in):
    client = signed_in(head)

    page = client.get(address("evidence_new", checkpoint))
    answer = client.post(address("evidence_new", checkpoint), {"figure": "12 次", "department": checkpoint.department_id})

    assert page.status_code == 200
    assert answer.url == address("evidence_list", checkpoint)
    assert (Evidence.objects.get().figure, EvidenceLink.objects.count()) == ("12 次", 0)


def test_the_form_asks_for_one_of_file_figure_and_address(checkpoint, head, signed_in):
    page = signed_in(head).get(checkpoint.get_absolute_url()).content.decode()

    files = page.partition('<div class="form-label">文件')[2].partition("</label>")[0]
    assert "文件、数据、网址三者至少填一项。" in files
    assert "可不填" not in files


FOLDED = ["title", "number", "figure", "link"]


@pytest.mark.parametrize(
    ("kinds", "opened"),
    [
        ([], []),
        (["photo", "report"], []),
        (["figures"], ["figure"]),
        (["link", "photo"], ["link"]),
        (["link", "figures"], ["figure", "link"]),
    ],
)
@pytest.mark.parametrize("of", ["checkpoint", "part"])
def test_what_the_item_asks_for_beside_files_stands_open(checkpoint, head, signed_in, of, kinds, opened):
    for kind in kinds:
        WantedProof.objects.create(item=checkpoint.assignment.duty.item, kind=kind)
    section = DepartmentFactory(parent=checkpoint.department, kind="section")
    row = checkpoint if of == "checkpoint" else ShareFactory(checkpoint=checkpoint, section=section)
    client = signed_in(head if of == "checkpoint" else viewer(checkpoint.campaign, head_of=section))

    page = client.get(row.get_absolute_url()).content.decode().partition('id="add"')[2]

    fold = page[page.index('<details class="fold"><summary') :].partition("</details>")[0]
    assert [name for name in FOLDED if f'name="{name}"' in fold] == [name for name in FOLDED if name not in opened]
    above = page.partition('name="files"')[0]
    assert [name for name in FOLDED if f'name="{name}"' in above] == opened
    assert "可不填" not in above


def test_codes_against_changes_are_folded_away_and_explained(kept, head, checkpoint, signed_in):
    page = signed_in(head).get(kept.get_absolute_url()).content.decode()

    shown, _start, fold = page.partition('<details class="fold"><summary>')
    fold = fold.partition("</details>")[0]
    assert "防改动校验码" in fold
    assert "内容改动一个字" in fold
    code = kept.files.get().file.sha256
    assert (code[:12] in shown, code in fold) == (False, True)
    assert "指纹" not in page


@pytest.mark.parametrize(("role", "expected"), [("office", 9), ("head", 9)])
def test_the_list_of_materials_costs_the_same_for_one_and_three_rows(
    checkpoint, head, signed_in, django_assert_num_queries, role, expected
):
    client = signed_in(head if role == "head" else viewer(checkpoint.campaign, office=True))

    def add():
        evidence = EvidenceFactory(campaign=checkpoint.campaign, department=checkpoint.department)
        file = StoredFile.objects.create(
            campaign=checkpoint.campaign, key=str(uuid.uuid4()), name="x.pdf", kind="document", size=1, by=head.user
        )
        EvidenceFile.objects.create(evidence=evidence, file=file)
        EvidenceLink.objects.create(evidence=evidence, checkpoint=checkpoint, by=head.user)

    for rows in (1, 2):
        for _n in range(rows):
            add()
        with django_assert_num_queries(expected):
            client.get(address("evidence_list", checkpoint))


# --- versions -------------------------------------------------------------------------------------


@pytest.fixture
def kept(checkpoint, head):
    """A record with one photo, linked to the checkpoint."""
    file = store_upload(photo("一.jpg"), campaign=checkpoint.campaign, by=head)
    return make_evidence(checkpoint.department, by=head, title="讲堂", files=[file], number="1号", checkpoint=checkpoint)


def test_a_change_keeps_how_it_stood(kept, head, checkpoint):
    other = viewer(checkpoint.campaign, liaison_of=checkpoint.department)
    new = store_upload(photo("二.jpg"), campaign=checkpoint.campaign, by=head)
    old = kept.files.get()

    row = edit_evidence(kept, by=other, version=1, title="讲堂第三期", place="三楼", files=[new], drop=[old], kind="photo")

    version = row.versions.get()
    assert (row.version, row.title, row.place, row.number, row.changed_by) == (2, "讲堂第三期", "三楼", "", other.user)
    assert (version.no, version.by, version.at) == (1, head.user, kept.at)
    assert (version.frozen["texts"]["title"], version.frozen["texts"]["number"]) == ("讲堂", "1号")
    assert version.frozen["files"] == [{"name": "一.jpg", "sha256": old.file.sha256}]
    assert list(row.files.values_list("file__name", "from_no", "until_no")) == [("一.jpg", 1, 1), ("二.jpg", 2, None)]
    assert [one.file.name for one in Evidence.objects.with_files().get().files.all()] == ["二.jpg"]
    event = Event.objects.get(verb="evidence.edit")
    assert (event.data["fields"], event.data["added"], event.data["dropped"]) == (["title", "number", "place"], 1, 1)


def test_saving_the_same_again_is_no_version(kept, head):
    row = edit_evidence(kept, by=head, version=1, title="讲堂", number="1号", kind="photo")

    assert (row.version, row.versions.count(), Event.objects.filter(verb="evidence.edit").count()) == (1, 0, 0)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"version": 2}, "stale"), ({"event_on": datetime.date(2026, 3, 24)}, "future"), ({"drop": "all"}, "required")],
)
def test_a_refused_change_saves_nothing(kept, head, change, code):
    at = datetime.datetime(2026, 3, 23, 2, tzinfo=datetime.UTC)
    if "drop" in change:
        change = {"drop": list(kept.files.all())}

    with pytest.raises(ValidationError) as caught:
        edit_evidence(kept, by=head, at=at, **({"version": 1, "title": "x"} | change))

    error = caught.value
    assert code == (error.code if hasattr(error, "code") else next(iter(error.error_dict.values()))[0].code)
    kept.refresh_from_db()
    assert (kept.title, kept.version, kept.versions.count()) == ("讲堂", 1, 0)
    assert not Event.objects.filter(verb="evidence.edit").exists()


@pytest.mark.parametrize("status", ["submitted", "approved", "not_needed"])
def test_what_was_handed_in_no_longer_changes(kept, head, checkpoint, status):
    checkpoint.status = status
    checkpoint.save()

    with pytest.raises(ValidationError) as caught:
        edit_evidence(kept, by=head, version=1, title="x")

    assert (caught.value.code, handed_in_with(kept)) == ("handed_in", checkpoint)
    unlinked = EvidenceFactory(campaign=checkpoint.campaign, department=checkpoint.department, figure="1")
    assert edit_evidence(unlinked, by=head, version=1, title="x", figure="1").title == "x"


@pytest.mark.parametrize("role", ["office", "leader", "inspector", "stranger"])
def test_only_the_unit_changes_its_record(kept, checkpoint, role):
    neighbour = DepartmentFactory(parent=checkpoint.campaign.host)
    by = viewer(checkpoint.campaign, **({"head_of": neighbour} if role == "stranger" else {role: True}))

    with pytest.raises(PermissionDenied):
        edit_evidence(kept, by=by, version=1, title="x")

    kept.refresh_from_db()
    assert kept.version == 1


def test_the_page_shows_earlier_versions_with_their_files(kept, head, checkpoint, signed_in):
    client = signed_in(head)
    client.post(
        address("evidence_edit", checkpoint, kept.pk),
        {"version": 1, "title": "讲堂第三期", "kind": "photo", "files": [photo("二.jpg")], "drop": [kept.files.get().pk]},
    )

    page = client.get(address("evidence_detail", checkpoint, kept.pk))

    (version,) = page.context["versions"]
    assert [row.file.name for row in version.rows] == ["一.jpg"]
    assert ("讲堂", "1号") == tuple(value for _name, value in version.told if value in ("讲堂", "1号"))
    assert [row.file.name for row in page.context["current_files"]] == ["二.jpg"]
    assert kept.files.get(until_no=1).file.sha256[:12] in page.text


def test_an_earlier_version_without_files_shows_no_empty_list(head, checkpoint, signed_in):
    row = make_evidence(checkpoint.department, by=head, title="讲堂", figure="86 人次", checkpoint=checkpoint)
    edit_evidence(row, by=head, version=1, title="讲堂", figure="88 人次")

    page = signed_in(head).get(address("evidence_detail", checkpoint, row.pk))

    assert [version.rows for version in page.context["versions"]] == [[]]
    assert ("86 人次" in page.text, '<ul class="files">' in page.text) == (True, False)


def test_somebody_who_was_faster_is_told_and_nothing_typed_is_lost(kept, head, checkpoint, signed_in):
    edit_evidence(kept, by=head, version=1, title="先改", figure="1")

    answer = signed_in(head).post(address("evidence_edit", checkpoint, kept.pk), {"version": 1, "title": "后改", "kind": "photo"})

    assert (answer.status_code, answer.context["is_stale"]) == (409, True)
    assert "后改" in answer.text


def test_what_was_typed_beside_somebody_faster_can_be_sent_again(kept, head, checkpoint, signed_in):
    edit_evidence(kept, by=head, version=1, title="先改", figure="1")
    client, url = signed_in(head), address("evidence_edit", checkpoint, kept.pk)
    typed = {"title": "后改", "kind": "photo", "figure": "2"}

    stale = client.post(url, {"version": 1, **typed})
    again = client.post(url, {"version": stale.context["form"]["version"].value(), **typed})

    kept.refresh_from_db()
    assert (stale.status_code, again.status_code, kept.title) == (409, 302, "后改")
    assert stale.text.count('role="alert"') == 1


def test_what_was_handed_in_meanwhile_is_not_called_changed_by_somebody(kept, head, checkpoint, signed_in):
    client, url = signed_in(head), address("evidence_edit", checkpoint, kept.pk)
    type(checkpoint).objects.filter(pk=checkpoint.pk).update(status="submitted")

    answer = client.post(url, {"version": 1, "title": "后改", "kind": "photo"})

    assert (answer.status_code, answer.context["is_stale"], answer.text.count('role="alert"')) == (409, False, 1)


def test_proof_not_added_yet_is_asked_about_before_the_checkpoint_is_handed_in(head, checkpoint, signed_in):
    page = signed_in(head).get(address("checkpoint_detail", checkpoint, checkpoint.pk)).text

    assert page.count('data-unsent="“添加佐证”里已选的文件或已写的内容还没有点“添加”') == 1


def test_the_original_is_for_the_unit_and_the_office(kept, head, checkpoint, signed_in):
    row = kept.files.get()
    url = address("evidence_original", checkpoint, row.pk)

    unit = signed_in(head).get(url)
    office = signed_in(viewer(checkpoint.campaign, office=True)).get(url)
    leader = signed_in(viewer(checkpoint.campaign, leader=True)).get(url)

    assert hashlib.sha256(b"".join(unit)).hexdigest() == row.file.sha256
    assert (office.status_code, leader.status_code) == (200, 403)
    assert unit.headers["Content-Disposition"].startswith("attachment")


# --- items and other campaigns --------------------------------------------------------------------


def test_a_record_is_filed_under_an_item_and_taken_off(kept, head, checkpoint):
    duty = checkpoint.assignment.duty
    place = {"checklist": duty.checklist, "item": duty.item}

    for _n in range(2):
        use_for_item(kept, by=head, **place)
    link = EvidenceLink.objects.get(item=duty.item)
    take_off_item(kept, by=head, **place)

    assert (link.checklist, link.checkpoint, link.ended_at) == (duty.checklist, None, None)
    assert EvidenceLink.objects.running().filter(item=duty.item).count() == 0
    verbs = Event.objects.filter(data__item=duty.item_id).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["evidence.link", "evidence.unlink"]


@pytest.mark.parametrize("why", ["another unit's item", "another unit's record", "all done"])
def test_no_filing_under_an_item(kept, head, checkpoint, why):
    duty = checkpoint.assignment.duty
    error, record = PermissionDenied, kept
    if why == "another unit's item":
        duty = AssignmentFactory(duty__campaign=checkpoint.campaign, status="accepted").duty
    elif why == "another unit's record":
        record = EvidenceFactory(campaign=checkpoint.campaign)
    else:
        checkpoint.assignment.status = "done"
        checkpoint.assignment.save()
        error = ValidationError

    with pytest.raises(error):
        use_for_item(record, by=head, checklist=duty.checklist, item=duty.item)

    assert not EvidenceLink.objects.filter(item__isnull=False).exists()


def test_a_record_of_the_unit_is_used_in_another_campaign(kept, checkpoint, signed_in):
    other = CheckpointFactory(
        assignment=AssignmentFactory(
            duty__campaign=CampaignFactory(host=checkpoint.campaign.host), department=checkpoint.department, status="accepted"
        )
    )
    there = viewer(other.campaign, head_of=other.department)

    found = signed_in(there).get(address("checkpoint_detail", other, other.pk))
    answer = signed_in(there).post(address("evidence_link", other, other.pk), {"evidence": kept.pk, "act": "link"})

    assert found.context["reusable"][0] == kept
    assert answer.status_code == 302
    assert set(EvidenceLink.objects.running().values_list("checkpoint", flat=True)) == {checkpoint.pk, other.pk}
    assert StoredFile.objects.count() == 1
    office_there = viewer(other.campaign, office=True)
    assert list(Evidence.objects.visible_to(office_there)) == [kept]
    stranger = viewer(other.campaign, head_of=DepartmentFactory(parent=checkpoint.campaign.host))
    assert not Evidence.objects.visible_to(stranger).exists()


def test_what_was_made_in_another_campaign_is_changed_there(kept, checkpoint):
    there = viewer(CampaignFactory(host=checkpoint.campaign.host), head_of=checkpoint.department)

    with pytest.raises(PermissionDenied):
        edit_evidence(kept, by=there, version=1, title="x")


def test_our_materials_are_found_by_number_and_by_where_they_were_made(kept, head, checkpoint, signed_in):
    elsewhere = EvidenceFactory(campaign=CampaignFactory(host=checkpoint.campaign.host), department=checkpoint.department)
    client, url = signed_in(head), address("evidence_list", checkpoint)

    found = {
        name: list(client.get(url, data).context["page"])
        for name, data in {
            "number": {"q": "1号"},
            "here": {"origin": "here"},
            "elsewhere": {"origin": "elsewhere"},
        }.items()
    }

    assert found == {"number": [kept], "here": [kept], "elsewhere": [elsewhere]}


def test_the_six_words_are_asked_only_where_material_is_filed(head, checkpoint, signed_in):
    client, url = signed_in(head), address("evidence_new", checkpoint)

    quiet = client.get(url).text
    Campaign.objects.update(asks_filing=True)
    asked = client.get(url).text

    assert [name in quiet for name in ("id_place", "id_occasion", "id_number")] == [False, False, True]
    assert [name in asked for name in ("id_place", "id_occasion", "id_number")] == [True, True, True]
