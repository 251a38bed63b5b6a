"""Units and people of one sheet: looked at, settled, saved whole or not at all; links shown once."""

import io
import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from accounts.actions import record, set_password, user_of_link
from accounts.departments import edit_department
from accounts.models import Alias, Department, DepartmentGroup, Event, User
from campaigns.actions import end_member
from campaigns.models import Membership, Participation
from campaigns.viewer import viewer_for
from checklists import decisions
from checklists.actions import saving
from checklists.actions.imports import settle_import, start_import
from checklists.actions.people import hand_out_links, save_people
from checklists.actions.peopleundo import take_back_people
from checklists.models import Import
from checklists.register import Register
from checklists.roster import choose_roles, read_people_import
from checklists.sheets.grid import read_workbook
from checklists.sheets.people import read_people
from checklists.views.importchanges import change_of
from notices.actions import notify
from notices.models import Delivery, Notice
from tests.checklists.sheet_maker import PEOPLE_HEADS, STAFF, people_workbook, workbook
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CampaignFactory, DepartmentFactory, MembershipFactory, UserFactory

MOBILE = "13900000000"


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


def line(unit=None, person=None, role="联络员", *, alias=None, parent=None, position=None, group=None, phone=None, email=None):
    return [unit, alias, parent, position, group, person, None, role if person else None, phone, email]


def started(office, *rows):
    upload = SimpleUploadedFile("通讯录.xlsx", people_workbook(rows or STAFF))
    return start_import(upload, by=office, kind=Import.Kind.PEOPLE)


def reading_of(row):
    return read_people_import(row, register=Register(row.campaign.host), today=date.today())


def decide(row, office, *changes):
    for change in changes:
        row = settle_import(row, by=office, version=row.version, change=change)
    return row


def save(row, office, **facts):
    return save_people(row, by=office, version=row.version, **facts)


def counted():
    models = (Department, Alias, DepartmentGroup, User, Membership, Participation)
    return [model.objects.count() for model in models]


def refused(row, office, **facts):
    """The code of the refusal; nothing was saved."""
    before = counted()
    with pytest.raises(ValidationError) as caught:
        save(row, office, **facts)
    assert (counted(), Import.objects.get(pk=row.pk).status) == (before, "read")
    return caught.value.code if hasattr(caught.value, "code") else sorted(caught.value.error_dict)


# --- what is saved --------------------------------------------------------------------------------------


def test_units_groups_people_and_roles_of_a_clean_sheet(office, campaign):
    row = started(office)
    saved = save(row, office)

    units = Department.objects.under(campaign.host).exclude(pk=campaign.host.pk)
    assert [(unit.name, unit.short_name, unit.kind, unit.parent.name) for unit in units] == [
        ("示范甲局", "甲局", "unit", campaign.host.name),
        ("示范甲局综合科", "", "section", "示范甲局"),
        ("示范东街道", "东街", "town", campaign.host.name),
    ]
    assert all(unit.path == f"{unit.parent.path}{unit.pk:06d}." for unit in units)
    assert {group.name: [str(one) for one in group.members.all()] for group in DepartmentGroup.objects.all()} == {
        "区直单位": ["甲局"],
        "街道": ["东街"],
    }
    assert set(Participation.objects.values_list("department__name", flat=True)) == {unit.name for unit in units}
    rows = Membership.objects.exclude(user=office.user).order_by("pk")
    assert [(row.user.name, row.role, row.department and row.department.name, row.title) for row in rows] == [
        ("赵示范", "head", "示范甲局", "局长"),
        ("钱示范", "liaison", "示范甲局", "科员"),
        ("孙示范", "head", "示范甲局综合科", "科长"),
        ("李示范", "head", "示范东街道", "主任"),
        ("周示范", "inspector", None, "干事"),
    ]
    first = User.objects.get(username="赵示范")
    assert (first.phone, first.email, first.has_usable_password()) == ("13800000001", "zhao@example.com", False)
    links = hand_out_links(row, by=office)
    assert [user_of_link(*one.path.strip("/").split("/")[-2:]) for one in links] == [one.user for one in links]
    assert {one.user for one in links} == set(saved.accounts) and len(links) == 5
    assert {event.campaign_id for event in Event.objects.filter(verb__startswith="member.")} == {campaign.pk}


