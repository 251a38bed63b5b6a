"""The docket: objections of both kinds, the joint visit, the binding ruling, rulings kept as rules."""

import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Event
from campaigns.paging import page_of
from checklists.actions import assignments
from checklists.actions.disputes import dispute_assignment, rule_dispute
from checklists.actions.visits import arrange_visit, record_visit
from checklists.models import Dispute
from inspections.actions.findings import move_finding, moves_for
from inspections.actions.precedents import end_precedent, keep_ruling
from inspections.actions.proposals import propose
from inspections.advice import rules_for
from inspections.models import FindingAssignment, FindingDispute, Precedent
from inspections.precedents import Bounds, Case, Fit, fitting
from notices.models import Notice
from tests.checklists.material import noise
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    DepartmentFactory,
    DutyFactory,
    FindingFactory,
    ItemFactory,
    ParticipationFactory,
    PrecedentFactory,
    ProblemKindFactory,
    SiteFactory,
    SiteKindFactory,
)

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime.datetime(2026, 3, 23, 10, tzinfo=ZONE)
DAY = datetime.date(2026, 3, 25)


# --- pure -----------------------------------------------------------------------------------------

ITEM, BESIDE, FAR, ABOVE = (UUID(int=n) for n in (1, 2, 3, 9))


@pytest.mark.parametrize(
    ("rule", "case", "fits"),
    [
        (Bounds(1, item=ITEM, parent=ABOVE), Case(items=((ITEM, ABOVE),)), [Fit(1, False)]),
        (Bounds(1, item=ITEM, parent=ABOVE), Case(items=((BESIDE, ABOVE),)), [Fit(1, True)]),
        (Bounds(1, item=ITEM, parent=ABOVE), Case(items=((FAR, None),)), []),
        (Bounds(1, item=ITEM), Case(items=((BESIDE, None),)), []),  # of the top: it has no neighbours
        (Bounds(1, kind=4), Case(kind=4, site_kind=7), [Fit(1, False)]),
        (Bounds(1, kind=4), Case(kind=5), []),
        (Bounds(1, kind=4), Case(items=((ITEM, ABOVE),)), []),  # a task has no kind of problem
        (Bounds(1, kind=4, site_kind=7), Case(kind=4, site_kind=8), []),
        (Bounds(1, area="0001.0002."), Case(kind=4, area="0001.0002.0001."), [Fit(1, False)]),
        (Bounds(1, area="0001.0002."), Case(kind=4, area="0001.0003."), []),
        (Bounds(1, area="0001.0002."), Case(kind=4), []),
    ],
)
def test_a_rule_fits_where_all_its_bounds_do(rule, case, fits):
    assert fitting([rule], case) == fits


def test_the_item_itself_comes_before_its_neighbours_and_the_narrower_rule_first():
    rules = [
        Bounds(1, item=BESIDE, parent=ABOVE, kind=4),
        Bounds(2, kind=4),
        Bounds(3, kind=4, site_kind=7),
        Bounds(4, item=ITEM, parent=ABOVE),
    ]

    found = fitting(rules, Case(items=((ITEM, ABOVE),), kind=4, site_kind=7))

    assert [fit.rule_id for fit in found] == [3, 2, 4, 1]


# --- the binding ruling ---------------------------------------------------------------------------


@pytest.fixture
def part():
    return AssignmentFactory(status="accepted")


@pytest.fixture
def office(part):
    return viewer(part.campaign, office=True)


@pytest.fixture
def head(part):
    return viewer(part.campaign, head_of=part.department)


def object_to(part, head, at=MONDAY):
    part.refresh_from_db()
    return dispute_assignment(part, by=head, reason="非我职责", at=at)


def refused(part, head, office, times):
    for _n in range(times):
        rule_dispute(object_to(part, head), by=office, upheld=False, note="三定方案", at=MONDAY)


@pytest.mark.django_db
@pytest.mark.parametrize(("times", "binding"), [(0, False), (1, False), (2, True)])
def test_after_two_rulings_the_next_objection_must_be_ruled_on(part, head, office, times, binding):
    refused(part, head, office, times)

    dispute = object_to(part, head)

    assert (dispute.earlier_count, dispute.is_binding) == (times, binding)


