"""Pages of findings: lists with their counts and queries, moves without a script, what a unit may read, files."""

import datetime
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from campaigns.files import store_upload
from campaigns.models import StoredFile
from inspections.actions.extensions import ask_extension
from inspections.actions.findings import move_finding
from inspections.actions.recording import edit_finding
from inspections.models import Finding, FindingAssignment, FindingFile, Rectification, RectificationFile
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    DepartmentFactory,
    FindingFactory,
    ParticipationFactory,
    ProblemKindFactory,
    RoundFactory,
    SiteFactory,
    SiteKindFactory,
    WorkGroupFactory,
)
from tests.inspections.test_finding_moves import finding_in


def picture(name="a.jpg"):
    body = io.BytesIO()
    Image.new("RGB", (80, 60), (90, 130, 100)).save(body, "JPEG")
    return SimpleUploadedFile(name, body.getvalue(), "image/jpeg")


def url(name, campaign, *args):
    return reverse(name, args=[campaign.pk, *args])


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


def shown(answer):
    """Ids of the rows of the list."""
    return [row.pk for row in answer.context["rows"]]


# --- the list -------------------------------------------------------------------------------------

SOON = timezone.now() + datetime.timedelta(days=2)
PAST = timezone.now() - datetime.timedelta(days=2)


def ledger(campaign):
    """One row of every state, and an open question for more time."""
    made = {status: finding_in(status, campaign=campaign) for status in Finding.Status.values}
    for status in ("issued", "accepted", "returned"):
        Finding.objects.filter(pk=made[status].pk).update(clock_due_at=SOON, due_at=SOON, due_on=SOON.date())
    Finding.objects.filter(pk=made["accepted"].pk).update(clock_due_at=PAST, due_at=PAST, due_on=PAST.date())
    row = Finding.objects.get(pk=made["returned"].pk)
    ask_extension(row, by=viewer(campaign, head_of=row.lead), proposed_on=SOON.date() + datetime.timedelta(days=9), reason="x")
    return made


def test_every_view_holds_its_rows_and_says_how_many(campaign, office, signed_in):
    made = ledger(campaign)
    client = signed_in(office)
    expected = {
        "all": set(made),
        "draft": {"draft"},
        "issued": {"issued"},
        "working": {"accepted", "returned"},
        "verify": {"submitted"},
        "late": {"accepted"},
        "asks": {"disputed", "returned"},
        "parked": {"parked"},
        "closed": {"closed"},
    }

    for name, states in expected.items():
        answer = client.get(url("finding_list", campaign), {"view": name})
        assert set(shown(answer)) == {made[status].pk for status in states}, name
        assert {view[0]: view[2] for view in answer.context["views"]} == {key: len(rows) for key, rows in expected.items()}


def test_the_nearest_limit_stands_first_then_the_newest_of_the_rest(campaign, office, signed_in):
    made = ledger(campaign)

    ids = shown(signed_in(office).get(url("finding_list", campaign)))

    running = [made["accepted"].pk, *sorted([made["issued"].pk, made["returned"].pk], reverse=True)]
    rest = sorted((row.pk for status, row in made.items() if status not in ("issued", "accepted", "returned")), reverse=True)
    assert ids == running + rest