def test_the_same_sheet_again_changes_nothing(office):
    save(started(office), office)
    before = counted()

    saved = save(started(office), office)

    assert (saved.units, saved.accounts, saved.members, saved.reused) == ([], [], [], 5)
    assert counted() == before


def test_the_order_of_the_sheet_counts_among_siblings(office, campaign):
    save(started(office, line("示范丙局", position=3), line("示范乙局", position=2), line("示范甲局", position=1)), office)

    names = list(Department.objects.filter(parent=campaign.host).values_list("name", flat=True))
    assert names == ["示范甲局", "示范乙局", "示范丙局"]


def test_a_unit_of_the_register_is_found_by_its_alias_and_stays(office, campaign):
    unit = DepartmentFactory(name="示范住房和城乡建设局", parent=campaign.host)
    Alias.objects.create(department=unit, name="示范建设局")

    saved = save(started(office, line("示范建设局", "王示范", alias="建设局")), office)

    assert (saved.units, Department.objects.get(pk=unit.pk).name) == ([], "示范住房和城乡建设局")
    assert set(unit.aliases.values_list("name", flat=True)) == {"示范建设局", "建设局"}
    assert saved.members[0].department == unit


def test_a_name_used_as_account_gets_a_number(office):
    UserFactory(username="王示范", name="王示范")

    saved = save(
        started(office, line("示范甲局", "王示范", phone=MOBILE), line("示范乙局", "王示范", phone="13900000001")), office
    )

    assert [one.username for one in saved.accounts] == ["王示范2", "王示范3"]


@pytest.mark.parametrize("facts", [{"phone": MOBILE}, {"email": "wang@example.com"}])
def test_who_has_an_account_keeps_it(office, facts):
    known = UserFactory(name="王示范", **facts)

    saved = save(started(office, line("示范甲局", "王示范", **facts)), office)

    assert (saved.accounts, saved.reused, saved.members[0].user) == ([], 1, known)


def test_a_person_of_the_same_unit_is_the_same_person(office, campaign):
    unit = DepartmentFactory(name="示范甲局", parent=campaign.host)
    known = MembershipFactory(campaign=campaign, role="liaison", department=unit, user=UserFactory(name="王示范")).user

    saved = save(started(office, line("示范甲局", "王示范", "负责人")), office)

    assert (saved.accounts, [(one.user, one.role) for one in saved.members]) == ([], [(known, "head")])


def test_one_person_with_two_units_gets_one_account(office):
    saved = save(started(office, line("示范甲局", "王示范", phone=MOBILE), line("示范乙局", "王示范", phone=MOBILE)), office)

    assert (len(saved.accounts), len(saved.members)) == (1, 2)


# --- what must be answered ------------------------------------------------------------------------------


def test_a_near_name_waits_for_an_answer(office, campaign):
    unit = DepartmentFactory(name="区示范管理局", parent=campaign.host)
    row = started(office, line("区示范局", "王示范"))

    assert [(one.why, one.near) for one in reading_of(row).open_units] == [("near", unit)]
    assert refused(row, office) == "names"
    row = decide(row, office, decisions.name_unit("区示范局", {"do": "map", "unit": unit.pk}))
    assert save(row, office).members[0].department == unit
    assert list(unit.aliases.values_list("name", flat=True)) == ["区示范局"]


def test_two_units_of_one_name_wait_for_an_answer(office, campaign):
    above = [DepartmentFactory(name=name, parent=campaign.host) for name in ("示范甲局", "示范乙局")]
    for one in above:
        DepartmentFactory(name="办公室", parent=one)

    assert [one.why for one in reading_of(started(office, line("办公室", "王示范"))).open_units] == ["several"]
    assert reading_of(started(office, line("办公室", "王示范", parent="示范乙局"))).units["办公室"].unit.parent == above[1]


def test_a_unit_above_that_is_nowhere_waits_for_an_answer(office, campaign):
    row = started(office, line("示范甲局", parent="示范总局"))

    assert refused(row, office) == "names"
    made = save(decide(row, office, decisions.name_unit("示范总局", {"do": "make"})), office).units
    assert {unit.name: unit.parent.name for unit in made} == {"示范总局": campaign.host.name, "示范甲局": "示范总局"}


