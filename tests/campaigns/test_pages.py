"""The pages of a campaign's settings: what they show, who may, what they cost, and that nothing typed is lost."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, DepartmentGroup, Event, User
from campaigns.models import Campaign, CampaignHoliday, Membership, Participation, RankingGroup, WorkGroup
from tests.conftest import viewer
from tests.factories import (
    CampaignFactory,
    DepartmentFactory,
    FindingFactory,
    GroupFactory,
    MembershipFactory,
    ParticipationFactory,
    RankingGroupFactory,
    UserFactory,
    WorkGroupFactory,
)


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def unit(campaign):
    return DepartmentFactory(parent=campaign.host, name="示范教育局")


def url(campaign, name, *args):
    return reverse(name, args=[campaign.pk, *args])


# --- my campaigns -----------------------------------------------------------------------------------


def test_one_campaign_leads_straight_in(campaign, office, signed_in):
    assert signed_in(office).get("/").url == campaign.get_absolute_url()


def test_several_campaigns_are_listed_with_my_roles_and_no_others(campaign, office, signed_in):
    second = CampaignFactory(name="第二个创建活动")
    MembershipFactory(campaign=second, user=office.user, role="leader")
    CampaignFactory(name="别人的创建活动")

    body = signed_in(office).get("/").content.decode()

    assert (campaign.name in body, "第二个创建活动" in body, "别人的创建活动" in body) == (True, True, False)


def test_a_person_without_a_role_reads_what_to_do(db, signed_in):
    answer = signed_in(UserFactory()).get("/")

    assert (answer.status_code, reverse("campaign_new") in answer.content.decode()) == (200, False)
    assert "创建办" in answer.content.decode()


def test_the_keeper_opens_the_first_campaign_with_a_new_host(db, signed_in):
    keeper = UserFactory(is_superuser=True)
    client = signed_in(keeper)
    assert reverse("campaign_new") in client.get("/").content.decode()
    data = {"kind": "county", "name": "示范县创建", "grade": "national", "host": "", "host_name": "示范县"}
    data |= {"cutoff_on": "2026-12-31", "office_name": "示范县创建办"}

    answer = client.post(reverse("campaign_new"), data)

    campaign = Campaign.objects.get()
    assert (answer.url, campaign.host.name, campaign.host.kind) == (url(campaign, "settings_edit"), "示范县", "region")
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("change", "typed"),
    [
        ({"host_name": ""}, "示范县创建"),
        ({"cutoff_on": ""}, "示范县创建"),
        ({"assessment_from": "2026-05-02", "assessment_until": "2026-05-01"}, "2026-05-02"),
    ],
)
def test_a_campaign_that_does_not_fit_is_not_opened_and_nothing_typed_is_lost(change, typed, db, signed_in):
    data = {"kind": "county", "name": "示范县创建", "grade": "national", "host": "", "host_name": "示范县"}
    data |= {"cutoff_on": "2026-12-31", "office_name": "示范县创建办"} | change

    answer = signed_in(UserFactory(is_superuser=True)).post(reverse("campaign_new"), data)

    assert (answer.status_code, typed in answer.content.decode()) == (422, True)
    assert (Campaign.objects.count(), Department.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_the_office_opens_campaigns_below_its_host_only(campaign, office, unit, signed_in):
    client = signed_in(office)
    stranger = DepartmentFactory(name="别处的县")
    body = client.get(reverse("campaign_new")).content.decode()
    assert ("示范教育局" in body, "别处的县" in body) == (True, False)
    data = {"kind": "unit", "name": "示范教育局创建", "grade": "provincial", "cutoff_on": "2026-12-31", "office_name": "创建办"}

    assert client.post(reverse("campaign_new"), data | {"host": stranger.pk}).status_code == 422
    assert client.post(reverse("campaign_new"), data | {"host": unit.pk}).status_code == 302


# --- who may -----------------------------------------------------------------------------------------

OFFICE_PAGES = [
    "settings_edit",
    "campaign_edit",
    "unit_list",
    "unit_new",
    "group_list",
    "group_new",
    "participant_list",
    "work_group_list",
    "ranking_group_list",
    "holiday_list",
    "event_list",
]


@pytest.mark.parametrize("name", [*OFFICE_PAGES, "member_list", "member_new"])
def test_pages_are_the_offices_and_strangers_learn_nothing(name, campaign, office, unit, signed_in):
    head, liaison = viewer(campaign, head_of=unit), viewer(campaign, liaison_of=unit)
    inspector, leader = viewer(campaign, inspector=True), viewer(campaign, leader=True)
    people = {"office": office, "inspector": inspector, "leader": leader, "head": head, "liaison": liaison}
    found = {role: signed_in(person).get(url(campaign, name)).status_code for role, person in people.items()}
    found["stranger"] = signed_in(UserFactory(is_superuser=True)).get(url(campaign, name)).status_code

    members = name.startswith("member")
    expected = {"office": 200, "inspector": 403, "leader": 403, "head": 200 if members else 403, "liaison": 403, "stranger": 404}
    assert found == expected


def test_rows_of_another_campaign_are_not_found(campaign, office, signed_in):
    other = CampaignFactory()
    rows = {
        "unit_edit": DepartmentFactory(parent=other.host),
        "group_edit": GroupFactory(host=other.host),
        "participant_edit": ParticipationFactory(campaign=other),
        "member_edit": MembershipFactory(campaign=other),
    }
    client = signed_in(office)

    assert {name: client.get(url(campaign, name, row.pk)).status_code for name, row in rows.items()} == dict.fromkeys(rows, 404)
    day = CampaignHoliday.objects.create(campaign=other, on=date(2026, 3, 2), name="x")
    assert client.post(url(campaign, "holiday_drop", day.pk)).status_code == 404
    assert client.post(url(campaign, "member_link", rows["member_edit"].pk)).status_code == 404


# --- what they cost ----------------------------------------------------------------------------------

COSTS = {
    "settings_edit": 8,
    "unit_list": 9,
    "group_list": 8,
    "participant_list": 9,
    "member_list": 9,
    "work_group_list": 6,
    "ranking_group_list": 6,
    "holiday_list": 8,
    "event_list": 9,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", COSTS)
def test_each_list_costs_the_same_for_one_row_and_for_three(name, rows, campaign, office, signed_in, django_assert_num_queries):
    for _ in range(rows):
        unit = DepartmentFactory(parent=campaign.host)
        unit.aliases.create(name=f"别名{unit.pk}")
        work_group, ranking = WorkGroupFactory(campaign=campaign), RankingGroupFactory(campaign=campaign)
        ParticipationFactory(campaign=campaign, department=unit, ranking_group=ranking, work_group=work_group)
        MembershipFactory(campaign=campaign, role="head", department=unit, work_group=work_group)
        GroupFactory(host=campaign.host).members.add(unit)
        day = date(2026, 3, 1 + CampaignHoliday.objects.count())
        row = CampaignHoliday.objects.create(campaign=campaign, on=day, name="自定")
        subject = {"subject": "campaigns.campaignholiday", "subject_id": row.pk, "department_id": unit.pk}
        Event.objects.create(actor=office.user, verb="holiday.add", campaign_id=campaign.pk, **subject)
    client = signed_in(office)
    client.get(url(campaign, name))

    with django_assert_num_queries(COSTS[name]):
        assert client.get(url(campaign, name)).status_code == 200


def test_reading_writes_nothing(campaign, office, unit, signed_in, django_assert_num_queries):
    client = signed_in(office)
    member = Membership.objects.get(user=office.user)
    participation = ParticipationFactory(campaign=campaign, department=unit)
    pages = [url(campaign, name) for name in [*OFFICE_PAGES, "member_list", "member_new"]] + ["/?all=1", reverse("campaign_new")]
    pages += [url(campaign, "unit_edit", unit.pk), url(campaign, "member_edit", member.pk)]
    pages += [url(campaign, "participant_edit", participation.pk)]

    def state():
        models = (Campaign, Department, Event, Membership, Participation, User, WorkGroup, RankingGroup)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = state()
    for page in pages:
        assert client.get(page).status_code == 200, page
    assert state() == before


# --- units -------------------------------------------------------------------------------------------


def test_the_register_is_filtered_and_shows_who_takes_part(campaign, office, unit, signed_in):
    other = DepartmentFactory(parent=campaign.host, name="示范公安局")
    other.aliases.create(name="公安")
    ParticipationFactory(campaign=campaign, department=unit)
    group = GroupFactory(host=campaign.host)
    group.members.add(other)
    client = signed_in(office)

    def names(**query):
        return {row.name for row in client.get(url(campaign, "unit_list"), query).context["page"]}

    assert names() == {campaign.host.name, "示范教育局", "示范公安局"}
    assert names(q="公安") == {"示范公安局"}
    assert names(part="yes") == {"示范教育局"}
    assert names(part="nobody") == {"示范教育局"}
    assert names(part="no") == {campaign.host.name, "示范公安局"}
    assert names(group=group.pk) == {"示范公安局"}
    assert names(kind="region") == {campaign.host.name}


def test_a_unit_is_added_below_the_host_and_takes_part(campaign, office, signed_in):
    data = {
        "name": "新局",
        "short_name": "",
        "kind": "unit",
        "parent": campaign.host_id,
        "aliases": "新、新单位",
        "place": "",
        "begin": "1",
    }

    assert signed_in(office).post(url(campaign, "unit_new"), data).url == url(campaign, "unit_list")

    unit = Department.objects.get(name="新局")
    assert (unit.parent, sorted(alias.name for alias in unit.aliases.all())) == (campaign.host, ["新", "新单位"])
    assert Participation.objects.get().department == unit


def test_a_name_in_use_is_said_beside_its_field_and_nothing_is_lost(campaign, office, unit, signed_in):
    data = {"name": unit.name, "kind": "unit", "parent": campaign.host_id, "aliases": "别名一", "begin": "1"}

    answer = signed_in(office).post(url(campaign, "unit_new"), data)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert "别名一" in answer.content.decode()
    assert (Participation.objects.count(), Department.objects.count()) == (0, 2)


def test_a_unit_is_renamed_and_moved(campaign, office, unit, signed_in):
    other = DepartmentFactory(parent=campaign.host)
    data = {"name": "教育体育局", "kind": "section", "parent": other.pk, "aliases": "", "place": "", "is_active": "on"}

    assert signed_in(office).post(url(campaign, "unit_edit", unit.pk), data).status_code == 302

    unit.refresh_from_db()
    assert (unit.name, unit.parent, unit.path.startswith(other.path)) == ("教育体育局", other, True)
    assert [alias.name for alias in unit.aliases.all()] == ["示范教育局"]


def test_a_unit_changed_meanwhile_is_said_once_and_what_was_typed_can_be_sent_again(campaign, office, unit, signed_in):
    client, page = signed_in(office), url(campaign, "unit_edit", unit.pk)
    typed = {"name": unit.name, "kind": unit.kind, "parent": campaign.host.pk, "is_active": "on", "version": unit.version}
    client.post(page, typed | {"short_name": "甲"})

    stale = client.post(page, typed | {"short_name": "乙"})
    again = client.post(page, typed | {"short_name": "乙", "version": stale.context["unit"].version})

    unit.refresh_from_db()
    assert (stale.status_code, stale.text.count('role="alert"')) == (409, 1)
    assert (again.status_code, unit.short_name) == (302, "乙")


def test_ticked_units_take_part_and_leave(campaign, office, unit, signed_in):
    client = signed_in(office)
    outside = DepartmentFactory()

    client.post(url(campaign, "unit_bulk"), {"pick": [unit.pk, outside.pk, "x"], "act": "begin"})
    assert [row.department for row in Participation.objects.all()] == [unit]
    client.post(url(campaign, "unit_bulk"), {"pick": [unit.pk], "act": "end"})
    assert Participation.objects.get().ended_on == timezone.localdate()


def test_ticked_participants_get_a_group(campaign, office, signed_in):
    rows = [ParticipationFactory(campaign=campaign) for _ in range(2)]
    group, work = RankingGroupFactory(campaign=campaign), WorkGroupFactory(campaign=campaign)
    Participation.objects.update(work_group=work)

    signed_in(office).post(
        url(campaign, "participant_bulk"), {"pick": [row.pk for row in rows], "act": "ranking_group", "ranking_group": group.pk}
    )

    assert [(row.ranking_group, row.work_group) for row in Participation.objects.all()] == [(group, work)] * 2


def test_a_participation_ends_on_its_page(campaign, office, signed_in):
    row = ParticipationFactory(campaign=campaign, starts_on=date(2026, 3, 2))
    client, page = signed_in(office), url(campaign, "participant_edit", row.pk)

    assert client.post(page, {"what": "end", "on": "2026-03-01"}).status_code == 422
    assert client.post(page, {"what": "end", "on": "2026-03-05"}).status_code == 302
    assert Participation.objects.get().ended_on == date(2026, 3, 5)


def test_a_group_of_units_is_made_changed_and_taken_off(campaign, office, unit, signed_in):
    client = signed_in(office)
    client.post(url(campaign, "group_new"), {"name": "各局", "members": [unit.pk]})
    group = DepartmentGroup.objects.get()
    assert list(group.members.all()) == [unit]

    client.post(url(campaign, "group_edit", group.pk), {"name": "各单位", "members": []})
    group.refresh_from_db()
    assert (group.name, group.members.count()) == ("各单位", 0)
    client.post(url(campaign, "group_edit", group.pk), {"act": "drop"})
    assert not DepartmentGroup.objects.exists()


# --- people ------------------------------------------------------------------------------------------


def person(unit, **more):
    data = {"role": "liaison", "department": unit.pk, "username": "lisi", "name": "李示", "starts_on": "2026-03-02"}
    return data | more


def test_a_new_person_gets_a_link_that_is_shown_once(campaign, office, unit, signed_in):
    client = signed_in(office)

    answer = client.post(url(campaign, "member_new"), person(unit))

    user = User.objects.get(username="lisi")
    link = answer.context["link"]
    assert (answer.status_code, link in answer.content.decode(), "no-store" in answer["Cache-Control"]) == (200, True, True)
    assert link not in client.get(url(campaign, "member_list")).content.decode()
    assert (user.name, user.memberships.get().department) == ("李示", unit)


def test_the_text_to_send_names_person_account_and_link(campaign, office, unit, signed_in):
    answer = signed_in(office).post(url(campaign, "member_new"), person(unit))

    text = answer.content.decode().split('id="link"')[1].split("</textarea>")[0]
    assert ["李示" in text, "lisi" in text, "三天内" in text, answer.context["link"] in text] == [True] * 4


def test_a_new_account_is_letters_and_digits_an_old_one_is_used_as_it_is(campaign, office, unit, signed_in):
    client = signed_in(office)
    answer = client.post(url(campaign, "member_new"), person(unit, username="张三"))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["username"])
    assert not User.objects.filter(username="张三").exists()

    UserFactory(username="张三", name="李示")
    assert client.post(url(campaign, "member_new"), person(unit, username="张三")).status_code == 302


def test_what_was_mistyped_about_a_person_is_put_right(campaign, office, unit, signed_in):
    row = MembershipFactory(campaign=campaign, role="head", department=unit)
    data = {"what": "person", "name": "王正", "phone": "0000-1234", "email": "wang@example.cn"}

    answer = signed_in(office).post(url(campaign, "member_edit", row.pk), data)

    row.user.refresh_from_db()
    assert (answer.status_code, row.user.name, row.user.phone, row.user.email) == (302, "王正", "0000-1234", "wang@example.cn")
    assert Event.objects.filter(verb="user.edit", actor=office.user, subject_id=row.user_id).count() == 1


@pytest.mark.parametrize("wrong", [{"name": ""}, {"email": "x"}])
def test_a_person_is_not_put_wrong(campaign, office, unit, signed_in, wrong):
    row = MembershipFactory(campaign=campaign, role="head", department=unit)
    data = {"what": "person", "name": "王正", "phone": "", "email": ""} | wrong

    answer = signed_in(office).post(url(campaign, "member_edit", row.pk), data)

    assert (answer.status_code, list(answer.context["person_form"].errors)) == (422, list(wrong))
    assert User.objects.get(pk=row.user_id).name == row.user.name


def test_a_person_of_another_campaign_too_is_not_the_offices_to_rename(campaign, office, signed_in):
    both = MembershipFactory(campaign=campaign, role="leader")
    MembershipFactory(user=both.user, role="leader")
    data = {"what": "person", "name": "王正", "phone": "", "email": ""}

    answer = signed_in(office).post(url(campaign, "member_edit", both.pk), data)

    assert (answer.status_code, User.objects.get(pk=both.user_id).name) == (403, both.user.name)


def test_what_must_be_filled_sometimes_is_not_called_free(campaign, office, signed_in):
    page = signed_in(office).get(url(campaign, "member_new")).content.decode()

    marked = {
        name: "可不填" in page.split(f'for="id_{name}"')[1].split("</label>")[0] for name in ("department", "name", "phone")
    }
    assert marked == {"department": False, "name": False, "phone": True}


def test_the_log_calls_a_row_by_its_name(campaign, office, unit, signed_in):
    client = signed_in(office)
    client.post(url(campaign, "unit_bulk"), {"pick": [unit.pk], "act": "begin"})
    finding = FindingFactory(campaign=campaign, text="路灯不亮")
    Event.objects.create(
        verb="finding.issue", subject="inspections.finding", subject_id=finding.pk, campaign_id=campaign.pk, actor=office.user
    )

    titles = [row.title for row in client.get(url(campaign, "event_list")).context["page"]]

    assert titles == [f"{finding.number} 路灯不亮", unit.name]


def test_an_account_that_exists_is_used(campaign, office, unit, signed_in):
    user = UserFactory(username="lisi", name="李示")

    assert signed_in(office).post(url(campaign, "member_new"), person(unit, name="")).status_code == 302
    assert user.memberships.get().role == "liaison"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"username": "taken"}, "username"),
        ({"department": ""}, "department"),
        ({"username": "名 字"}, "username"),
        ({"starts_on": "x"}, "starts_on"),
    ],
)
def test_a_person_that_does_not_fit_is_not_added_and_nothing_typed_is_lost(change, field, campaign, office, unit, signed_in):
    UserFactory(username="taken", name="王示")

    answer = signed_in(office).post(url(campaign, "member_new"), person(unit, title="科长") | change)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "科长" in answer.content.decode()
    assert (Membership.objects.count(), User.objects.count()) == (1, 2)


def test_a_head_sees_and_adds_the_people_of_the_own_unit(campaign, unit, signed_in):
    head = viewer(campaign, head_of=unit)
    MembershipFactory(campaign=campaign, role="head", department=DepartmentFactory(parent=campaign.host), user__name="别单位")
    client = signed_in(head)

    assert client.post(url(campaign, "member_new"), person(unit)).status_code == 200
    listed = [row.user.name for row in client.get(url(campaign, "member_list")).context["page"]]
    assert listed == [head.user.name, "李示"]
    assert client.post(url(campaign, "member_new"), person(unit, username="wang", role="office")).status_code == 422
    own = Membership.objects.get(user=head.user)
    assert client.get(url(campaign, "member_edit", own.pk)).status_code == 403


@pytest.mark.parametrize("role", ["head", "liaison"])
def test_the_page_says_when_nobody_is_left_in_a_role_of_the_unit(campaign, office, unit, signed_in, role):
    client, row = signed_in(office), MembershipFactory(campaign=campaign, role=role, department=unit)
    MembershipFactory(campaign=campaign, role=role, department=DepartmentFactory(parent=campaign.host))
    said = f"结束后该单位将没有{row.get_role_display()}"
    assert said in client.get(url(campaign, "member_edit", row.pk)).content.decode()

    MembershipFactory(campaign=campaign, role=role, department=unit)

    assert said not in client.get(url(campaign, "member_edit", row.pk)).content.decode()


def test_a_role_ends_on_its_page_and_the_last_of_the_office_stays(campaign, office, unit, signed_in):
    client = signed_in(office)
    row = MembershipFactory(campaign=campaign, role="head", department=unit)
    own = Membership.objects.get(user=office.user)

    assert client.post(url(campaign, "member_edit", row.pk), {"what": "end", "on": "2026-11-01"}).status_code == 302
    assert client.post(url(campaign, "member_edit", own.pk), {"what": "end", "on": "2026-11-01"}).status_code == 422
    row.refresh_from_db()
    own.refresh_from_db()
    assert (row.ended_on, own.ended_on) == (date(2026, 11, 1), None)


def test_nobody_gets_into_another_campaign_through_a_link(campaign, office, signed_in):
    client = signed_in(office)
    mine = MembershipFactory(campaign=campaign, role="leader")
    both = MembershipFactory(campaign=campaign, role="leader")
    MembershipFactory(user=both.user, role="leader")
    keeper = MembershipFactory(campaign=campaign, role="leader", user=UserFactory(is_superuser=True))

    found = [client.post(url(campaign, "member_link", row.pk)).status_code for row in (mine, both, keeper)]

    assert found == [200, 403, 403]
    assert client.get(url(campaign, "member_edit", both.pk)).context["may_link"] is False


def test_phones_are_masked_in_the_list(campaign, office, signed_in):
    MembershipFactory(campaign=campaign, role="leader", user=UserFactory(phone="13800001234"))

    body = signed_in(office).get(url(campaign, "member_list")).content.decode()

    assert ("138****1234" in body, "13800001234" in body) == (True, False)


# --- settings, groups, days, log ---------------------------------------------------------------------


def settings_of(campaign, **change):
    """What the form of the settings posts, with a change."""
    data = {
        "version": campaign.version,
        "name": campaign.name,
        "grade": "national",
        "stage": "running",
        "cutoff_on": "2026-12-31",
    }
    data |= {"office_name": campaign.office_name, "reminder_stages": "-3, 0，1 2", "digest_at": "08:30", "bulletin_copies": "50"}
    return data | {"leads_most": "1", "load_most": "20", "liaison_may_submit": "on"} | change


def test_settings_are_saved(campaign, office, signed_in):
    answer = signed_in(office).post(url(campaign, "campaign_edit"), settings_of(campaign, honour="示范荣誉"))

    campaign.refresh_from_db()
    assert (answer.status_code, campaign.honour, campaign.reminder_stages) == (302, "示范荣誉", [-3, 0, 1, 2])
    assert (campaign.liaison_may_submit, campaign.has_territory) == (True, False)


@pytest.mark.parametrize(("change", "field"), [({"reminder_stages": "三天"}, "reminder_stages"), ({"name": ""}, "name")])
def test_settings_that_do_not_fit_keep_what_was_typed(change, field, campaign, office, signed_in):
    answer = signed_in(office).post(url(campaign, "campaign_edit"), settings_of(campaign, honour="打好的字", **change))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "打好的字" in answer.content.decode()
    assert Campaign.objects.get().version == 1


def test_a_stale_form_says_who_was_faster_and_keeps_what_was_typed(campaign, office, signed_in):
    client = signed_in(office)
    stale = settings_of(campaign, honour="后到的字")
    client.post(url(campaign, "campaign_edit"), settings_of(campaign, honour="先到"))

    answer = client.post(url(campaign, "campaign_edit"), stale)

    body = answer.content.decode()
    assert (answer.status_code, "后到的字" in body, office.user.name in body) == (409, True, True)
    assert 'name="version" value="2"' in body
    assert Campaign.objects.get().honour == "先到"


TWICE = [
    ("work_group_list", {"act": "make", "name": "宣传组"}, "已有同名的组，请换一个名称。"),
    ("ranking_group_list", {"act": "make", "name": "各街道"}, "已有同名的组，请换一个名称。"),
    ("group_new", {"name": "各街道"}, "已有同名的组，请换一个名称。"),
    ("holiday_list", {"on": "2027-01-01", "name": "元旦", "is_workday": "off"}, "列表中已有这一天，请先在列表中移除。"),
]


@pytest.mark.parametrize(("name", "typed", "said"), TWICE)
def test_what_is_there_already_is_said_beside_its_field(name, typed, said, campaign, office, signed_in):
    client = signed_in(office)
    first = client.post(url(campaign, name), typed)

    second = client.post(url(campaign, name), typed)

    errors = [one.text.strip("▲ ") for one in BeautifulSoup(second.text, "html.parser").select(".field-error")]
    assert (first.status_code, second.status_code, errors) == (302, 422, [said])


@pytest.mark.parametrize("name", ["work_group_list", "ranking_group_list"])
def test_a_group_is_not_renamed_to_the_name_of_another_but_may_keep_its_own(name, campaign, office, signed_in):
    client, model = signed_in(office), WorkGroup if name == "work_group_list" else RankingGroup
    for text in ("甲组", "乙组"):
        client.post(url(campaign, name), {"act": "make", "name": text})
    group = model.objects.get(name="乙组")

    answers = [
        client.post(url(campaign, name), {"act": "edit", "group": group.pk, "edit-name": text}).status_code
        for text in ("甲组", "乙组")
    ]

    assert answers == [422, 302]


@pytest.mark.parametrize(("name", "model"), [("work_group_list", WorkGroup), ("ranking_group_list", RankingGroup)])
def test_groups_are_made_renamed_and_taken_off_on_one_page(name, model, campaign, office, signed_in):
    client, page = signed_in(office), url(campaign, name)
    client.post(page, {"act": "make", "name": "甲组"})
    group = model.objects.get()
    assert client.get(page, {"edit": group.pk}).context["edited"] == group.pk
    client.post(page, {"act": "edit", "group": group.pk, "edit-name": "乙组", "edit-place": ""})
    assert model.objects.get().name == "乙组"
    assert client.post(page, {"act": "make", "name": "乙组"}).status_code == 422
    client.post(page, {"act": "drop", "group": group.pk})
    assert not model.objects.exists()


def test_own_days_are_added_and_taken_off(campaign, office, signed_in):
    client, page = signed_in(office), url(campaign, "holiday_list")
    data = {"on": "2026-12-18", "name": "集中行动日", "is_workday": "off"}

    assert client.post(page, data).url == f"{page}?year=2026"
    assert client.post(page, data).status_code == 422
    row = CampaignHoliday.objects.get()
    assert (row.on, row.is_workday) == (date(2026, 12, 18), False)
    client.post(url(campaign, "holiday_drop", row.pk))
    assert not CampaignHoliday.objects.exists()


def test_the_log_is_filtered_by_person_kind_and_day(campaign, office, unit, signed_in):
    client = signed_in(office)
    other = viewer(campaign, office=True)
    client.post(url(campaign, "work_group_list"), {"act": "make", "name": "甲组"})
    client.post(url(campaign, "unit_bulk"), {"pick": [unit.pk], "act": "begin"})
    Event.objects.create(actor=other.user, verb="x", subject="x.y", subject_id=1, campaign_id=CampaignFactory().pk)

    def verbs(**query):
        return [row.verb for row in client.get(url(campaign, "event_list"), query).context["page"]]

    assert verbs() == ["participation.begin", "work_group.create"]
    assert verbs(kind="campaigns.participation") == ["participation.begin"]
    assert verbs(who=other.user.pk) == []
    assert verbs(until="2020-01-01") == []
    assert verbs(since=str(timezone.localdate())) == ["participation.begin", "work_group.create"]
    assert "示范教育局" in client.get(url(campaign, "event_list")).content.decode()


def test_the_log_words_roles_states_and_settings_in_the_readers_language(campaign, office, unit, signed_in):
    client = signed_in(office)
    client.post(url(campaign, "member_new"), person(unit))
    client.post(url(campaign, "campaign_edit"), settings_of(campaign, honour="荣誉"))

    def remarks():
        return [
            row.remark
            for row in client.get(url(campaign, "event_list")).context["page"]
            if row.data.get("fields") or "role" in row.data
        ]

    chinese = remarks()
    User.objects.update(language="en")
    english = remarks()

    assert chinese[1] == "示范教育局 · 李示 · 联络员"
    assert english[1] == "示范教育局 · 李示 · liaison"
    assert "honour aimed at" in english[0]


def test_the_keeper_corrects_a_national_day(db, signed_in):
    client = signed_in(UserFactory(is_superuser=True, is_staff=True))
    data = {"on": "2027-02-08", "name": "春节", "is_workday": ""}

    assert client.post(reverse("admin:campaigns_holiday_add"), data).status_code == 302
    assert client.get(reverse("admin:campaigns_holiday_changelist")).status_code == 200
    assert signed_in(UserFactory()).get(reverse("admin:campaigns_holiday_changelist")).status_code == 302
