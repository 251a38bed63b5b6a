"""Editions: published, superseded, adopted; the tree as it is read and corrected."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import Event
from checklists.actions.items import edit_item
from checklists.actions.standards import STANDARD_MOVES, adopt_standard, move_standard, publish_standard
from checklists.models import Checklist, Duty, Standard
from tests.conftest import viewer
from tests.factories import CampaignFactory, ItemFactory, StandardFactory


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def draft(campaign):
    """A draft with two projects: one criterion with two requirements, one criterion alone."""
    standard = StandardFactory(campaign=campaign, status="draft", name="示范体系")
    one = ItemFactory(standard=standard, path="0001.", grade="project", text="1.组织领导", is_leaf=False)
    criterion = ItemFactory(standard=standard, parent=one, path="0001.0001.", text="1）有班子。", code="1）", is_leaf=False)
    ItemFactory(standard=standard, parent=criterion, path="0001.0001.0001.", grade="requirement", text="①名单。")
    ItemFactory(standard=standard, parent=criterion, path="0001.0001.0002.", grade="requirement", text="②开会。")
    two = ItemFactory(standard=standard, path="0002.", grade="project", text="2.宣传", is_leaf=False)
    ItemFactory(standard=standard, parent=two, path="0002.0001.", text="1）有广告。")
    return standard


def refused(code, act):
    with pytest.raises(ValidationError) as caught:
        act()
    error = caught.value
    codes = [one.code for one in error.error_list] if hasattr(error, "error_list") else []
    codes = codes or [one.code for rows in error.error_dict.values() for one in rows]
    assert codes == [code]


@pytest.mark.parametrize("move", STANDARD_MOVES)
@pytest.mark.parametrize("status", Standard.Status.values)
@pytest.mark.parametrize("who", ["office", "leader", "inspector", "other_office", "portal"])
def test_the_table_of_moves(campaign, move, status, who):
    standard = StandardFactory(campaign=campaign, status=status)
    by = {
        "office": lambda: viewer(campaign, office=True),
        "leader": lambda: viewer(campaign, leader=True),
        "inspector": lambda: viewer(campaign, inspector=True),
        "other_office": lambda: viewer(CampaignFactory(), office=True),
        "portal": lambda: None,
    }[who]()
    may = {("publish", "office"), ("supersede", "portal")}
    possible = {("publish", "draft"): "published", ("supersede", "published"): "superseded"}

    if (move, who) not in may:
        with pytest.raises(PermissionDenied):
            move_standard(standard, move=move, by=by)
    elif (move, status) not in possible:
        refused("wrong_status", lambda: move_standard(standard, move=move, by=by))
    else:
        assert move_standard(standard, move=move, by=by).status == possible[move, status]
        return
    standard.refresh_from_db()
    assert (standard.status, Event.objects.count()) == (status, 0)


def test_publishing_freezes_the_edition_and_supersedes_the_older_one_of_the_same_name(campaign, office, draft):
    older = StandardFactory(campaign=campaign, name=draft.name, status="published")
    other = StandardFactory(campaign=campaign, name="别的体系", status="published")

    publish_standard(draft, by=office)

    states = {row.pk: row.status for row in Standard.objects.all()}
    assert states == {draft.pk: "published", older.pk: "superseded", other.pk: "published"}
    item = draft.items.first()
    refused("frozen", lambda: edit_item(item, by=office, version=item.version, text="新"))


def test_an_edition_without_items_is_not_published(office, campaign):
    standard = StandardFactory(campaign=campaign, status="draft")

    refused("empty", lambda: publish_standard(standard, by=office))

    standard.refresh_from_db()
    assert (standard.status, Event.objects.count()) == ("draft", 0)


def test_an_item_of_a_draft_is_corrected(office, draft):
    item = draft.items.get(text="①名单。")

    changed = edit_item(item, by=office, version=1, text=" ①班子名单。 ", code="①")

    assert (changed.text, changed.code, changed.version) == ("①班子名单。", "①", 2)
    assert Event.objects.get().data["old"] == {"text": "①名单。", "code": ""}
    refused("stale", lambda: edit_item(item, by=office, version=1, text="晚了"))
    refused("required", lambda: edit_item(item, by=office, version=2, text=" "))


def test_nobody_else_corrects_it(campaign, draft):
    item = draft.items.first()
    for person in (viewer(campaign, leader=True), viewer(CampaignFactory(), office=True)):
        with pytest.raises(PermissionDenied):
            edit_item(item, by=person, version=1, text="新")
    item.refresh_from_db()
    assert (item.version, Event.objects.count()) == (1, 0)


def test_adopting_makes_one_task_per_lowest_item_in_the_order_of_the_standard(campaign, office, draft):
    publish_standard(draft, by=office)

    checklist = adopt_standard(draft, by=office, name="主清单")

    tasks = list(Duty.objects.filter(checklist=checklist).values_list("text", "item__path"))
    assert tasks == [("①名单。", "0001.0001.0001."), ("②开会。", "0001.0001.0002."), ("1）有广告。", "0002.0001.")]
    verbs = sorted(Event.objects.values_list("verb", flat=True))
    assert verbs == ["checklist.create", *["duty.create"] * 3, "standard.adopt", "standard.publish"]
    refused("adopted", lambda: adopt_standard(draft, by=office, name="再来"))


def test_what_is_adopted_leads_to_its_table(office, draft, client):
    publish_standard(draft, by=office)
    checklist = adopt_standard(draft, by=office, name="主清单")
    client.force_login(office.user)

    answer = client.get(f"/c/{checklist.campaign_id}/standards/{draft.pk}/adopt/")

    assert answer.url == f"/c/{checklist.campaign_id}/duties/?checklist={checklist.pk}"


def test_another_campaign_adopts_a_published_edition(office, draft):
    publish_standard(draft, by=office)
    other = viewer(CampaignFactory(), office=True)

    assert adopt_standard(draft, by=other, name="清单").campaign == other.campaign


def test_a_draft_is_not_adopted_and_only_the_office_adopts(campaign, office, draft):
    refused("not_published", lambda: adopt_standard(draft, by=office, name="清单"))
    publish_standard(draft, by=office)
    refused("required", lambda: adopt_standard(draft, by=office, name=" "))
    with pytest.raises(PermissionDenied):
        adopt_standard(draft, by=viewer(campaign, leader=True), name="清单")
    assert not Checklist.objects.exists()


NO_RULES = {f"{name}-{total}_FORMS": 0 for name in ("steps", "wanted") for total in ("TOTAL", "INITIAL")}


# --- pages ---------------------------------------------------------------------------------------------


def page(name, *args):
    return reverse(name, args=args)


def test_an_empty_list_says_what_to_do(campaign, office, signed_in):
    answer = signed_in(office).get(page("standard_list", campaign.pk))

    assert page("standard_upload", campaign.pk) in answer.content.decode()


def test_the_list_costs_the_same_for_one_and_three_rows(campaign, office, draft, signed_in, django_assert_num_queries):
    client = signed_in(office)
    address = page("standard_list", campaign.pk)
    client.get(address)

    with django_assert_num_queries(8):
        client.get(address)
    StandardFactory.create_batch(2, campaign=campaign)
    with django_assert_num_queries(8):
        client.get(address)


def test_the_tree_costs_the_same_for_few_and_many_nodes(campaign, office, draft, signed_in, django_assert_num_queries):
    client = signed_in(office)
    address = page("standard_detail", campaign.pk, draft.pk)
    client.get(address)

    with django_assert_num_queries(9):
        client.get(address)
    parent = draft.items.get(path="0002.")
    for number in range(2, 230):
        ItemFactory(standard=draft, parent=parent, path=f"0002.{number:04d}.")
    with django_assert_num_queries(9):
        text = client.get(address).content.decode()
    assert "?project=0002." in text  # a large tree is folded, each project at its own address
    assert "1）有广告。" in client.get(address, {"project": "0002."}).content.decode()


def test_items_are_found_by_text_and_number(campaign, office, draft, signed_in):
    client = signed_in(office)
    address = page("standard_detail", campaign.pk, draft.pk)

    found = client.get(address, {"q": "开会"}).content.decode()
    numbered = client.get(address, {"q": "1）"}).content.decode()

    assert ("②开会" in found, "①名单" in found) == (True, False)
    assert "有班子" in numbered


def test_an_item_is_edited_in_its_place_and_a_stale_form_keeps_what_was_typed(campaign, office, draft, signed_in):
    client, item = signed_in(office), draft.items.get(text="②开会。")
    address = page("standard_item_edit", campaign.pk, draft.pk, item.pk)

    form = client.get(address, headers={"HX-Request": "true"})
    wrong = client.post(address, {"version": 1, "text": "", "code": "②"}, headers={"HX-Request": "true"})
    saved = client.post(address, {"version": 1, "text": "②每季开会。", "code": "②"}, headers={"HX-Request": "true"})
    typed = {"version": 1, "text": "②每月开会。", "grade": "requirement"} | NO_RULES
    stale = client.post(address, typed)

    assert form.content.decode().lstrip().startswith("<li")
    assert (wrong.status_code, saved.status_code, stale.status_code) == (422, 200, 409)
    assert "②每季开会。" in saved.content.decode()
    assert "②每月开会。" in stale.content.decode()
    item.refresh_from_db()
    assert item.text == "②每季开会。"


def test_publish_and_adopt_by_plain_posts(campaign, office, draft, signed_in):
    client = signed_in(office)

    client.post(page("standard_publish", campaign.pk, draft.pk))
    answer = client.post(page("standard_adopt", campaign.pk, draft.pk), {"name": "主清单", "kind": "main"})

    checklist = Checklist.objects.get()
    assert answer.url == f"{page('duty_list', campaign.pk)}?checklist={checklist.pk}"
    assert checklist.duties.count() == 3


@pytest.mark.parametrize("role", ["leader", "inspector"])
def test_others_read_published_editions_only(campaign, draft, signed_in, office, role):
    client = signed_in(viewer(campaign, **{role: True}))

    before = client.get(page("standard_detail", campaign.pk, draft.pk)).status_code
    publish_standard(draft, by=office)
    after = client.get(page("standard_detail", campaign.pk, draft.pk)).status_code
    adopt = client.post(page("standard_adopt", campaign.pk, draft.pk), {"name": "x", "kind": "main"}).status_code

    assert (before, after, adopt) == (404, 200, 403)