def test_a_unit_above_that_is_nowhere_may_be_left_out(office, campaign):
    row = decide(started(office, line("示范甲局", parent="示范总局")), office, decisions.name_unit("示范总局", {"do": "skip"}))

    assert [unit.parent for unit in save(row, office).units] == [campaign.host]


@pytest.mark.parametrize("word", ["示范官", None])
def test_a_role_not_known_waits_for_an_answer(office, word):
    row = started(office, line("示范甲局", "王示范", word))

    assert refused(row, office) == "people"
    row = decide(row, office, choose_roles(["通讯录|2"], "liaison"))
    assert [one.role for one in save(row, office).members] == ["liaison"]


def test_a_liaison_without_a_unit_waits_for_an_answer(office):
    row = started(office, line("示范甲局", "赵示范"), line(None, "王示范"))

    assert refused(row, office) == "people"
    row = decide(row, office, decisions.fill_cell("通讯录", 3, *reading_of(row).open_people[0].fill))
    assert {one.department.name for one in save(row, office).members} == {"示范甲局"}


def test_people_of_a_unit_left_out_are_left_out(office):
    row = decide(started(office, *STAFF), office, decisions.name_unit("示范甲局", {"do": "skip"}))

    assert [one.name for one in save(row, office).accounts] == ["孙示范", "李示范", "周示范"]


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        ([line("示范甲局", "王示范", phone="电话待报")], ["odd_phone"]),
        ([line("示范甲局", "王示范", email="wang.example")], ["odd_email"]),
        ([line("示范甲局", "王示范"), line("示范甲局", "王示范")], ["same_person"]),
        ([line("示范甲局", alias="示范局"), line("示范乙局", alias="示范局")], ["same_name"]),
        ([line("示范丁局", alias="旧局")], ["unit_by_alias"]),
        ([line("旧局", parent="示范甲局"), line("示范甲局")], ["unit_elsewhere"]),
        ([line("示范甲局", "王示范", phone=MOBILE)], ["address_of_other"]),
    ],
)
def test_a_doubt_is_looked_at_or_nothing_is_saved(office, campaign, rows, kinds):
    DepartmentFactory(name="旧局", parent=campaign.host)
    UserFactory(name="别人", phone=MOBILE)
    row = started(office, *rows)

    assert [doubt.kind for doubt in reading_of(row).doubts] == kinds
    assert refused(row, office) == "doubts"
    assert save(row, office, is_checked=True)


def test_a_unit_found_by_its_other_name_may_be_made_all_the_same(office, campaign):
    old = DepartmentFactory(name="旧局", parent=campaign.host)
    row = started(office, line("示范丁局", alias="旧局"))
    row = decide(row, office, decisions.name_unit("示范丁局", {"do": "make"}))

    assert [doubt.kind for doubt in reading_of(row).doubts] == ["alias_taken"]
    assert [unit.name for unit in save(row, office, is_checked=True).units] == ["示范丁局"]
    assert not Alias.objects.exists() and old.name == "旧局"


def test_a_circle_of_units_is_refused_whole(office):
    row = started(office, line("示范甲局", parent="示范乙局"), line("示范乙局", parent="示范甲局"), line("示范丙局"))

    assert refused(row, office, is_checked=True) == "inside_itself"


def test_only_the_office_saves_and_only_what_it_has_seen(office, campaign):
    row = started(office)
    with pytest.raises(PermissionDenied):
        save(row, viewer(campaign, leader=True))
    with pytest.raises(PermissionDenied):
        save(row, viewer(CampaignFactory(), office=True))
    stale = row.version
    decide(row, office, decisions.know([]))
    with pytest.raises(ValidationError) as caught:
        save_people(row, by=office, version=stale)
    assert caught.value.code == "stale"
    assert not Department.objects.filter(name="示范甲局").exists()


def test_a_saved_workbook_is_not_saved_again(office):
    row = started(office)
    save(row, office)

    with pytest.raises(ValidationError) as caught:
        save(Import.objects.get(pk=row.pk), office)
    assert caught.value.code == "closed"


# --- who is missing -------------------------------------------------------------------------------------