@pytest.mark.django_db
def test_a_task_passed_on_twice_counts_whoever_leads(part, head, office):
    second, third = (DepartmentFactory(parent=part.campaign.host) for _n in range(2))
    rule_dispute(object_to(part, head), by=office, upheld=True, moved_to=second, at=MONDAY)
    part = part.duty.assignments.get(department=second)
    dispute = object_to(part, viewer(part.campaign, head_of=second))
    rule_dispute(dispute, by=office, upheld=True, moved_to=third, at=MONDAY)
    part = part.duty.assignments.get(department=third)

    assert object_to(part, viewer(part.campaign, head_of=third)).is_binding


@pytest.mark.django_db
def test_supporting_units_do_not_count_for_each_other(part, office):
    parts = [AssignmentFactory(duty=part.duty, is_lead=False, status="accepted") for _n in range(2)]
    own, other = (viewer(part.campaign, head_of=one.department) for one in parts)
    refused(parts[0], own, office, 2)

    assert object_to(parts[1], other).earlier_count == 0
    assert object_to(parts[0], own).earlier_count == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ruling", "field", "code"),
    [
        ({"upheld": False, "note": "", "without_visit": "现场清楚"}, "reason", "required"),
        ({"upheld": True, "note": " ", "without_visit": "现场清楚"}, "reason", "required"),
        ({"upheld": False, "note": "三定方案"}, "without_visit", "visit"),
    ],
)
def test_a_binding_ruling_has_grounds_and_a_visit_or_says_why_not(part, head, office, ruling, field, code):
    refused(part, head, office, 2)
    dispute = object_to(part, head)
    if ruling["upheld"]:
        ruling["moved_to"] = DepartmentFactory(parent=part.campaign.host)

    with pytest.raises(ValidationError) as caught:
        rule_dispute(dispute, by=office, **ruling)

    assert [(name, errors[0].code) for name, errors in caught.value.error_dict.items()] == [(field, code)]
    dispute.refresh_from_db()
    part.refresh_from_db()
    assert (dispute.ruling, part.status) == ("open", "disputed")


@pytest.mark.django_db
def test_after_a_binding_ruling_nobody_objects_again(part, head, office):
    refused(part, head, office, 2)
    rule_dispute(object_to(part, head), by=office, upheld=False, note="三定方案", without_visit="已三次研究", at=MONDAY)
    part.refresh_from_db()

    assert "dispute" not in assignments.moves_for(part, head)
    with pytest.raises(ValidationError) as caught:
        object_to(part, head)
    assert (caught.value.code, Dispute.objects.count()) == ("ruled_for_good", 3)


@pytest.mark.django_db
@pytest.mark.parametrize("times", [2, 3])
def test_the_page_of_the_task_says_why_nobody_objects_again(part, head, office, signed_in, times):
    for _n in range(times):
        rule_dispute(object_to(part, head), by=office, upheld=False, note="三定方案", without_visit="已三次研究", at=MONDAY)

    page = signed_in(head).get(reverse("duty_detail", args=[part.campaign_id, part.duty_id])).content.decode()

    assert ("已作最终裁定，不再受理异议" in page) == (times == 3)


def passed_on(finding, office, times):
    """The finding after so many upheld objections, each by the unit that led it then."""
    for _n in range(times):
        by = viewer(finding.campaign, head_of=finding.lead)
        move_finding(finding, move="dispute", by=by, reason="非我职责", at=MONDAY)
        unit = DepartmentFactory(parent=finding.campaign.host)
        finding = move_finding(finding, move="rule", by=office, upheld=True, department=unit, reason="属他单位", at=MONDAY)
    return finding


@pytest.mark.django_db
def test_a_finding_passed_on_twice_is_ruled_on_for_good():
    finding = FindingFactory(due_on=DAY)
    office = viewer(finding.campaign, office=True)
    finding = passed_on(finding, office, 2)
    by = viewer(finding.campaign, head_of=finding.lead)
    move_finding(finding, move="dispute", by=by, reason="非我职责", at=MONDAY)
    last = DepartmentFactory(parent=finding.campaign.host)
    given = {"upheld": True, "department": last, "reason": "按路权划分", "at": MONDAY}

    with pytest.raises(ValidationError) as caught:
        move_finding(finding, move="rule", by=office, **given)
    assert list(caught.value.error_dict) == ["without_visit"]
    finding = move_finding(finding, move="rule", by=office, without_visit="卫星图可证", **given)

    last_head = viewer(finding.campaign, head_of=last)
    assert "dispute" not in moves_for(finding, last_head)
    with pytest.raises(ValidationError):
        move_finding(finding, move="dispute", by=last_head, reason="也非我职责")
    assert [row.earlier_count for row in FindingDispute.objects.order_by("pk")] == [0, 1, 2]


