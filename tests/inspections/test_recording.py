"""A finding enters the ledger: once per key, with proposed units, put right on the spot; and its facts are corrected."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Event
from inspections.actions.recording import edit_finding, report_finding
from inspections.models import Finding
from tests.conftest import viewer
from tests.factories import (
    CampaignFactory,
    DepartmentFactory,
    FindingFactory,
    ProblemKindFactory,
    RoundFactory,
    SiteFactory,
    SiteKindFactory,
    UserFactory,
)
from tests.inspections.test_finding_moves import finding_in, photo

AT = timezone.make_aware(datetime.datetime(2026, 3, 4, 10))


@pytest.fixture
def site(campaign):
    line, town = DepartmentFactory(parent=campaign.host), DepartmentFactory(parent=campaign.host, kind="town")
    return SiteFactory(kind=SiteKindFactory(host=campaign.host, name="农贸市场", line=line), territory=town)


def report(by, **given):
    return report_finding(**{"by": by, "key": uuid.uuid4(), "text": "地面积水", "place": "北门", "at": AT} | given)


def units(finding):
    return [(row.department, row.is_lead, row.reason) for row in finding.assignments.filter(ended_at=None).order_by("pk")]


def test_what_is_not_chosen_is_as_proposed(campaign, site):
    kind = ProblemKindFactory(campaign=campaign, words="积水")

    finding = report(viewer(campaign, inspector=True), site=site)

    assert (finding.status, finding.kind, finding.lead, finding.no) == ("draft", kind, site.kind.line, None)
    assert units(finding) == [(site.kind.line, True, "主管农贸市场"), (site.territory, False, "属地")]
    assert finding.found_at == AT and finding.received_at > AT
    assert Event.objects.get().verb == "finding.report"


def test_what_is_chosen_wins(campaign, site):
    lead, support = DepartmentFactory(parent=campaign.host), DepartmentFactory(parent=campaign.host)

    finding = report(viewer(campaign, inspector=True), site=site, lead=lead, supporting=[support])

    assert units(finding) == [(lead, True, ""), (support, False, "")]


def test_without_any_proposal_it_is_a_draft_without_a_unit(campaign):
    finding = report(viewer(campaign, inspector=True))

    assert (finding.lead, units(finding)) == (None, [])


def test_a_double_tap_is_one_finding(campaign, site):
    inspector, key = viewer(campaign, inspector=True), uuid.uuid4()

    first = report(inspector, key=key, site=site)
    second = report(inspector, key=key, site=site, text="另一段文字")

    assert first == second
    assert (Finding.objects.count(), Event.objects.count()) == (1, 1)


def test_somebody_elses_key_is_refused(campaign):
    first = report(viewer(campaign, inspector=True))

    with pytest.raises(PermissionDenied):
        report(viewer(campaign, inspector=True), key=first.key)


def test_a_key_of_another_campaign_is_refused_also_to_the_same_person(campaign):
    inspector = viewer(campaign, inspector=True)
    first = report(inspector)
    elsewhere = viewer(CampaignFactory(host=campaign.host), inspector=True, user=inspector.user)

    with pytest.raises(PermissionDenied):
        report(elsewhere, key=first.key)

    assert Finding.objects.get() == first


def test_a_limit_may_be_the_day_itself(campaign, site):
    finding = report(viewer(campaign, office=True), site=site, due_on=AT.date(), issue=True)

    assert (finding.due_on, finding.due_at) == (AT.date(), timezone.make_aware(datetime.datetime(2026, 3, 5)))


def test_the_office_issues_at_once(campaign, site):
    finding = report(viewer(campaign, office=True), site=site, issue=True)

    assert (finding.status, finding.number) == ("issued", "2026-0001")


def test_an_inspector_may_not_issue_at_once_and_nothing_is_saved(campaign, site):
    with pytest.raises(PermissionDenied):
        report(viewer(campaign, inspector=True), site=site, issue=True)

    assert (Finding.objects.count(), Event.objects.count()) == (0, 0)


def test_put_right_on_the_spot_is_closed_with_both_photos(campaign):
    inspector = viewer(campaign, inspector=True)
    before, after = photo(campaign, inspector), photo(campaign, inspector)

    finding = report(inspector, photos=[before], after_photos=[after])

    assert (finding.status, finding.closed_at, finding.files.get().file) == ("closed", AT, before)
    assert finding.rectifications.get().files.get().file == after


@pytest.mark.parametrize(("given", "field"), [({"text": "  "}, "text"), ({"place": ""}, "place")])
def test_what_and_where_must_be_said(campaign, given, field):
    with pytest.raises(ValidationError) as refused:
        report(viewer(campaign, inspector=True), **given)

    assert list(refused.value.error_dict) == [field]
    assert Finding.objects.count() == 0


def test_a_limit_that_has_passed_is_refused(campaign):
    with pytest.raises(ValidationError) as refused:
        report(viewer(campaign, inspector=True), due_on=datetime.date(2026, 3, 3))

    assert refused.value.error_dict["due_on"][0].code == "past"
    assert Finding.objects.count() == 0


@pytest.mark.parametrize("role", [{"leader": True}, {"head_of": "unit"}, {"liaison_of": "unit"}, {}])
def test_only_office_and_inspectors_record(campaign, role):
    unit = DepartmentFactory(parent=campaign.host)

    with pytest.raises(PermissionDenied):
        report(viewer(campaign, **{name: unit if value == "unit" else value for name, value in role.items()}))


# --- corrections ----------------------------------------------------------------------------------


def test_the_office_corrects_facts_of_an_issued_finding(campaign):
    row = FindingFactory(campaign=campaign)
    support = DepartmentFactory(parent=campaign.host)

    saved = edit_finding(row, by=viewer(campaign, office=True), text="更正后", supporting=[support], version=1, at=AT)

    assert (saved.text, saved.version) == ("更正后", 2)
    assert [one.department for one in row.assignments.filter(ended_at=None, is_lead=False)] == [support]
    assert Event.objects.get().data["fields"] == ["text", "supporting"]


def test_saving_the_same_changes_and_records_nothing(campaign):
    row = FindingFactory(campaign=campaign)

    assert edit_finding(row, by=viewer(campaign, office=True), text=row.text).version == 1
    assert Event.objects.count() == 0


def test_a_draft_changes_its_unit_without_a_trace(campaign):
    row = finding_in("draft", campaign=campaign)
    lead = DepartmentFactory(parent=campaign.host)

    edit_finding(row, by=viewer(campaign, office=True), lead=lead)

    row.refresh_from_db()
    assert (row.lead, [one.department for one in row.assignments.all()]) == (lead, [lead])


@pytest.mark.parametrize("change", ["lead", "due_on"])
def test_what_is_issued_keeps_its_unit_and_limit(campaign, change):
    row = FindingFactory(campaign=campaign)
    value = DepartmentFactory(parent=campaign.host) if change == "lead" else datetime.date(2026, 12, 1)

    with pytest.raises(ValidationError) as refused:
        edit_finding(row, by=viewer(campaign, office=True), **{change: value})

    assert refused.value.code == "issued"


def test_a_stale_correction_is_refused(campaign):
    row = FindingFactory(campaign=campaign)
    office = viewer(campaign, office=True)
    edit_finding(row, by=office, text="甲", version=1)

    with pytest.raises(ValidationError) as refused:
        edit_finding(row, by=office, text="乙", version=1)

    assert refused.value.code == "stale"
    row.refresh_from_db()
    assert row.text == "甲"


def test_a_finder_corrects_own_drafts_only(campaign):
    inspector = viewer(campaign, inspector=True)
    own = finding_in("draft", campaign=campaign, found_by=inspector.user)
    issued = FindingFactory(campaign=campaign, found_by=inspector.user)
    round = RoundFactory(campaign=campaign)  # of a colleague, read but not written
    round.inspectors.add(inspector.user)
    others = finding_in("draft", campaign=campaign, found_by=UserFactory(), round=round)

    assert edit_finding(own, by=inspector, text="更正后").text == "更正后"
    for row in (issued, others):
        with pytest.raises(PermissionDenied):
            edit_finding(row, by=inspector, text="更正后")