def test_who_is_missing_in_the_next_sheet_is_ended_only_when_ticked(office):
    save(started(office), office)
    row = started(office, *STAFF[:1], *STAFF[2:4])
    missing = {one.user.name: one for one in reading_of(row).missing}

    assert set(missing) == set()  # no row names a liaison or an inspector: nothing is said about them
    row = started(office, STAFF[0], line("示范东街道", "吴示范"))
    missing = {one.user.name: one for one in reading_of(row).missing}
    assert set(missing) == {"钱示范", "孙示范", "李示范"}
    save(row, office, ends=(missing["钱示范"].pk,))
    ended = Membership.objects.exclude(ended_on=None)
    assert [one.user.name for one in ended] == ["钱示范"]


def test_what_a_column_was_said_to_mean_is_known_in_the_next_sheet(office):
    book = workbook({"名单": [["单位", "姓名", "角色", "手提"], ["区甲局", "甲示", "联络员", MOBILE]]})
    row = start_import(SimpleUploadedFile("a.xlsx", book), by=office, kind=Import.Kind.PEOPLE)
    assert [one.row.phone for one in reading_of(row).people] == [""]
    row = decide(row, office, decisions.map_column("名单", 3, "phone"))
    save(row, office, is_checked=True)

    again = start_import(SimpleUploadedFile("b.xlsx", book), by=office, kind=Import.Kind.PEOPLE)

    assert [one.row.phone for one in reading_of(again).people] == [MOBILE]


def test_only_who_is_missing_can_be_ended(office, campaign):
    mine = Membership.objects.get(user=office.user)

    assert refused(started(office), office, ends=(mine.pk,)) == "ends"
    other = MembershipFactory(role="head", department=DepartmentFactory())
    assert refused(started(office), office, ends=(other.pk,)) == "ends"


# --- size -----------------------------------------------------------------------------------------------


def many(units, people):
    rows = [line(f"名册第{number:03d}局", group="区直单位", alias=f"册{number:03d}") for number in range(units)]
    return rows + [
        line(f"名册第{number % units:03d}局", f"人员{number:03d}", phone=f"139{number:08d}") for number in range(people)
    ]


def test_350_units_and_800_people_in_a_fixed_number_of_queries(office, django_assert_max_num_queries):
    row = started(office, *many(350, 800))

    with django_assert_max_num_queries(100):
        saved = save(row, office)

    assert (len(saved.units), len(saved.accounts), len(saved.members)) == (350, 800, 800)


def test_the_preview_asks_the_same_for_one_row_and_for_many(office, django_assert_num_queries):
    for rows in (many(1, 1), many(30, 60)):
        row = started(office, *rows)
        with django_assert_num_queries(7):
            reading_of(row)


# --- pages ----------------------------------------------------------------------------------------------


def links_of(row):
    return reverse("people_links", args=[row.campaign_id, row.pk])


def preview(row):
    return reverse("people_preview", args=[row.campaign_id, row.pk])