# --- the joint visit ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_joint_visit_is_called_told_and_written_down(part, head, office):
    dispute = object_to(part, head)
    other = DepartmentFactory(parent=part.campaign.host)
    guest = viewer(part.campaign, head_of=other)

    called = arrange_visit(dispute, by=office, on=DAY, place="上午9点，南门", units=[other], at=MONDAY)
    found = record_visit(called, by=office, found="围墙以内属市场", at=MONDAY + datetime.timedelta(days=3))

    assert (found.visit_on, found.visit_place, list(found.visit_units.all())) == (DAY, "上午9点，南门", [other])
    assert (found.visit_found, found.version) == ("围墙以内属市场", 3)
    told = {notice.user: notice.url for notice in Notice.objects.filter(kind="dispute.visit")}
    assert told == {head.user: dispute.get_absolute_url(), guest.user: ""}  # the guest does not read the objection
    assert list(Event.objects.filter(verb__startswith="dispute.").order_by("pk").values_list("verb", flat=True)) == [
        "dispute.visit",
        "dispute.found",
    ]


@pytest.mark.django_db
def test_what_was_found_makes_the_reason_needless(part, head, office):
    refused(part, head, office, 2)
    dispute = arrange_visit(object_to(part, head), by=office, on=DAY, place="南门", units=[], at=MONDAY)
    record_visit(dispute, by=office, found="红线以内", at=MONDAY + datetime.timedelta(days=3))

    assert rule_dispute(dispute, by=office, upheld=False, note="红线以内").ruling == "refused"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "act", "error", "code"),
    [
        ("head", "arrange", PermissionDenied, None),
        ("office", "stale", ValidationError, "stale"),
        ("office", "nowhere", ValidationError, "required"),
        ("office", "too_early", ValidationError, "no_visit"),
        ("office", "ruled", ValidationError, "wrong_status"),
    ],
)
def test_a_joint_visit_is_refused(part, head, office, who, act, error, code):
    dispute = object_to(part, head)
    call = {"on": DAY, "place": "南门", "units": [], "at": MONDAY}
    if act == "ruled":
        dispute = rule_dispute(dispute, by=office, upheld=False, note="三定方案")
    if act == "too_early":
        arrange_visit(dispute, by=office, **call)
    before = Event.objects.filter(verb__startswith="dispute.").count()

    with pytest.raises(error) as caught:  # noqa: PT012 - one of two acts
        if act == "too_early":
            record_visit(dispute, by=office, found="已看", at=MONDAY)
        else:
            changed = {"stale": {"version": 9}, "nowhere": {"place": " "}}.get(act, {})
            arrange_visit(dispute, by=office if who == "office" else head, **(call | changed))

    if code:
        raised = caught.value
        found = raised.code if hasattr(raised, "code") else next(iter(raised.error_dict.values()))[0].code
        assert found == code
    assert Event.objects.filter(verb__startswith="dispute.").count() == before


# --- rules from rulings ---------------------------------------------------------------------------


@pytest.fixture
def ruled(part, head, office):
    return rule_dispute(object_to(part, head), by=office, upheld=False, note="红线以内由城管局负责", at=MONDAY)


@pytest.mark.django_db
def test_a_ruling_kept_as_a_rule_is_proposed_for_the_item_and_beside_it_until_it_ends(part, office, ruled):
    item = part.duty.item
    above = ItemFactory(standard=item.standard, is_leaf=False)
    item.parent = above
    item.save()
    beside, far = ItemFactory(standard=item.standard, parent=above), ItemFactory(standard=item.standard)

    rule = keep_ruling(ruled, by=office, department=part.department, words="红线以内由城管局负责", item=item)

    def proposed(one):
        return [(row.rule, row.reason) for row in rules_for(part.campaign, items=[one])]

    assert proposed(item) == [(rule, "按2026年3月裁定：红线以内由城管局负责")]
    assert proposed(beside) == [(rule, "按2026年3月对相邻条目的裁定：红线以内由城管局负责")]
    assert proposed(far) == []
    end_precedent(rule, by=office, reason="机构改革")
    assert proposed(item) == []
    assert list(Event.objects.filter(verb__startswith="precedent.").order_by("pk").values_list("verb", flat=True)) == [
        "precedent.create",
        "precedent.end",
    ]


