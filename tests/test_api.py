"""The API: the same rows and actions as the pages, errors as sentences, a fixed number of queries."""

import datetime
import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.throttling import UserRateThrottle

from accounts.models import Event
from campaigns.models import StoredFile
from checklists.models import Assignment, Dispute
from inspections.models import Extension, Finding, FindingDispute
from tests import factories as make
from tests.checklists.material import noise
from tests.conftest import viewer

NOUNS = ["duties", "assignments", "checkpoints", "findings", "disputes", "finding-disputes"]
DOCKET = NOUNS[4:]


@pytest.fixture
def api(client):
    """api(person).get("findings/") inside the person's campaign; the answer's data as `.json()`."""

    class Caller:
        def __init__(self, person):
            client.force_login(person.user)
            self.root = f"/api/v1/campaigns/{person.campaign.pk}/"

        def get(self, path, **data):
            return client.get(self.root + path, data)

        def post(self, path, **data):
            return client.post(self.root + path, json.dumps(data, default=str), content_type="application/json")

        def send(self, path, **data):
            """As a form with files."""
            return client.post(self.root + path, data)

    return Caller


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


def soon(**days):
    return datetime.date.today() + datetime.timedelta(**days)


def running_finding(campaign, **facts):
    due = soon(days=5)
    moment = datetime.datetime.combine(due, datetime.time(), datetime.UTC)
    return make.FindingFactory(campaign=campaign, due_on=due, due_at=moment, **facts)


# --- doors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", NOUNS)
def test_nobody_unknown_reads_a_list(client, campaign, noun):
    address = f"/api/v1/campaigns/{campaign.pk}/{noun}/"

    answer = client.get(address)

    assert answer.status_code == 403
    assert answer.json() == {"detail": "身份认证信息未提供。", "code": "not_authenticated", "fields": {}}