def test_from_the_upload_to_the_links(signed_in, office, campaign):
    client = signed_in(office)
    sheet = people_workbook([*STAFF, line("示范东街道", "郑示范", "示范官")])
    answer = client.post(
        reverse("people_upload", args=[campaign.pk]), {"file": SimpleUploadedFile("通讯录.xlsx", sheet)}, follow=True
    )
    row = Import.objects.get()
    assert "郑示范" in answer.content.decode()
    refusal = client.post(preview(row), {"do": "save", "version": row.version})
    assert (refusal.status_code, Department.objects.filter(name="示范甲局").count()) == (422, 0)
    client.post(preview(row), {"do": "role", "place": "通讯录|7", "role": "liaison", "version": row.version})

    row.refresh_from_db()
    answer = client.post(preview(row), {"do": "save", "version": row.version})

    assert answer["Location"] == preview(row)
    page = client.get(preview(row)).content.decode()
    assert ("/password/" in page, "6个新账号" in page.replace(" ", "")) == (False, True)
    answer = client.post(links_of(row))
    body = answer.content.decode()
    links = re.findall(r"http://testserver(/password/[^<\s]+)", body)
    assert (answer.status_code, len(links), answer["Cache-Control"]) == (
        200,
        6,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert body.index("示范甲局") < body.index("示范东街道")
    assert "/password/" not in client.get(preview(row)).content.decode()


@pytest.mark.parametrize(("position", "said"), [(2, True), (None, False)])
def test_the_preview_says_that_units_of_the_register_keep_their_place(position, said, signed_in, office, campaign):
    DepartmentFactory(name="示范甲局", parent=campaign.host)
    row = started(office, line("示范甲局", position=position), line("示范乙局", position=1))

    page = signed_in(office).get(preview(row)).text

    assert ("名录中已有的单位保持原来的顺序" in page) == said


def test_a_second_list_is_for_those_who_have_not_opened_their_account(office, campaign):
    row = started(office)
    with pytest.raises(ValidationError):
        hand_out_links(row, by=office)
    save(row, office)
    first = {one.user.name: one for one in hand_out_links(row, by=office)}
    set_password(first["赵示范"].user, password="a1-Long-enough-one")
    User.objects.filter(username="钱示范").update(last_login=timezone.now())
    User.objects.filter(username="周示范").update(is_superuser=True)
    MembershipFactory(campaign=CampaignFactory(), role="leader", user=first["孙示范"].user)

    second = hand_out_links(row, by=office)

    assert [one.user.name for one in second] == ["李示范"]  # nobody's who is also elsewhere, and no keeper's
    for stranger in (viewer(campaign, leader=True), viewer(CampaignFactory(), office=True)):
        with pytest.raises(PermissionDenied):
            hand_out_links(row, by=stranger)


@pytest.mark.parametrize("count", [1, 40])
def test_the_list_of_links_asks_the_same_for_one_and_for_many(office, django_assert_num_queries, count):
    row = started(office, *many(1, count))
    save(row, office)

    with django_assert_num_queries(7):
        assert len(hand_out_links(row, by=office)) == count


def test_no_link_is_kept_in_clear(office):
    row = started(office)
    save(row, office)
    links = [one.path for one in hand_out_links(row, by=office)]
    kept = repr([list(model.objects.values()) for model in (Event, Import, User)])

    assert links
    assert not [path for path in links if path.strip("/").split("/")[-1] in kept]


def test_a_large_sheet_is_saved_in_the_background_with_what_was_ticked(signed_in, office, campaign, monkeypatch):
    monkeypatch.setattr(saving, "LARGE", 2)
    save(started(office), office)
    row = started(office, STAFF[0], line("示范东街道", "吴示范"))
    gone = next(one for one in reading_of(row).missing if one.user.name == "钱示范")
    client = signed_in(office)

    wrong = client.post(preview(row), {"do": "save", "version": row.version, "end": [gone.pk, office.user.memberships.get().pk]})
    assert (wrong.status_code, Import.objects.get(pk=row.pk).status) == (422, "read")
    client.post(preview(row), {"do": "save", "version": row.version, "end": [gone.pk]})
    assert "<progress" in client.get(preview(row)).content.decode()
    assert not User.objects.filter(username="吴示范").exists()
    saving.save_waiting(now=timezone.now())

    row.refresh_from_db()
    gone.refresh_from_db()
    assert (row.status, gone.ended_on is not None, User.objects.filter(username="吴示范").count()) == ("saved", True, 1)
    assert "/password/" in client.post(links_of(row)).content.decode()


# --- taken back -----------------------------------------------------------------------------------------


def taken_back(row, office):
    row.refresh_from_db()
    return take_back_people(row, by=office, version=row.version)


def test_what_nobody_has_used_is_taken_back_whole(office, campaign):
    unit = DepartmentFactory(name="示范丙局", parent=campaign.host)
    kept = MembershipFactory(campaign=campaign, role="head", department=unit)
    group = DepartmentGroup.objects.create(host=campaign.host, name="街道")
    group.members.add(unit)
    before = counted()
    row = started(office)
    missing = [one.pk for one in reading_of(row).missing]
    save(row, office, ends=tuple(missing))
    hand_out_links(row, by=office)

    row = taken_back(row, office)

    kept.refresh_from_db()
    assert (missing, kept.ended_on, counted()) == ([kept.pk], None, before)
    assert (row.status, row.saved, list(group.members.all())) == ("read", {"kept": []}, [unit])
    verbs = {"user.drop", "member.drop", "member.revive", "department.drop", "participation.drop", "import.reopen"}
    assert verbs <= set(Event.objects.values_list("verb", flat=True))
    assert len(save(row, office).accounts) == 5


def test_what_was_used_since_stays_and_is_named_with_the_reason(office, campaign):
    known = UserFactory(name="王示范", phone=MOBILE)
    row = started(office, *STAFF, line("示范丁局", "王示范", phone=MOBILE), line("示范戊局"))
    save(row, office)
    zhao, li = (User.objects.get(username=name) for name in ("赵示范", "李示范"))
    set_password(zhao, password="a1-Long-enough-one")
    end_member(Membership.objects.get(user=li), by=office)
    record(viewer_for(known, campaign), "duty.edit", row)
    edit_department(Department.objects.get(name="示范戊局"), by=office, name="示范己局")

    row = taken_back(row, office)

    assert row.saved["kept"] == [
        ["李示范（示范东街道）", "之后已终止"],
        ["王示范（示范丁局）", "之后在本活动中办理过业务"],
        ["赵示范", "账号已启用"],
        ["示范甲局", "在用：成员"],
        ["示范东街道", "在用：成员"],
        ["示范丁局", "在用：成员"],
        ["示范己局", "之后有改动"],
    ]
    assert set(Membership.objects.exclude(user=office.user).values_list("user__name", flat=True)) == {
        "赵示范",
        "李示范",
        "王示范",
    }
    units = Department.objects.under(campaign.host).exclude(pk=campaign.host.pk).values_list("name", flat=True)
    assert set(units) == {"示范甲局", "示范东街道", "示范丁局", "示范己局"}


def test_who_was_named_for_a_task_keeps_the_role_and_who_was_only_told_does_not(office, campaign):
    known = UserFactory(name="王示范", phone=MOBILE)
    row = started(office, *STAFF, line("示范丁局", "王示范", phone=MOBILE))
    save(row, office)
    li, zhao = (User.objects.get(username=name) for name in ("李示范", "赵示范"))
    for user in (known, li):
        unit = Membership.objects.get(user=user).department
        AssignmentFactory(duty__campaign=campaign, department=unit, person=user, status="issued")
    for user in (known, zhao):
        notify(user, kind="duty.issued", key=f"told:{user.pk}", text="请签收", campaign_id=campaign.pk)
        mail = Delivery.objects.create(user=user, on=date.today(), message_id=f"m{user.pk}", due_at=timezone.now())
        Notice.objects.filter(user=user).update(delivery=mail)

    row = taken_back(row, office)

    assert row.saved["kept"][:2] == [["李示范（示范东街道）", "在用：任务责任人"], ["王示范（示范丁局）", "在用：任务责任人"]]
    assert set(Membership.objects.exclude(user=office.user).values_list("user__name", flat=True)) == {"李示范", "王示范"}
    assert not User.objects.filter(name="赵示范").exists()
    assert list(Delivery.objects.values_list("user", flat=True)) == [known.pk]


def test_taking_back_asks_the_same_whatever_the_size(office):
    asked = []
    for rows in (many(1, 1), many(30, 60)):
        row = started(office, *rows)
        save(row, office)
        with CaptureQueriesContext(connection) as caught:
            taken_back(row, office)
        asked.append(len(caught))

    assert asked[0] == asked[1]  # how many depends on the tables there are: each foreign key is asked


def test_what_could_not_be_taken_back_stands_on_the_page(signed_in, office):
    row = started(office)
    save(row, office)
    set_password(User.objects.get(username="赵示范"), password="a1-Long-enough-one")
    row.refresh_from_db()

    page = signed_in(office).post(preview(row), {"do": "reopen", "version": row.version}, follow=True).content.decode()

    assert ["有 2 项" in page, "账号已启用" in page, "在用：成员" in page] == [True] * 3


def test_the_later_sheet_is_taken_back_first_and_only_by_the_office(office, campaign):
    row = started(office)
    save(row, office)
    save(started(office), office)

    with pytest.raises(ValidationError) as caught:
        taken_back(row, office)
    with pytest.raises(PermissionDenied):
        taken_back(row, viewer(CampaignFactory(), office=True))
    assert caught.value.code == "later"


def test_a_sheet_saved_before_it_was_kept_what_it_made_is_not_taken_back(office):
    row = started(office)
    Import.objects.filter(pk=row.pk).update(status="saved")

    with pytest.raises(ValidationError) as caught:
        taken_back(row, office)
    assert caught.value.code == "unkept"


# --- handed back ----------------------------------------------------------------------------------------


def test_the_sheet_handed_back_says_what_is_wrong_in_each_row(signed_in, office, campaign):
    DepartmentFactory(name="区示范管理局", parent=campaign.host)
    row = started(
        office,
        line("区示范局", "王示范", phone="电话待报"),
        line("示范甲局", "李示范", None),
        line(None, "张示范"),
        line("示范甲局", parent="示范总局"),
    )

    answer = signed_in(office).get(reverse("import_marked", args=[campaign.pk, row.pk]))

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[get_column_letter(sheet.max_column)]] == [
        "导入疑问",
        "第2行“区示范局”可能就是单位库里的“区示范管理局”。\n第2行“电话待报”不是电话号码。",
        "第3行“示范总局”不是单位库里的单位。\n第3行“李示范”没有写角色，或写的角色不认识。",
        "第4行“张示范”没有填写单位。",
        None,
    ]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"do": "nothing"}, 404),
        ({}, 404),
        ({"do": "fill", "row": "x"}, 422),
        ({"do": "name", "name": "示范甲局", "choice": "unit:x"}, 422),
        ({"do": "name", "name": "示范甲局", "choice": "burn"}, 422),
        ({"do": "role", "place": "x", "role": "king"}, 422),
        ({"do": "accept", "key": "x", "choice": "0"}, 422),
        ({"do": "heading", "sheet": "x", "top": "7", "bottom": "zwei"}, 422),
    ],
)
def test_a_button_that_does_not_exist_is_not_found_and_a_wrong_value_is_said_on_the_page(signed_in, office, sent, status):
    row = started(office)

    answer = signed_in(office).post(preview(row), sent | {"version": row.version})

    row.refresh_from_db()
    assert (answer.status_code, row.version) == (status, 1)
    assert ("不是这个问题的有效答案" in answer.content.decode()) == (status == 422)
    if sent.get("do") == "heading":  # what was typed stands there still
        assert all(f'value="{typed}" required' in answer.content.decode() for typed in ("7", "zwei"))