@pytest.mark.django_db
def test_a_rule_leads_the_proposal_of_a_finding_with_its_reason_and_a_chosen_unit_stays():
    rule = PrecedentFactory(words="占道经营由城管局负责")
    site = SiteFactory(kind=SiteKindFactory(host=rule.campaign.host, line=DepartmentFactory(parent=rule.campaign.host)))

    found = propose(rule.campaign, severity="ordinary", kind=rule.kind, site=site)
    other = propose(rule.campaign, severity="ordinary", kind=ProblemKindFactory(campaign=rule.campaign), site=site)

    assert (found.lead.department, found.lead.reason) == (rule.department, "按2026年11月裁定：占道经营由城管局负责")
    assert other.lead.department == site.kind.line


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"item": None}, "bounds"),
        ({"words": " "}, "required"),
        ("open", "not_ruled"),
        ("twice", "kept"),
    ],
)
def test_a_ruling_is_not_kept(part, head, office, ruled, change, code):
    given = {"department": part.department, "words": "由城管局负责", "item": part.duty.item}
    if change == "open":
        ruled = object_to(part, head)
    elif change == "twice":
        keep_ruling(ruled, by=office, **given)
    else:
        given |= change
    before = Precedent.objects.count()

    with pytest.raises(ValidationError) as caught:
        keep_ruling(ruled, by=office, **given)

    error = caught.value
    assert (error.code if hasattr(error, "code") else error.error_dict["words"][0].code) == code
    assert Precedent.objects.count() == before


@pytest.mark.django_db
def test_only_the_office_keeps_and_ends_rules(part, head, ruled):
    rule = PrecedentFactory(campaign=part.campaign)

    with pytest.raises(PermissionDenied):
        keep_ruling(ruled, by=head, department=part.department, words="由城管局负责", item=part.duty.item)
    with pytest.raises(PermissionDenied):
        end_precedent(rule, by=head, reason="机构改革")
    rule.refresh_from_db()
    assert (rule.ended_on, Precedent.objects.count()) == (None, 1)


# --- pages ----------------------------------------------------------------------------------------


def url(name, campaign, *args):
    return reverse(name, args=[campaign.pk, *args])


@pytest.mark.django_db
def test_the_docket_lists_both_kinds_what_must_be_ruled_on_first(part, head, office, signed_in):
    first = object_to(part, head)
    finding = FindingFactory(campaign=part.campaign, due_on=DAY)
    finding = passed_on(finding, office, 2)
    move_finding(finding, move="dispute", by=viewer(part.campaign, head_of=finding.lead), reason="非我职责")

    page = signed_in(office).get(url("dispute_list", part.campaign))

    binding = finding.disputes.get(ruling="open")
    assert [(row.of, row.pk) for row in page.context["page"]] == [("finding", binding.pk), ("task", first.pk)]
    ruled = signed_in(office).get(url("dispute_list", part.campaign) + "?view=ruled")
    assert [row.of for row in ruled.context["page"]] == ["finding", "finding"]


@pytest.mark.django_db
def test_what_must_be_ruled_on_is_counted_on_every_page_of_the_list(part, head, office, signed_in, monkeypatch):
    object_to(part, head)
    for _n in range(2):
        finding = passed_on(FindingFactory(campaign=part.campaign, due_on=DAY), office, 2)
        move_finding(finding, move="dispute", by=viewer(part.campaign, head_of=finding.lead), reason="非我职责")
    Dispute.objects.update(earlier_count=2)
    monkeypatch.setattr("inspections.views.disputes.page_of", partial(page_of, per_page=1))

    pages = [signed_in(office).get(url("dispute_list", part.campaign), {"page": n}).context for n in (1, 2, 3)]

    assert [(len(page["page"].object_list), page["must_count"]) for page in pages] == [(1, 3)] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["dispute_list", "dispute_rules"])