@pytest.mark.parametrize("noun", NOUNS)
def test_somebody_without_a_role_does_not_learn_that_the_campaign_is_there(client, campaign, noun):
    client.force_login(make.UserFactory(is_superuser=True))

    answers = [client.get(f"/api/v1/campaigns/{pk}/{noun}/") for pk in (campaign.pk, 0)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["code"] == "not_found"


def test_a_person_who_asks_without_end_is_told_to_wait(api, office, monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    caller = api(office)

    answers = [caller.get("findings/") for _n in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "throttled"


def test_the_description_and_its_page_are_for_those_signed_in(client, office):
    assert client.get("/api/v1/schema/").status_code == 403
    assert client.get("/api/v1/docs/").status_code == 302

    client.force_login(office.user)
    schema = client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"}).json()
    page = client.get("/api/v1/docs/").content.decode()

    root = "/api/v1/campaigns/{campaign}/"
    expected = {f"{root}{noun}/{part}" for noun in NOUNS for part in ("", "{id}/")}
    expected |= {f"{root}{noun}/{{id}}/move/" for noun in NOUNS[1:4]}
    expected |= {f"{root}{noun}/{{id}}/{act}/" for noun in DOCKET for act in ("visit", "found", "rule")}
    assert set(schema["paths"]) == expected | {f"{root}duties/issue/"}
    assert all(address in page for address in expected)
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_every_description_is_chinese_for_a_chinese_reader(client, office):
    client.force_login(office.user)
    schema = client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"}).json()

    def said(part):
        for name, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
            if name == "description" and isinstance(value, str):
                yield value
            else:
                yield from said(value)

    texts = [text for text in said(schema) if text]
    assert len(texts) > 60
    assert [text for text in texts if not any("\u4e00" <= sign <= "\u9fff" for sign in text)] == []


# --- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("noun", "role", "queries"),
    [
        ("duties", "office", 6),
        ("assignments", "office", 5),
        ("checkpoints", "office", 5),
        ("findings", "office", 5),
        ("disputes", "office", 7),
        ("finding-disputes", "office", 7),
        ("duties", "head", 7),
        ("assignments", "head", 6),
        ("checkpoints", "head", 6),
        ("findings", "head", 6),
        ("disputes", "head", 8),
        ("finding-disputes", "head", 8),
    ],
)
def test_a_list_costs_the_same_for_one_and_three_rows(api, campaign, django_assert_num_queries, noun, role, queries, count):
    unit = make.DepartmentFactory(parent=campaign.host)
    person = viewer(campaign, office=True) if role == "office" else viewer(campaign, head_of=unit)
    for _n in range(count):
        part = make.AssignmentFactory(duty__campaign=campaign, department=unit)
        make.CheckpointFactory(assignment=part)
        finding = make.FindingFactory(campaign=campaign, lead=unit)
        finding.items.add(part.duty.item)
        facts = {"campaign": campaign, "department": unit, "reason": "非我职责", "by": person.user}
        for row in (Dispute.objects.create(assignment=part, **facts), FindingDispute.objects.create(finding=finding, **facts)):
            row.visit_units.add(unit)
    caller = api(person)

    with django_assert_num_queries(queries):
        answer = caller.get(f"{noun}/")

    assert answer.json()["count"] == count


def test_rows_are_counted_without_what_is_shown_beside_them(api, campaign, office, django_assert_num_queries):
    make.FindingFactory(campaign=campaign)
    caller = api(office)

    with django_assert_num_queries(5) as asked:
        caller.get("findings/")

    counts = [query["sql"] for query in asked if "COUNT(" in query["sql"]]
    assert [("JOIN" in sql, "ORDER BY" in sql) for sql in counts] == [(False, False)]


def test_a_list_is_paged(api, campaign, office):
    for _n in range(3):
        make.FindingFactory(campaign=campaign)

    first, most = api(office).get("findings/", page_size=2).json(), api(office).get("findings/", page_size=10_000).json()

    assert (first["count"], len(first["results"]), len(most["results"])) == (3, 2, 3)
    assert first["next"].endswith("page=2&page_size=2")
    answer = api(office).get("findings/", page=9)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_filters_narrow_the_list(api, campaign, office):
    late = make.FindingFactory(campaign=campaign)
    running = running_finding(campaign, status="accepted")
    make.FindingFactory(campaign=campaign, status="closed")
    caller = api(office)

    def found(**query):
        return {row["id"] for row in caller.get("findings/", **query).json()["results"]}

    assert found(late="true") == {late.pk}
    assert found(status="accepted") == {running.pk}
    assert found(lead=late.lead_id) == {late.pk}
    assert found(lead=late.lead_id, page=1, page_size=9) == {late.pk}
    assert found(due_from=soon(days=1)) == {running.pk}
    wrong = caller.get("findings/", status="open")
    assert wrong.status_code == 400
    assert list(wrong.json()["fields"]) == ["status"]


def test_tasks_are_found_by_unit_and_by_their_gap(api, campaign, office):
    led = make.AssignmentFactory(duty__campaign=campaign)
    free = make.DutyFactory(campaign=campaign, checklist=led.duty.checklist)

    def found(**query):
        return {row["id"] for row in api(office).get("duties/", **query).json()["results"]}

    assert found(department=led.department_id) == {led.duty_id}
    assert found(without_lead="true") == {free.pk}
    assert found(without_lead="false") == {led.duty_id}


def test_the_table_names_units_but_not_how_far_they_are(api, campaign):
    part = make.AssignmentFactory(duty__campaign=campaign, status="disputed")
    make.AssignmentFactory(duty=part.duty, is_lead=False, status="draft")
    stranger = viewer(campaign, head_of=make.DepartmentFactory(parent=campaign.host))

    row = api(stranger).get(f"duties/{part.duty_id}/").json()

    assert row["parts"] == [{"department": part.department_id, "name": part.department.name, "is_lead": True}]
    assert "status" not in row
    assert api(stranger).get("assignments/").json()["count"] == 0


def test_a_unit_does_not_learn_who_went_out_nor_which_round(api, campaign):
    round = make.RoundFactory(campaign=campaign, is_covert=True)
    finding = make.FindingFactory(campaign=campaign, round=round)
    inspector = viewer(campaign, inspector=True)
    round.inspectors.add(inspector.user)

    unit_reads = api(viewer(campaign, head_of=finding.lead)).get(f"findings/{finding.pk}/").json()
    inspector_reads = api(inspector).get(f"findings/{finding.pk}/").json()

    assert (unit_reads["found_by"], unit_reads["round"]) == (None, None)
    assert (inspector_reads["found_by"], inspector_reads["round"]) == (finding.found_by.name, round.pk)


# --- moves ----------------------------------------------------------------------------------------


def test_a_finding_moves_as_on_the_page_and_the_act_is_recorded(api, campaign):
    finding = running_finding(campaign)
    head = viewer(campaign, head_of=finding.lead)

    answer = api(head).post(f"findings/{finding.pk}/move/", move="accept")

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["moves"]) == ("accepted", ["submit", "dispute", "extend"])
    event = Event.objects.get()
    assert (event.actor, event.verb) == (head.user, "finding.accept")


def test_refusals_come_as_sentences(api, campaign, office):
    finding = running_finding(campaign)
    head = viewer(campaign, head_of=finding.lead)
    neighbour = viewer(campaign, head_of=make.DepartmentFactory(parent=campaign.host))

    def said(person, **data):
        answer = api(person).post(f"findings/{finding.pk}/move/", **data)
        return answer.status_code, answer.json()["code"], sorted(answer.json()["fields"])

    assert said(head, move="close", how="online") == (403, "permission_denied", [])
    assert said(neighbour, move="accept") == (404, "not_found", [])
    assert said(head, move="submit") == (400, "required", ["text"])
    assert said(head, move="fly") == (400, "invalid", ["move"])
    assert said(head, move="submit", text="已清", version=finding.version + 1) == (409, "stale", [])
    assert said(office, move="close", how="online") == (409, "wrong_status", [])
    assert said(office, move="transfer", reason="改派", department=10**9) == (404, "not_found", [])
    finding.refresh_from_db()
    assert (finding.status, Event.objects.count()) == ("issued", 0)


def test_every_refusal_is_chinese_for_a_chinese_reader(api, campaign, office):
    finding = make.FindingFactory(campaign=campaign)
    caller = api(office)

    answers = [
        caller.post(f"findings/{finding.pk}/move/", move="submit", text="x"),
        caller.post(f"findings/{finding.pk}/move/"),
        caller.get("findings/999999/"),
        caller.post("findings/", key=uuid4(), text="", place="x"),
        caller.get("findings/", status="open"),
    ]

    assert [answer.status_code for answer in answers] == [403, 400, 404, 400, 400]
    for answer in answers:
        assert any("一" <= sign <= "鿿" for sign in answer.json()["detail"]), answer.json()


def test_nobody_decides_on_the_own_unit(api, campaign):
    finding = running_finding(campaign)
    both = viewer(campaign, office=True, head_of=finding.lead)

    refused = api(both).post(f"findings/{finding.pk}/move/", move="transfer", reason="改派", department=campaign.host_id)

    assert refused.status_code == 403


def test_more_time_is_asked_for(api, campaign):
    finding = running_finding(campaign)
    head = viewer(campaign, head_of=finding.lead)

    answer = api(head).post(f"findings/{finding.pk}/move/", move="extend", until=soon(days=9), reason="施工")

    assert answer.status_code == 200
    assert Extension.objects.get().proposed_on == soon(days=9)


def test_a_checkpoint_is_handed_in_and_returned(api, campaign, office):
    point = make.CheckpointFactory(assignment__duty__campaign=campaign, assignment__status="accepted")
    head = viewer(campaign, head_of=point.department)

    handed_in = api(head).post(f"checkpoints/{point.pk}/move/", move="submit", note="已完成").json()
    returned = api(office).post(f"checkpoints/{point.pk}/move/", move="return", reason="缺照片", version=handed_in["version"])

    assert (handed_in["status"], handed_in["moves"]) == ("submitted", ["withdraw"])
    assert (returned.status_code, returned.json()["status"], returned.json()["reason"]) == (200, "returned", "缺照片")


def test_a_responsibility_is_objected_to_and_ruled_on(api, campaign, office):
    part = make.AssignmentFactory(duty__campaign=campaign)
    make.CheckpointFactory(assignment=part, due_on=soon(days=30))
    other = make.DepartmentFactory(parent=campaign.host)
    head = viewer(campaign, head_of=part.department)

    objected = api(head).post(f"assignments/{part.pk}/move/", move="dispute", reason="不属我局", unit=other.pk)
    ruled = api(office).post(f"assignments/{part.pk}/move/", move="uphold", reason="属实", unit=other.pk)

    assert (objected.status_code, objected.json()["status"]) == (200, "disputed")
    assert (ruled.status_code, ruled.json()["status"]) == (200, "ended")
    assert Dispute.objects.get().moved_to == other
    assert Assignment.objects.running().get().department == other


@pytest.mark.parametrize("move", ["refuse", "uphold"])
def test_a_binding_ruling_says_why_it_does_without_a_visit(api, campaign, office, move):
    part = make.AssignmentFactory(duty__campaign=campaign)
    other = make.DepartmentFactory(parent=campaign.host)
    api(viewer(campaign, head_of=part.department)).post(f"assignments/{part.pk}/move/", move="dispute", reason="不属我局")
    Dispute.objects.update(earlier_count=2)
    said = {"move": move, "reason": "三定方案"} | ({"unit": other.pk} if move == "uphold" else {})

    bare = api(office).post(f"assignments/{part.pk}/move/", **said)
    ruled = api(office).post(f"assignments/{part.pk}/move/", **said, without_visit="已三次研究")

    assert (bare.status_code, ruled.status_code) == (400, 200)
    assert (Dispute.objects.get().without_visit, Dispute.objects.get().is_open) == ("已三次研究", False)


def test_drafts_are_issued_by_the_office_alone_and_once(api, campaign, office):
    part = make.AssignmentFactory(duty__campaign=campaign, duty__due_on=soon(days=30), status="draft")
    head = viewer(campaign, head_of=part.department)

    refused = api(head).post("duties/issue/")
    answers = [api(office).post("duties/issue/", duties=[part.duty_id]).json() for _n in range(2)]

    assert refused.status_code == 403
    assert answers == [{"issued": 1, "people": 1, "refused": {}}, {"issued": 0, "people": 0, "refused": {}}]
    part.refresh_from_db()
    assert part.status == "issued"


# --- recording ------------------------------------------------------------------------------------


def test_the_same_key_twice_is_one_finding(api, campaign):
    inspector = viewer(campaign, inspector=True)
    given = {"key": uuid4(), "text": "垃圾外溢", "place": "东街口"}

    first, second = (api(inspector).post("findings/", **given) for _n in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Finding.objects.get().found_by == inspector.user


def test_somebody_elses_key_is_refused(api, campaign, office):
    finding = make.FindingFactory(campaign=campaign)

    answer = api(office).post("findings/", key=finding.key, text="x", place="x")

    assert (answer.status_code, Finding.objects.count()) == (403, 1)


def test_a_unit_records_nothing(api, campaign):
    head = viewer(campaign, head_of=make.DepartmentFactory(parent=campaign.host))

    answer = api(head).post("findings/", key=uuid4(), text="x", place="x")

    assert (answer.status_code, Finding.objects.count()) == (403, 0)


def test_rows_of_another_campaign_cannot_be_named(api, campaign, office):
    other = make.CampaignFactory()
    caller = api(office)
    foreign = {
        "round": make.RoundFactory(campaign=other).pk,
        "kind": make.ProblemKindFactory(campaign=other).pk,
        "site": make.SiteFactory(kind__host=other.host).pk,
        "lead": make.DepartmentFactory(parent=other.host).pk,
        "items": [make.ItemFactory(standard__campaign=other).pk],
    }

    answers = [
        caller.post("findings/", **{"key": uuid4(), "text": "x", "place": "x", name: pk}).status_code
        for name, pk in foreign.items()
    ]

    assert (answers, Finding.objects.count()) == ([404] * 5, 0)


def test_what_is_to_come_was_not_found_yet(api, office):
    answer = api(office).post("findings/", key=uuid4(), text="x", place="x", found_at="2999-01-01T08:00:00+08:00")

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["found_at"])


def test_a_file_that_is_no_photo_is_refused_with_its_sentence(api, campaign):
    inspector = viewer(campaign, inspector=True)
    fake = SimpleUploadedFile("problem.jpg", b"<html>", content_type="image/jpeg")

    answer = api(inspector).send("findings/", key=uuid4(), text="x", place="x", photos=[fake])

    assert (answer.status_code, Finding.objects.count()) == (400, 0)
    assert "照片" in answer.json()["detail"] or "文件" in answer.json()["detail"]


# --- the docket -----------------------------------------------------------------------------------


def objected(api, campaign, noun):
    """(the objection, the head who objects): to a task or to a finding."""
    if noun == "disputes":
        part = make.AssignmentFactory(duty__campaign=campaign)
        head = viewer(campaign, head_of=part.department)
        api(head).post(f"assignments/{part.pk}/move/", move="dispute", reason="不属我局")
        return Dispute.objects.get(), head
    finding = running_finding(campaign)
    head = viewer(campaign, head_of=finding.lead)
    api(head).post(f"findings/{finding.pk}/move/", move="dispute", reason="不属我局")
    return FindingDispute.objects.get(), head


@pytest.mark.parametrize("noun", DOCKET)
def test_an_objection_is_visited_written_down_and_ruled_on(api, campaign, office, noun):
    row, head = objected(api, campaign, noun)
    other, here = make.DepartmentFactory(parent=campaign.host), f"{noun}/{row.pk}/"
    assert api(head).get(here).json()["moves"] == []
    assert api(head).post(f"{here}rule/", upheld=False, note="我说了算").status_code == 403

    called = api(office).post(f"{here}visit/", on=soon(days=0), place="九点，南门", units=[other.pk], version=row.version)
    stale = api(office).post(f"{here}found/", found="红线以内", version=row.version)
    paper = api(office).send(f"{here}found/", found="红线以内", photos=SimpleUploadedFile("纪要.pdf", b"%PDF-1.4"))
    found = api(office).send(f"{here}found/", found="红线以内", photos=noise("路牙.jpg"))
    ruled = api(office).post(f"{here}rule/", upheld=True, note="属实", moved_to=other.pk)
    again = api(office).post(f"{here}rule/", upheld=False, note="属实")

    assert (called.json()["visit_units"], called.json()["moves"]) == ([other.pk], ["visit", "found", "rule"])
    assert (stale.status_code, stale.json()["code"], paper.status_code) == (409, "stale", 400)
    assert (found.json()["visit_found"], found.json()["visit_photos"]) == ("红线以内", ["路牙.jpg"])
    assert (ruled.json()["ruling"], ruled.json()["moved_to"], ruled.json()["moves"]) == ("upheld", other.pk, [])
    assert (again.status_code, again.json()["code"]) == (409, "wrong_status")


@pytest.mark.parametrize("noun", DOCKET)
def test_on_the_docket_a_unit_finds_its_own_objections_and_nobody_elses(api, campaign, office, noun):
    row, head = objected(api, campaign, noun)
    stranger = viewer(campaign, head_of=make.DepartmentFactory(parent=campaign.host))
    readers = {head: [row.pk], stranger: [], viewer(campaign, inspector=True): [], viewer(campaign, leader=True): [row.pk]}

    for reader, seen in readers.items():
        assert [one["id"] for one in api(reader).get(f"{noun}/").json()["results"]] == seen


@pytest.mark.parametrize("noun", DOCKET)
def test_units_of_a_visit_are_bounded_and_asked_for_at_once(api, campaign, office, noun):
    row, _head = objected(api, campaign, noun)
    units = [make.DepartmentFactory(parent=campaign.host).pk for _n in range(50)]

    def called(*units):
        with CaptureQueriesContext(connection) as caught:
            answer = api(office).post(f"{noun}/{row.pk}/visit/", on=soon(days=-1), place="九点，南门", units=units)
        return answer, [one["sql"] for one in caught if one["sql"].startswith('SELECT "accounts_department"."id"')]

    few, asked_few = called(units[0])
    many, asked_many = called(*reversed(units))
    over, _asked = called(*units, campaign.host_id)
    unknown, _asked = called(units[0], 10**9)

    assert [one.status_code for one in (few, many, over, unknown)] == [200, 200, 400, 404]
    assert (sorted(many.json()["visit_units"]), list(over.json()["fields"])) == (sorted(units), ["units"])
    assert len(asked_many) == len(asked_few)


def test_of_a_call_that_is_stale_or_brings_too_many_files_none_is_kept(api, campaign, office):
    finding = running_finding(campaign)
    head = viewer(campaign, head_of=finding.lead)
    moved = api(head).send(
        f"findings/{finding.pk}/move/", move="submit", text="已清", version=finding.version + 1, files=noise("后.jpg")
    )
    crowd = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(51)]
    many = api(head).send(f"findings/{finding.pk}/move/", move="submit", text="已清", files=crowd)
    row, _head = objected(api, campaign, "disputes")
    api(office).post(f"disputes/{row.pk}/visit/", on=soon(days=0), place="九点，南门")
    found = api(office).send(f"disputes/{row.pk}/found/", found="红线以内", version=row.version, photos=noise("路牙.jpg"))

    assert [moved.status_code, many.status_code, found.status_code] == [409, 400, 409]
    assert list(many.json()["fields"]) == ["files"]
    assert not StoredFile.objects.exists()