def test_a_fault_behind_a_button_is_not_taken_for_a_wrong_value():
    def broken(_data):
        return {}["sheet"]

    with pytest.raises(KeyError):
        change_of("broken", QueryDict(), {"broken": broken})


def test_the_empty_template_filled_in_is_read_without_a_doubt(signed_in, office, campaign):
    answer = signed_in(office).get(reverse("people_template", args=[campaign.pk]))
    book = load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book.active[1]] == PEOPLE_HEADS
    for row in STAFF:
        book.active.append(row)
    filled = io.BytesIO()
    book.save(filled)

    read = read_people(read_workbook(filled.getvalue(), file_name="表.xlsx")[0])

    assert (len(read.units), len(read.people), read.doubts) == (3, 5, ())


# --- the command ----------------------------------------------------------------------------------------


def told(tmp_path, campaign, *arguments, rows=STAFF):
    (tmp_path / "通讯录.xlsx").write_bytes(people_workbook(rows))
    out = io.StringIO()
    call_command("import_people", str(tmp_path / "通讯录.xlsx"), "--campaign", str(campaign.pk), *arguments, stdout=out)
    return out.getvalue()


def test_the_command_gives_the_same_answers(office, campaign, tmp_path):
    before = counted()
    counts = "3 new units, 0 units of the register, 5 people, 0 have an account."

    assert told(tmp_path, campaign, "--dry-run").splitlines() == [counts, "Nothing saved."]
    assert (counted(), Import.objects.count()) == (before, 0)
    lines = told(tmp_path, campaign).splitlines()
    assert (lines[0], lines[-1], len(lines)) == (counts, "Saved: 3 units made, 5 accounts, 5 roles.", 7)


def test_the_command_stops_at_a_question_unless_told(office, campaign, tmp_path):
    rows = [line("示范甲局", "王示范", "示范官")]

    with pytest.raises(CommandError):
        told(tmp_path, campaign, rows=rows)
    assert not Department.objects.filter(name="示范甲局").exists()
    assert told(tmp_path, campaign, "--role", "liaison", rows=rows).endswith("1 accounts, 1 roles.\n")