def test_the_lists_cost_the_same_for_one_and_three_rows(part, head, office, signed_in, django_assert_num_queries, name):
    expected = {"dispute_list": 10, "dispute_rules": 8}[name]

    def add():
        one = AssignmentFactory(duty=DutyFactory(campaign=part.campaign, checklist=part.duty.checklist), status="accepted")
        object_to(one, viewer(part.campaign, head_of=one.department))
        finding = FindingFactory(campaign=part.campaign, due_on=DAY)
        by = viewer(part.campaign, head_of=finding.lead)
        move_finding(finding, move="dispute", by=by, reason="非我职责", at=MONDAY)
        PrecedentFactory(campaign=part.campaign)

    client = signed_in(office)
    add()
    with django_assert_num_queries(expected):
        client.get(url(name, part.campaign))
    add()
    add()
    with django_assert_num_queries(expected):
        client.get(url(name, part.campaign))


@pytest.mark.django_db
def test_the_office_calls_a_visit_writes_it_down_rules_and_keeps_the_rule(part, head, office, signed_in):
    dispute = object_to(part, head)
    client, here = signed_in(office), url("dispute_visit", part.campaign, dispute.pk)

    wrong = client.post(here, {"act": "arrange", "version": 1, "on": "2026-03-25", "place": ""})
    assert (wrong.status_code, "2026-03-25" in wrong.text) == (422, True)
    client.post(here, {"act": "arrange", "version": 1, "on": "2026-03-25", "place": "南门"})
    stale = client.post(here, {"act": "record", "version": 1, "found": "写了很久的踏勘记录"})
    assert (stale.status_code, "写了很久的踏勘记录" in stale.text) == (409, True)
    client.post(here, {"act": "record", "version": 2, "found": "红线以内"})
    answer = client.post(
        url("dispute_rule", part.campaign, dispute.pk), {"ruling": "refuse", "note": "红线以内归你单位", "keep": "on"}
    )

    keep = url("dispute_keep", part.campaign, dispute.pk)
    assert answer.url == keep
    assert client.get(keep).context["form"].initial["words"] == "红线以内归你单位"
    bare = client.post(keep, {"department": part.department_id, "words": "红线以内归城管局"})
    assert (bare.status_code, "红线以内归城管局" in bare.text, Precedent.objects.count()) == (422, True, 0)
    client.post(keep, {"department": part.department_id, "words": "红线以内归城管局", "item": part.duty.item_id})
    rule = Precedent.objects.get()
    assert (rule.item, rule.dispute, rule.department) == (part.duty.item, dispute, part.department)
    nothing = client.post(url("dispute_rule_end", part.campaign, rule.pk), {"reason": ""})
    assert nothing.status_code == 422
    client.post(url("dispute_rule_end", part.campaign, rule.pk), {"reason": "机构改革"})
    rule.refresh_from_db()
    assert (rule.end_reason, rule.ended_by) == ("机构改革", office.user)


@pytest.mark.django_db
@pytest.mark.parametrize(("of", "offered"), [("another unit", True), ("the objecting unit", False), ("a supporting unit", False)])
def test_nobody_of_a_unit_that_answers_for_the_finding_rules_on_an_objection_to_it(signed_in, of, offered):
    finding = FindingFactory(due_on=DAY, status="issued")
    helper, other = DepartmentFactory(parent=finding.campaign.host), DepartmentFactory(parent=finding.campaign.host)
    FindingAssignment.objects.create(finding=finding, department=helper, is_lead=False)
    by = viewer(finding.campaign, head_of=finding.lead)
    move_finding(finding, move="dispute", by=by, reason="非我职责", at=MONDAY)
    row, unit = finding.disputes.get(), {"another unit": other, "the objecting unit": finding.lead}.get(of, helper)
    client = signed_in(viewer(finding.campaign, office=True, head_of=unit))

    page = client.get(url("dispute_list", finding.campaign))
    shown = client.get(url("dispute_finding", finding.campaign, row.pk))
    visit = client.post(url("dispute_finding_visit", finding.campaign, row.pk), {"act": "arrange"})
    ruled = client.post(url("dispute_finding", finding.campaign, row.pk), {"ruling": "refuse"})
    by_program = client.get(f"/api/v1/campaigns/{finding.campaign_id}/finding-disputes/{row.pk}/").json()

    assert [one.can_rule for one in page.context["page"]] == [offered]
    assert shown.context["may_rule"] is offered
    assert (visit.status_code, ruled.status_code) == ((422, 422) if offered else (403, 403))
    assert bool(by_program["moves"]) is offered