@pytest.mark.parametrize(("running", "resting"), [(2, 2), (0, 4), (4, 0), (3, 1), (3, 3), (1, 6), (7, 2)])
def test_pages_of_the_list_follow_each_other_over_both_halves(campaign, office, signed_in, monkeypatch, running, resting):
    for n in range(running):
        FindingFactory(campaign=campaign, status="issued", clock_due_at=SOON + datetime.timedelta(days=n))
    for _n in range(resting):
        FindingFactory(campaign=campaign, status="submitted")
    client, address = signed_in(office), url("finding_list", campaign)
    whole = shown(client.get(address))
    monkeypatch.setattr("inspections.views.ledger.PER_PAGE", 3)

    pages = [shown(client.get(address, {"page": page + 1})) for page in range((running + resting + 2) // 3)]

    assert len(whole) == running + resting
    assert pages == [whole[start : start + 3] for start in range(0, len(whole), 3)]


def test_a_kept_list_shows_what_happened_since(campaign, office, signed_in):
    client, address = signed_in(office), url("finding_list", campaign)
    seen = []
    for status, due in (("issued", SOON), ("submitted", None), ("issued", PAST)):
        finding = FindingFactory(campaign=campaign, status=status, clock_due_at=due)
        seen.append(finding.pk)
        late = client.get(address, {"view": "late"})

        assert sorted(shown(client.get(address))) == seen
        assert shown(late) == ([finding.pk] if due == PAST else [])
        assert {name: count for name, _label, count, _tint in late.context["views"]}["all"] == len(seen)


@pytest.mark.parametrize(("role", "queries"), [("office", 9), ("inspector", 9), ("leader", 9), ("head", 9)])
def test_the_list_costs_the_same_queries_for_one_and_for_three_rows(
    campaign, signed_in, role, queries, django_assert_num_queries
):
    unit = DepartmentFactory(parent=campaign.host)
    person = viewer(campaign, **{"head_of": unit} if role == "head" else {role: True})
    client = signed_in(person)
    round = RoundFactory(campaign=campaign)
    round.inspectors.add(person.user)
    for count in (1, 3):
        while Finding.objects.count() < count:
            row = FindingFactory(
                campaign=campaign, lead=unit, round=round, site=SiteFactory(), kind=ProblemKindFactory(campaign=campaign)
            )
            stored = store_upload(picture(), campaign=campaign, by=person)
            FindingFile.objects.create(finding=row, file=stored)
            FindingAssignment.objects.create(finding=row, department=DepartmentFactory(), is_lead=False)
        for query in ({"view": "issued"}, {"view": "issued", "q": "示例"}):
            with django_assert_num_queries(queries):
                answer = client.get(url("finding_list", campaign), query)
            assert len(shown(answer)) == count


def test_filters_narrow_rows_and_counts(campaign, office, signed_in):
    group = WorkGroupFactory(campaign=campaign)
    unit = ParticipationFactory(campaign=campaign, work_group=group, starts_on=datetime.date(2026, 1, 1)).department
    section = DepartmentFactory(parent=unit)
    kind, site = ProblemKindFactory(campaign=campaign), SiteFactory(kind=SiteKindFactory(host=campaign.host), name="青桐市场")
    wanted = FindingFactory(
        campaign=campaign, lead=section, kind=kind, site=site, severity="serious", source="covert", text="地面积水",
        no=153, found_at=timezone.make_aware(datetime.datetime(2026, 3, 4, 23)),
    )  # fmt: skip
    direct = FindingFactory(campaign=campaign, lead=unit)
    FindingFactory(campaign=campaign, no=999, found_at=timezone.make_aware(datetime.datetime(2026, 3, 5, 1)))
    client = signed_in(office)

    for query, rows in {
        ("unit", unit.pk): {wanted.pk, direct.pk},
        ("unit", section.pk): {wanted.pk},
        ("kind", kind.pk): {wanted.pk},
        ("site_kind", site.kind_id): {wanted.pk},
        ("severity", "serious"): {wanted.pk},
        ("source", "covert"): {wanted.pk},
        ("group", group.pk): {direct.pk},
        ("q", "积水"): {wanted.pk},
        ("q", "2026-0153"): {wanted.pk},
        ("q", "153"): {wanted.pk},
        ("q", "青桐"): {wanted.pk},
        ("until", "2026-03-04"): {wanted.pk},
    }.items():
        answer = client.get(url("finding_list", campaign), dict([query]))
        assert set(shown(answer)) == rows, query
        assert {view[0]: view[2] for view in answer.context["views"]}["all"] == len(rows)


@pytest.mark.parametrize(
    "query", [{"view": "nothing"}, {"unit": "abc"}, {"since": "gestern"}, {"page": "99"}, {"kind": "999999"}]
)
def test_a_wrong_address_still_shows_the_list(campaign, office, signed_in, query):
    FindingFactory(campaign=campaign)

    assert signed_in(office).get(url("finding_list", campaign), query).status_code == 200


def test_an_empty_list_says_what_to_do(campaign, office, signed_in):
    answer = signed_in(office).get(url("finding_list", campaign))

    assert "还没有登记问题" in answer.content.decode()
    assert url("finding_new", campaign) in answer.content.decode()


def test_bulk_issue_answers_row_by_row_and_tells_each_person_once(campaign, office, signed_in):
    unit = DepartmentFactory(parent=campaign.host)
    head = viewer(campaign, head_of=unit)
    good = [finding_in("draft", campaign=campaign, lead=unit) for _n in range(2)]
    gap = finding_in("draft", campaign=campaign, lead=None, place="后巷")

    answer = signed_in(office).post(
        url("finding_bulk", campaign) + "?view=draft", {"act": "issue", "pick": [row.pk for row in (*good, gap)]}, follow=True
    )

    said = [str(message) for message in answer.context["messages"]]
    assert said[0] == "已交办2件。"
    assert said[1].startswith("后巷") and "还没有责任单位" in said[1]
    assert answer.request["QUERY_STRING"] == "view=draft"
    assert [notice.user for notice in Notice.objects.all()] == [head.user]


def test_a_unit_signs_for_many_at_once(campaign, signed_in):
    unit = DepartmentFactory(parent=campaign.host)
    rows = [FindingFactory(campaign=campaign, lead=unit) for _n in range(2)]
    other = FindingFactory(campaign=campaign)

    signed_in(viewer(campaign, head_of=unit)).post(
        url("finding_bulk", campaign), {"act": "accept", "pick": [row.pk for row in (*rows, other)]}
    )

    assert set(Finding.objects.filter(status="accepted")) == set(rows)


@pytest.mark.parametrize("act", ["", "close", "void"])
def test_an_unknown_bulk_act_is_no_page(campaign, office, signed_in, act):
    assert signed_in(office).post(url("finding_bulk", campaign), {"act": act}).status_code == 404


def test_the_workbook_holds_the_filtered_rows_and_no_formula(campaign, office, signed_in):
    FindingFactory(campaign=campaign, text="=HYPERLINK(1)", status="submitted")
    FindingFactory(campaign=campaign)

    answer = signed_in(office).get(url("finding_export", campaign), {"view": "verify"})

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:9] == ("序号", "编号", "来源", "发现时间", "发现人", "属地", "点位类别", "点位", "问题描述")
    assert [row[8] for row in rows[1:]] == ["=HYPERLINK(1)"]
    assert sheet["I2"].data_type == "s"


# --- one finding ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Finding.Status.values)
@pytest.mark.parametrize("role", ["office", "leader", "inspector", "head"])
def test_a_finding_is_read_in_every_state_by_everyone_who_may(campaign, signed_in, status, role):
    row = finding_in(status, campaign=campaign)
    person = viewer(campaign, **{"head_of": row.lead} if role == "head" else {role: True})
    row.round = RoundFactory(campaign=campaign)
    row.round.inspectors.add(person.user)
    row.save()

    seen = not (status == "draft" and role == "head")
    assert signed_in(person).get(row.get_absolute_url()).status_code == (200 if seen else 404)


def test_strangers_of_the_finding_do_not_learn_that_it_exists(campaign, signed_in):
    row = FindingFactory(campaign=campaign)
    for stranger in (
        viewer(campaign, head_of=DepartmentFactory(parent=campaign.host)),
        viewer(campaign, inspector=True),
        viewer(CampaignFactory(), office=True),
    ):
        client = signed_in(stranger)
        for name in ("finding_detail", "finding_edit"):
            assert client.get(url(name, campaign, row.pk)).status_code == 404
        assert client.post(url("finding_move", campaign, row.pk), {"move": "accept"}).status_code == 404


def test_a_unit_reads_inspection_group_and_office_never_a_persons_name(campaign, signed_in):
    inspector, office = viewer(campaign, inspector=True), viewer(campaign, office=True)
    row = finding_in("draft", campaign=campaign, found_by=inspector.user, round=RoundFactory(campaign=campaign, is_covert=True))
    head = viewer(campaign, head_of=row.lead)
    move_finding(row, move="issue", by=office)
    move_finding(row, move="submit", by=head, text="已清理")
    move_finding(row, move="return", by=inspector, how="on_site", reason="不到位")

    unit_page = signed_in(head).get(row.get_absolute_url()).content.decode()
    office_page = signed_in(office).get(row.get_absolute_url()).content.decode()

    for person in (inspector.user, office.user):
        assert person.name not in unit_page
        assert person.name in office_page
    assert "督查组" in unit_page and campaign.office_name in unit_page
    assert row.round.name not in unit_page and row.round.name in office_page


def test_the_time_line_says_how_who_for_whom_and_keeps_corrections_inside(campaign, office, signed_in):
    row = finding_in("draft", campaign=campaign)
    head, liaison = viewer(campaign, head_of=row.lead), viewer(campaign, liaison_of=row.lead)
    move_finding(row, move="issue", by=office)
    edit_finding(row, by=office, text="更正后的问题")
    move_finding(row, move="submit", by=liaison, text="已清理")
    move_finding(row, move="close", by=office, how="online")

    lines = {
        person: [(one.verb, one.who, one.data["note"]) for one in signed_in(person).get(row.get_absolute_url()).context["events"]]
        for person in (head, office)
    }

    answer = ("finding.submit", f"{row.lead.name} {liaison.user.name}（联络员代提交）", "已清理")
    assert lines[head] == [
        ("finding.close", campaign.office_name, "线上核查"),
        answer,
        ("finding.issue", campaign.office_name, ""),
    ]
    assert [verb for verb, _who, _note in lines[office]] == ["finding.close", "finding.submit", "finding.edit", "finding.issue"]
    assert lines[office][1] == answer


def test_an_answer_with_photos_goes_in_without_a_script(campaign, signed_in):
    row = FindingFactory(campaign=campaign, kind=ProblemKindFactory(campaign=campaign))
    client = signed_in(viewer(campaign, head_of=row.lead))

    answer = client.post(
        url("finding_move", campaign, row.pk), {"move": "submit", "version": 1, "text": "已清理", "files": [picture(), picture()]}
    )

    assert (answer.status_code, answer.url) == (302, row.get_absolute_url())
    assert RectificationFile.objects.filter(rectification__finding=row).count() == 2


def test_a_failed_answer_keeps_text_and_photos(campaign, signed_in):
    row = FindingFactory(campaign=campaign, kind=ProblemKindFactory(campaign=campaign))
    client = signed_in(viewer(campaign, head_of=row.lead))
    where = url("finding_move", campaign, row.pk)

    answer = client.post(where, {"move": "submit", "text": "", "files": [picture("街角.jpg")]})
    page = answer.content.decode()
    kept = StoredFile.objects.get()

    assert answer.status_code == 422
    assert "街角.jpg" in page and f'name="kept" value="{kept.pk}"' in page
    assert Rectification.objects.count() == 0
    assert client.post(where, {"move": "submit", "text": "已清理", "kept": [kept.pk]}).status_code == 302
    assert RectificationFile.objects.get().file == kept


def test_a_file_that_is_no_photo_is_refused_beside_the_field(campaign, signed_in):
    row = FindingFactory(campaign=campaign)
    client = signed_in(viewer(campaign, head_of=row.lead))
    bad = SimpleUploadedFile("a.jpg", b"<html>", "image/jpeg")

    answer = client.post(url("finding_move", campaign, row.pk), {"move": "submit", "text": "已清理", "files": [bad]})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "a.jpg：" in page and "已清理" in page
    assert StoredFile.objects.count() == 0


def test_files_of_other_people_cannot_be_attached(campaign, signed_in):
    row = FindingFactory(campaign=campaign)
    foreign = store_upload(picture(), campaign=campaign, by=viewer(campaign, office=True))

    answer = signed_in(viewer(campaign, head_of=row.lead)).post(
        url("finding_move", campaign, row.pk), {"move": "submit", "text": "已清理", "kept": [foreign.pk]}
    )

    assert answer.status_code == 422
    assert Rectification.objects.count() == 0


@pytest.mark.parametrize("htmx", [True, False])
def test_the_loser_reads_who_was_faster_and_loses_no_text(campaign, office, signed_in, htmx):
    row = finding_in("submitted", campaign=campaign)
    other = viewer(campaign, office=True)
    move_finding(row, move="return", by=other, how="on_site", reason="不到位")
    headers = {"HX-Request": "true"} if htmx else {}

    answer = signed_in(office).post(
        url("finding_move", campaign, row.pk),
        {"move": "close", "version": 1, "how": "online", "reason": "三处均已更换"},
        headers=headers,
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert other.user.name in page and "三处均已更换" in page and "没有保存" in page
    assert ("<html" in page) is not htmx
    assert Rectification.objects.get().outcome == "returned"


def test_a_verdict_on_an_answer_that_was_replaced_is_409_and_keeps_its_text(campaign, office, signed_in):
    row = finding_in("submitted", campaign=campaign)
    seen, head = row.version, viewer(campaign, head_of=row.lead)
    move_finding(row, move="return", by=viewer(campaign, office=True), how="on_site", reason="不到位")
    move_finding(row, move="submit", by=head, text="再次整改")

    given = {"move": "return", "version": seen, "how": "on_site", "reason": "墙角仍有污渍"}
    answer = signed_in(office).post(url("finding_move", campaign, row.pk), given)

    assert (answer.status_code, "墙角仍有污渍" in answer.text) == (409, True)
    row.refresh_from_db()
    assert row.status == "submitted"


def test_a_refused_rule_stands_beside_its_field_with_the_text_kept(campaign, office, signed_in):
    row = FindingFactory(campaign=campaign)

    answer = signed_in(office).post(
        url("finding_move", campaign, row.pk), {"move": "park", "plan": "纳入改造", "until": "2020-01-01"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "下次查看日期须在今天之后" in page and "纳入改造" in page


def test_a_forbidden_move_is_403_and_an_unknown_one_404(campaign, signed_in):
    row = finding_in("submitted", campaign=campaign)
    client = signed_in(viewer(campaign, head_of=row.lead))

    assert client.post(url("finding_move", campaign, row.pk), {"move": "close", "how": "online"}).status_code == 403
    assert client.post(url("finding_move", campaign, row.pk), {"move": "explode"}).status_code == 404


def test_a_ruling_is_chosen_by_the_person_alone(campaign, office, signed_in):
    row = finding_in("disputed", campaign=campaign)
    client, address = signed_in(office), url("finding_move", campaign, row.pk)

    page = client.get(row.get_absolute_url()).content.decode()
    answer = client.post(address, {"move": "rule", "reason": "按职责"})

    assert page.count('name="upheld"') == 2
    assert "checked" not in page.split('name="upheld"', 1)[1].split("</fieldset>")[0]
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.status == "disputed"


def test_what_was_put_right_on_the_spot_is_no_answer_of_the_unit(campaign, office, signed_in):
    row = finding_in("draft", campaign=campaign)
    file = store_upload(picture(), campaign=campaign, by=office.user)
    move_finding(row, move="put_right", by=office, files=[file])

    answer = signed_in(office).get(row.get_absolute_url())

    page = answer.content.decode().split('id="rounds"')[1].split("</section>")[0]
    assert ("现场整改" in page, "次反馈" in page, row.lead.name in page) == (True, False, False)
    assert '<li id="crumb-now" aria-current="page">已销号</li>' in answer.content.decode()


def test_the_way_above_follows_a_move_without_a_new_page(campaign, office, signed_in):
    row = finding_in("draft", campaign=campaign)

    answer = signed_in(office).post(url("finding_move", campaign, row.pk), {"move": "issue"}, headers={"HX-Request": "true"})

    row.refresh_from_db()
    assert f'<li id="crumb-now" aria-current="page" hx-swap-oob="true">{row.number}</li>' in answer.content.decode()


def test_issuing_without_a_kind_is_said_before(campaign, office, signed_in):
    with_kind = finding_in("draft", campaign=campaign)
    Finding.objects.filter(pk=with_kind.pk).update(kind=ProblemKindFactory(campaign=campaign))
    without = finding_in("draft", campaign=campaign)
    Finding.objects.filter(pk=without.pk).update(kind=None)
    client = signed_in(office)

    said = ["没有选问题类别" in client.get(row.get_absolute_url()).content.decode() for row in (with_kind, without)]

    assert said == [False, True]


def test_drafts_are_ticked_in_the_view_of_all(campaign, office, signed_in):
    draft, other = finding_in("draft", campaign=campaign), finding_in("issued", campaign=campaign)

    page = signed_in(office).get(url("finding_list", campaign)).content.decode()

    assert (f'name="pick" value="{draft.pk}"' in page, f'name="pick" value="{other.pk}"' in page) == (True, False)
    assert 'value="issue"' in page


def test_the_checks_of_a_site_stand_where_its_findings_are_recorded(campaign, office, signed_in):
    site = SiteFactory(kind=SiteKindFactory(host=campaign.host))
    site.kind.checks.create(text="橱窗有内容", position=1)

    page = signed_in(office).get(url("finding_new", campaign), {"site": site.pk}).content.decode()

    assert "橱窗有内容" in page


def test_after_an_upheld_objection_the_old_unit_is_led_to_its_list(campaign, signed_in):
    row = finding_in("disputed", campaign=campaign)
    both = viewer(campaign, office=True)

    answer = signed_in(both).post(
        url("finding_move", campaign, row.pk),
        {"move": "rule", "upheld": "yes", "department": DepartmentFactory(parent=campaign.host).pk, "reason": "属实"},
    )

    assert answer.status_code == 302
    assert row.disputes.get().ruling == "upheld"


def test_more_time_is_asked_for_and_granted_without_a_script(campaign, office, signed_in):
    row = FindingFactory(campaign=campaign, due_on=SOON.date(), due_at=SOON)
    day = SOON.date() + datetime.timedelta(days=10)
    signed_in(viewer(campaign, head_of=row.lead)).post(
        url("finding_move", campaign, row.pk), {"move": "extend", "proposed_on": day, "reason": "等苗木"}
    )
    asked = row.extensions.get()
    client = signed_in(office)
    where = url("extension_rule", campaign, asked.pk)

    assert "等苗木" in client.get(row.get_absolute_url()).content.decode()
    assert client.post(where, {"act": "refuse"}).status_code == 422
    assert client.post(where, {"act": "grant"}).status_code == 302
    row.refresh_from_db()
    assert row.due_on == day
    assert client.post(where, {"act": "grant"}).status_code == 409


def test_before_and_after_stand_side_by_side(campaign, office, signed_in):
    row = finding_in("submitted", campaign=campaign)
    before, after = (store_upload(picture(), campaign=campaign, by=office) for _n in range(2))
    FindingFile.objects.create(finding=row, file=before)
    RectificationFile.objects.create(rectification=row.rectifications.get(), file=after)

    pair = signed_in(office).get(row.get_absolute_url()).context["pair"]

    assert [shot.url for shot in pair] == [url("finding_file", campaign, row.pk, one.pk, "screen") for one in (before, after)]


def test_photos_are_served_with_the_finding_and_to_nobody_else(campaign, office, signed_in):
    row = finding_in("submitted", campaign=campaign)
    problem, answer, loose = (store_upload(picture(), campaign=campaign, by=office) for _n in range(3))
    FindingFile.objects.create(finding=row, file=problem)
    RectificationFile.objects.create(rectification=row.rectifications.get(), file=answer)
    other = FindingFactory(campaign=campaign)
    head, stranger = viewer(campaign, head_of=row.lead), viewer(campaign, head_of=other.lead)

    for stored in (problem, answer):
        where = url("finding_file", campaign, row.pk, stored.pk, "thumb")
        assert signed_in(head).get(where)["Content-Type"] == "image/jpeg"
        assert signed_in(stranger).get(where).status_code == 404
    client = signed_in(office)
    assert client.get(url("finding_file", campaign, row.pk, loose.pk, "thumb")).status_code == 404
    assert client.get(url("finding_file", campaign, other.pk, problem.pk, "thumb")).status_code == 404
    assert client.get(url("finding_file", campaign, row.pk, problem.pk, "original")).status_code == 404


def test_a_stale_correction_answers_409_and_keeps_what_was_typed(campaign, office, signed_in):
    row = FindingFactory(campaign=campaign)
    facts = {"site": "示范路", "text": "我的更正", "severity": "ordinary", "source": "inspection"}
    client = signed_in(office)
    where = url("finding_edit", campaign, row.pk)
    assert client.post(where, facts | {"version": 1, "text": "先到的更正"}).status_code == 302

    answer = client.post(where, facts | {"version": 1})

    assert answer.status_code == 409
    assert "我的更正" in answer.content.decode() and office.user.name in answer.content.decode()
    row.refresh_from_db()
    assert row.text == "先到的更正"


# --- recording ------------------------------------------------------------------------------------


def record(client, campaign, **data):
    given = {"key": uuid.uuid4(), "site": "某路口", "text": "垃圾未清", "then": "back"}
    return client.post(url("finding_new", campaign), given | data)


def test_a_finding_is_recorded_without_a_script(campaign, signed_in):
    inspector = viewer(campaign, inspector=True)
    site = SiteFactory(kind=SiteKindFactory(host=campaign.host, name="农贸市场"), name="青桐市场")

    answer = record(signed_in(inspector), campaign, site="青桐市场（农贸市场）", place="北门", photos=[picture(), picture()])

    finding = Finding.objects.get()
    assert (answer.status_code, answer.url) == (302, finding.get_absolute_url())
    assert (finding.site, finding.place, finding.files.count(), finding.found_by) == (site, "北门", 2, inspector.user)


def test_any_place_may_be_written(campaign, signed_in):
    record(signed_in(viewer(campaign, inspector=True)), campaign, site="老车站后巷", place="东头")

    assert (Finding.objects.get().site, Finding.objects.get().place) == (None, "老车站后巷 东头")


def test_a_site_that_is_used_no_more_or_lies_elsewhere_is_a_place_like_any_other(campaign, signed_in):
    SiteFactory(kind=SiteKindFactory(host=campaign.host), name="停用市场", is_active=False)
    SiteFactory(name="别处市场")
    client = signed_in(viewer(campaign, inspector=True))

    for name in ("停用市场", "别处市场"):
        record(client, campaign, site=name)

    assert [(row.site, row.place) for row in Finding.objects.order_by("pk")] == [(None, "停用市场"), (None, "别处市场")]


def test_a_second_tap_makes_no_second_finding_and_stores_no_second_photo(campaign, signed_in):
    client, key = signed_in(viewer(campaign, inspector=True)), uuid.uuid4()

    first = record(client, campaign, key=key, photos=[picture()])
    second = record(client, campaign, key=key, photos=[picture()])

    assert first.url == second.url
    assert (Finding.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_save_and_next_keeps_round_and_site(campaign, signed_in):
    inspector = viewer(campaign, inspector=True)
    today = timezone.localdate()
    round = RoundFactory(campaign=campaign, starts_on=today, ends_on=today, is_covert=True)
    round.inspectors.add(inspector.user)
    site = SiteFactory(kind=SiteKindFactory(host=campaign.host))
    client = signed_in(inspector)

    answer = record(client, campaign, site=site.name, round=round.pk, then="next")

    assert answer.url == url("finding_new", campaign) + f"?round={round.pk}&site={site.pk}"
    form = client.get(answer.url).context["form"]
    assert (form.initial["round"], form.initial["site"]) == (round.pk, f"{site.name}（{site.kind.name}）")
    assert Finding.objects.get().source == "covert"


def test_a_wrong_form_loses_neither_text_nor_photo_nor_key(campaign, signed_in):
    client, key = signed_in(viewer(campaign, inspector=True)), uuid.uuid4()

    answer = record(client, campaign, key=key, site="", text="垃圾未清", photos=[picture("甲.jpg")])

    page = answer.content.decode()
    kept = StoredFile.objects.get()
    assert answer.status_code == 422
    assert "垃圾未清" in page and "甲.jpg" in page and str(key) in page and f'name="kept" value="{kept.pk}"' in page
    record(client, campaign, key=key, kept=[kept.pk])
    assert Finding.objects.get().files.get().file == kept


def test_put_right_on_the_spot_is_one_photo_more(campaign, signed_in):
    record(signed_in(viewer(campaign, inspector=True)), campaign, photos=[picture()], after=[picture()])

    finding = Finding.objects.get()
    assert (finding.status, finding.rectifications.get().files.count()) == ("closed", 1)


def test_the_office_may_issue_at_once_and_an_inspector_is_not_offered_it(campaign, office, signed_in):
    site = SiteFactory(kind=SiteKindFactory(host=campaign.host, line=DepartmentFactory(parent=campaign.host)))
    inspector = viewer(campaign, inspector=True)
    assert "issue" not in signed_in(inspector).get(url("finding_new", campaign)).context["form"].fields

    record(signed_in(office), campaign, site=site.name, issue="on")

    assert Finding.objects.get().status == "issued"


def test_issued_at_once_without_a_unit_keeps_what_was_typed_and_asks_for_one(campaign, office, signed_in):
    answer = record(signed_in(office), campaign, text="地面积水", issue="on")

    assert answer.status_code == 422
    assert "地面积水" in answer.content.decode()
    assert answer.context["form"].has_error("lead", "no_unit")
    assert not Finding.objects.exists()


def test_without_a_script_items_are_searched_and_the_form_comes_back_unsaved(campaign, signed_in):
    item = AssignmentFactory(duty__campaign=campaign).duty.item

    client = signed_in(viewer(campaign, inspector=True))
    answer = record(client, campaign, then="search", item_q=item.text, text="地面积水")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'name="items" value="{item.pk}"' in page and "地面积水" in page
    assert Finding.objects.count() == 0
    record(client, campaign, items=[item.pk])
    assert list(Finding.objects.get().items.all()) == [item]


def test_two_sites_of_one_name_must_be_told_apart(campaign, signed_in):
    for n in range(2):
        SiteFactory(kind=SiteKindFactory(host=campaign.host, name=f"类别{n}"), name="中心")
    client = signed_in(viewer(campaign, inspector=True))

    assert record(client, campaign, site="中心").status_code == 422
    assert record(client, campaign, site="中心（类别1）").status_code == 302


def test_proposals_change_with_what_is_typed(campaign, signed_in):
    unit = DepartmentFactory(parent=campaign.host)
    ProblemKindFactory(campaign=campaign, name="环境卫生", words="积水", line=unit)

    answer = signed_in(viewer(campaign, inspector=True)).get(
        url("finding_propose", campaign), {"text": "地面积水", "severity": "ordinary"}, headers={"HX-Request": "true"}
    )

    page = answer.content.decode()
    assert "<html" not in page
    assert "环境卫生" in page and unit.name in page and "3个工作日" in page


@pytest.mark.parametrize(
    ("given", "supporting"), [({}, "territory"), ({"alone": "on"}, None), ({"alone": "on", "supporting": "other"}, "other")]
)
def test_the_proposed_supporting_unit_may_be_left_out(campaign, signed_in, given, supporting):
    units = {name: ParticipationFactory(campaign=campaign).department for name in ("line", "territory", "other")}
    site = SiteFactory(kind=SiteKindFactory(host=campaign.host, line=units["line"]), territory=units["territory"])
    given = {name: units[value].pk if value in units else value for name, value in given.items()}
    client = signed_in(viewer(campaign, inspector=True))

    shown = client.get(url("finding_propose", campaign), {"site": site.name, "text": "x"} | given).context["supporting"]
    record(client, campaign, site=site.name, **given)

    finding = Finding.objects.get()
    expected = [units[supporting]] if supporting else []
    assert finding.lead == units["line"]
    assert [row.department for row in finding.assignments.filter(is_lead=False)] == shown == expected


def test_sites_are_found_by_name_address_or_kind(campaign, signed_in):
    kind = SiteKindFactory(host=campaign.host, name="农贸市场")
    SiteFactory(kind=kind, name="青桐", address="人民路")
    SiteFactory(kind=kind, name="停用青桐", is_active=False)
    SiteFactory(name="别处青桐")
    client = signed_in(viewer(campaign, inspector=True))

    for typed in ("青桐", "人民路", "农贸"):
        page = client.get(url("site_search", campaign), {"site": typed}).content.decode()
        assert page.count("<option") == 1 and "青桐（农贸市场）" in page


@pytest.mark.parametrize("name", ["finding_new", "finding_propose", "site_search", "item_search"])
def test_units_and_leaders_do_not_record(campaign, signed_in, name):
    for person in (viewer(campaign, leader=True), viewer(campaign, head_of=DepartmentFactory(parent=campaign.host))):
        assert signed_in(person).get(url(name, campaign)).status_code == 403


@pytest.mark.parametrize(("move", "said"), [("return", "请写明理由。"), ("park", "请填写整改计划。")])
def test_what_a_move_must_carry_is_asked_for_in_its_own_words(campaign, office, signed_in, move, said):
    row = finding_in("submitted" if move == "return" else "accepted", campaign=campaign)

    answer = signed_in(office).post(url("finding_move", campaign, row.pk), {"move": move, "how": "on_site"})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "该字段是必填项" not in answer.content.decode()