@pytest.mark.django_db
def test_an_objection_to_a_finding_is_ruled_on_at_the_docket(signed_in):
    finding = FindingFactory(due_on=DAY, status="issued")
    office = viewer(finding.campaign, office=True)
    by = viewer(finding.campaign, head_of=finding.lead)
    move_finding(finding, move="dispute", by=by, reason="非我职责", at=MONDAY)
    row, other = finding.disputes.get(), DepartmentFactory(parent=finding.campaign.host)
    client, here = signed_in(office), url("dispute_finding", finding.campaign, row.pk)

    assert client.post(here, {"ruling": "refuse", "note": ""}).status_code == 422
    answer = client.post(here, {"ruling": "uphold", "moved_to": other.pk, "note": "按路权划分"})

    finding.refresh_from_db()
    assert (answer.url, finding.status, finding.lead) == (url("dispute_list", finding.campaign), "issued", other)
    late = client.post(here, {"ruling": "uphold", "moved_to": other.pk, "note": "写了很久的裁定"})
    assert (late.status_code, "写了很久的裁定" in late.text) == (409, True)


@pytest.mark.django_db
def test_the_case_shows_what_earlier_rulings_say_and_asks_for_the_visit(part, head, office, signed_in):
    refused(part, head, office, 2)
    dispute = object_to(part, head)
    rule = PrecedentFactory(campaign=part.campaign, kind=None, item=part.duty.item, words="红线以内归城管局")

    context = signed_in(office).get(url("dispute_rule", part.campaign, dispute.pk)).context

    assert [one.rule for one in context["proposals"]] == [rule]
    assert "without_visit" in context["form"].fields
    assert "proposals" in signed_in(head).get(url("dispute_rule", part.campaign, dispute.pk)).context


@pytest.mark.django_db
def test_photos_of_the_visit_stand_on_the_case_and_beside_the_ruling(part, head, office, signed_in):
    dispute = arrange_visit(object_to(part, head), by=office, on=DAY, place="南门", units=[], at=MONDAY)
    client, visit = signed_in(office), url("dispute_visit", part.campaign, dispute.pk)
    assert client.get(visit).url == dispute.get_absolute_url()
    sent = {"act": "record", "version": dispute.version, "found": "红线以内"}

    paper = SimpleUploadedFile("纪要.pdf", b"%PDF-1.4 no photo")
    refused = client.post(visit, sent | {"photos": [noise("路牙.jpg"), paper]})
    assert (refused.status_code, "纪要.pdf" in refused.text, dispute.visit_photos.count()) == (422, True, 0)
    (kept,) = refused.context["found_form"].cleaned_data["kept"]  # the good one is not chosen again
    client.post(visit, sent | {"kept": [kept.pk], "photos": noise("门牌.jpg", seed=2)})
    gone = dispute.visit_photos.get(name="门牌.jpg")
    client.post(visit, sent | {"version": dispute.version + 1, "drop": [gone.pk]})
    rule_dispute(dispute, by=office, upheld=False, note="红线以内归你单位")

    address = reverse("dispute_photo", args=[part.campaign_id, dispute.pk, kept.pk, "print"])
    mine = signed_in(head)
    assert [file.name for file in dispute.visit_photos.all()] == ["路牙.jpg"]
    assert address in mine.get(dispute.get_absolute_url()).text
    assert mine.get(address)["Content-Type"] == "image/jpeg"
    assert mine.get(reverse("dispute_photo", args=[part.campaign_id, dispute.pk, gone.pk, "print"])).status_code == 404
    assert f'{dispute.get_absolute_url()}#visit">照片：1' in mine.get(part.get_absolute_url()).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("taking_part", "offered"),
    [(("甲局", "乙局"), {"甲局", "乙局", "丙局"}), ((), {"甲局", "乙局", "丙局", "旧科"})],
    ids=["only who takes part and who is proposed", "nobody is entered yet"],
)
def test_a_ruling_offers_the_units_that_take_part(part, head, office, signed_in, taking_part, offered):
    units = {name: DepartmentFactory(parent=part.campaign.host, name=name) for name in ("甲局", "乙局", "丙局", "旧科")}
    for name in taking_part:
        ParticipationFactory(campaign=part.campaign, department=units[name])
    dispute = object_to(part, head)
    dispute.proposed = units["丙局"]
    dispute.save()

    page = signed_in(office).get(dispute.get_absolute_url())

    assert {unit.name for unit in page.context["form"].fields["moved_to"].queryset} == offered
    assert "data-search=" in page.text
