"""Items of a draft: corrected with their rules, and the tree worked on; every act once allowed, refused per reason, recorded."""

import random
from decimal import Decimal as D

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import Event
from checklists.actions import items as acts
from checklists.models import Item, ItemOrigin, ScoreStep, WantedProof
from checklists.scoringrules import Step
from checklists.tree import steps_of, wanted_of
from checklists.wantedproof import Wanted
from tests.checklists.test_standards import NO_RULES, draft, office, refused  # noqa: F401 fixtures
from tests.conftest import viewer
from tests.factories import CampaignFactory, SiteKindFactory

STEPS = [Step("A", "都有", share=D(1)), Step("B", "有一半", share=D("0.6")), Step("C", share=D(0))]
PROOF = [Wanted("photo", 3, 12, months=12), Wanted("document", needs_number=True)]


def shown(standard):
    """The tree in one line; a leaf that is none, or an inner node that is one, is marked."""
    rows = list(standard.items.order_by("path"))
    inner = {row.parent_id for row in rows}
    return " ".join(
        f"{row.path.replace('000', '').rstrip('.')}{'' if row.is_leaf != (row.pk in inner) else '!'}:{row.text.strip('。')[:4]}"
        for row in rows
    )


START = "1:1.组织 1.1:1）有班 1.1.1:①名单 1.1.2:②开会 2:2.宣传 2.1:1）有广"


@pytest.fixture
def item(draft):  # noqa: F811
    return draft.items.get(text="①名单。")


def events():
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


# --- facts ----------------------------------------------------------------------------------------


def test_an_item_takes_every_field(office, item):  # noqa: F811
    facts = {
        "text": " ①班子名单。 ",
        "code": "①",
        "grade": "requirement",
        "methods": "材料审核、自测",
        "points": D("2.5"),
        "scoring": "grade",
        "frequency": "quarterly",
        "site_kinds": "农贸市场",
        "is_veto": True,
        "wanted_proof": "上报：名单。",
        "note": "以文件为准",
    }

    saved = acts.edit_item(item, by=office, version=1, steps=[*STEPS, Step()], wanted=PROOF, **facts)

    saved = Item.objects.get(pk=saved.pk)
    assert {name: getattr(saved, name) for name in facts} == facts | {"text": "①班子名单。"}
    assert (steps_of(saved), wanted_of(saved), saved.version) == (STEPS, PROOF, 2)
    data = Event.objects.get().data
    assert data["old"] == {
        "text": "①名单。",
        "code": "",
        "methods": "",
        "points": "",
        "scoring": "",
        "frequency": "",
        "site_kinds": "",
        "is_veto": False,
        "wanted_proof": "",
        "note": "",
        "steps": [],
        "wanted": [],
    }
    assert data["new"]["steps"][1] == {"label": "B", "text": "有一半", "share": "0.6"}


def test_what_is_not_given_stays(office, item):  # noqa: F811
    acts.edit_item(item, by=office, version=1, scoring="grade", steps=STEPS, wanted=PROOF)

    saved = acts.edit_item(item, by=office, version=2, text="①新。")

    assert (saved.scoring, steps_of(saved), wanted_of(saved)) == ("grade", STEPS, PROOF)


def test_another_scoring_drops_the_steps_it_does_not_use(office, item):  # noqa: F811
    acts.edit_item(item, by=office, version=1, scoring="grade", steps=STEPS)

    acts.edit_item(item, by=office, version=2, scoring="conform")

    assert not ScoreStep.objects.exists()


WRONG = {
    "stale": ({"version": 0, "text": "晚"}, "stale"),
    "empty": ({"text": " "}, "required"),
    "no deeper than above": ({"grade": "criterion"}, "grade"),
    "a rule that rises": ({"scoring": "grade", "steps": STEPS[::-1]}, None),
    "a rule without steps": ({"scoring": "figure"}, "rule"),
    "proof upside down": ({"wanted": [Wanted("photo", 3, 2)]}, "rule"),
}


@pytest.mark.parametrize(("facts", "code"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_and_nothing_is_saved(office, item, facts, code):  # noqa: F811
    act = lambda: acts.edit_item(item, by=office, **{"version": 1} | facts)  # noqa: E731
    if code:
        refused(code, act)
    else:
        with pytest.raises(ValidationError):
            act()

    item.refresh_from_db()
    counts = (Event.objects.count(), ScoreStep.objects.count(), WantedProof.objects.count())
    assert (item.text, item.grade, item.version, counts) == ("①名单。", "requirement", 1, (0, 0, 0))


def test_a_level_above_its_parts_is_kept_above_them(office, draft):  # noqa: F811
    inner = draft.items.get(path="0001.0001.")

    refused("grade", lambda: acts.edit_item(inner, by=office, version=1, grade="requirement"))
    assert acts.edit_item(inner, by=office, version=1, grade="content").grade == "content"


# --- the tree -------------------------------------------------------------------------------------


def by_text(standard, start):
    return standard.items.get(text__startswith=start)


def do(name):
    return lambda s, by: acts.shift_item(by_text(s, name[1]), by=by, version=1, step=name[0])


ACTS = {
    "up": (do(("up", "②")), "1:1.组织 1.1:1）有班 1.1.1:②开会 1.1.2:①名单 2:2.宣传 2.1:1）有广", ["item.move"]),
    "down": (do(("down", "1.组")), "1:2.宣传 1.1:1）有广 2:1.组织 2.1:1）有班 2.1.1:①名单 2.1.2:②开会", ["item.move"]),
    "out": (do(("out", "②")), "1:1.组织 1.1:1）有班 1.1.1:①名单 1.2:②开会 2:2.宣传 2.1:1）有广", ["item.move"]),
    "into": (do(("into", "2.宣")), "1:1.组织 1.1:1）有班 1.1.1:①名单 1.1.2:②开会 1.2:2.宣传 1.2.1:1）有广", ["item.move"]),
    "edge": (do(("up", "①")), "edge", []),
    "move": (
        lambda s, by: acts.move_item(by_text(s, "①"), by=by, version=1, parent=by_text(s, "2.宣")),
        "1:1.组织 1.1:1）有班 1.1.1:②开会 2:2.宣传 2.1:1）有广 2.2:①名单",
        ["item.move"],
    ),
    "move behind": (
        lambda s, by: acts.move_item(by_text(s, "1）有广"), by=by, version=1, behind=by_text(s, "①")),
        "1:1.组织 1.1:1）有班 1.1.1:①名单 1.1.2:1）有广 1.1.3:②开会 2:2.宣传",
        ["item.move"],
    ),
    "below itself": (
        lambda s, by: acts.move_item(by_text(s, "1.组"), by=by, version=1, parent=by_text(s, "①")),
        "below_itself",
        [],
    ),
    "add below": (
        lambda s, by: acts.add_item(s, by=by, text="②更新", parent=by_text(s, "1）有广")),
        "1:1.组织 1.1:1）有班 1.1.1:①名单 1.1.2:②开会 2:2.宣传 2.1:1）有广 2.1.1:②更新",
        ["item.create"],
    ),
    "add behind": (
        lambda s, by: acts.add_item(s, by=by, text="中间", behind=by_text(s, "①")),
        "1:1.组织 1.1:1）有班 1.1.1:①名单 1.1.2:中间 1.1.3:②开会 2:2.宣传 2.1:1）有广",
        ["item.create"],
    ),
    "add at the top": (lambda s, by: acts.add_item(s, by=by, text="3.环境"), START + " 3:3.环境", ["item.create"]),
    "add nothing": (lambda s, by: acts.add_item(s, by=by, text=" "), "required", []),
    "add too deep": (lambda s, by: acts.add_item(s, by=by, text="x", parent=by_text(s, "①")), "depth", []),
    "split": (
        lambda s, by: acts.split_item(by_text(s, "②"), by=by, version=1, texts=["②开会", " ", "③通报"]),
        "1:1.组织 1.1:1）有班 1.1.1:①名单 1.1.2:②开会 1.1.3:③通报 2:2.宣传 2.1:1）有广",
        ["item.split", "item.create"],
    ),
    "split in one": (lambda s, by: acts.split_item(by_text(s, "②"), by=by, version=1, texts=["一条"]), "required", []),
    "merge": (
        lambda s, by: acts.merge_items([by_text(s, "2.宣"), by_text(s, "1.组")], by=by, versions=[1, 1]),
        "1:1.组织 1.1:1）有班 1.1.1:①名单 1.1.2:②开会 1.2:1）有广",
        ["item.merge"],
    ),
    "merge cousins": (
        lambda s, by: acts.merge_items([by_text(s, "①"), by_text(s, "1）有广")], by=by, versions=[1, 1]),
        "siblings",
        [],
    ),
    "take out": (
        lambda s, by: acts.delete_item(by_text(s, "②"), by=by, version=1),
        "1:1.组织 1.1:1）有班 1.1.1:①名单 2:2.宣传 2.1:1）有广",
        ["item.delete"],
    ),
    "take out with parts": (lambda s, by: acts.delete_item(by_text(s, "1.组"), by=by, version=1), "has_parts", []),
}


@pytest.mark.parametrize(("act", "after", "verbs"), ACTS.values(), ids=ACTS)
def test_what_each_act_does_and_that_it_is_recorded(office, draft, act, after, verbs):  # noqa: F811
    if " " in after:
        act(draft, office)
        assert (shown(draft), events()) == (after, verbs)
    else:
        refused(after, lambda: act(draft, office))
        assert (shown(draft), events()) == (START, [])


@pytest.mark.parametrize("name", [name for name, (_act, after, _verbs) in ACTS.items() if " " in after])
def test_nobody_else_does_it_and_a_published_edition_is_frozen(campaign, office, draft, name):  # noqa: F811
    act = ACTS[name][0]
    for person in (viewer(campaign, leader=True), viewer(CampaignFactory(), office=True)):
        with pytest.raises(PermissionDenied):
            act(draft, person)
    draft.status = "published"
    draft.save()

    refused("frozen", lambda: act(draft, office))

    assert (shown(draft), events()) == (START, [])


def test_an_act_on_an_item_somebody_changed_or_took_out_is_stale(office, draft, item):  # noqa: F811
    other = by_text(draft, "②")
    acts.edit_item(item, by=office, version=1, text="①改过")
    acts.delete_item(other, by=office, version=1)

    for act in (
        lambda: acts.shift_item(item, by=office, version=1, step="out"),
        lambda: acts.split_item(item, by=office, version=1, texts=["一", "二"]),
        lambda: acts.merge_items([item, other], by=office, versions=[2, 1]),
        lambda: acts.delete_item(other, by=office, version=1),
    ):
        refused("stale", act)


def test_a_moved_item_keeps_its_key_and_a_split_one_gives_it_to_the_first(office, draft, item):  # noqa: F811
    acts.edit_item(item, by=office, version=1, methods="材料审核", frequency="monthly", points=D(4))

    first, second = acts.split_item(item, by=office, version=2, texts=["①名单", "②分工"])

    assert (first.key, first.points) == (item.key, D(4))
    assert (second.methods, second.frequency, second.points) == ("材料审核", "monthly", None)
    assert list(ItemOrigin.objects.values_list("item", "key")) == [(second.pk, item.key)]


def test_merging_unites_texts_points_methods_proof_and_remembers_the_keys(office, draft, item):  # noqa: F811
    other = by_text(draft, "②")
    acts.edit_item(item, by=office, version=1, points=D(2), methods="材料审核", wanted=PROOF[:1])
    acts.edit_item(other, by=office, version=1, points=D("1.5"), methods="材料审核、网络", wanted=PROOF, is_veto=True)

    merged = acts.merge_items([other, item], by=office, versions=[2, 2])

    merged = Item.objects.get(pk=merged.pk)
    assert (merged.key, merged.text) == (item.key, "①名单。\n②开会。")
    assert (merged.points, merged.methods, merged.is_veto) == (D("3.5"), "材料审核、网络", True)
    assert wanted_of(merged) == PROOF
    assert [row.key for row in merged.origins.all()] == [other.key]
    assert not Item.objects.filter(pk=other.pk).exists()


WALK = {
    "shift": lambda one, two, by, step: acts.shift_item(one, by=by, version=one.version, step=step),
    "move": lambda one, two, by, step: acts.move_item(one, by=by, version=one.version, parent=two),
    "behind": lambda one, two, by, step: acts.move_item(one, by=by, version=one.version, behind=two),
    "add": lambda one, two, by, step: acts.add_item(one.standard, by=by, text="新", parent=one),
    "split": lambda one, two, by, step: acts.split_item(one, by=by, version=one.version, texts=["甲", "乙"]),
    "merge": lambda one, two, by, step: acts.merge_items([one, two], by=by, versions=[one.version, two.version]),
    "delete": lambda one, two, by, step: acts.delete_item(one, by=by, version=one.version),
}


def test_a_long_walk_of_acts_keeps_the_stored_tree_well_formed(office, draft):  # noqa: F811
    dice, done = random.Random(7), set()
    for _n in range(120):
        rows = list(draft.items.all())
        name = dice.choice(list(WALK))
        try:
            WALK[name](dice.choice(rows), dice.choice(rows), office, dice.choice(list(acts.STEPS)))
            done.add(name)
        except ValidationError:
            pass
        check(draft)
    assert done == set(WALK)


def check(standard):
    rows = list(standard.items.order_by("path"))
    by_pk, levels = {row.pk: row for row in rows}, list(Item.Grade.values)
    assert len({row.key for row in rows}) == len({row.path for row in rows}) == len(rows)
    inner = {row.parent_id for row in rows}
    for row in rows:
        above = by_pk[row.parent_id] if row.parent_id else None
        assert row.path.startswith(above.path if above else "") and len(row.path) == len(above.path if above else "") + 5
        assert not above or levels.index(above.grade) < levels.index(row.grade)
        assert row.is_leaf == (row.pk not in inner)


# --- pages ----------------------------------------------------------------------------------------


def url(name, draft, *args):  # noqa: F811
    return reverse(name, args=[draft.campaign_id, draft.pk, *args])


def test_the_page_saves_all_fields_with_plain_rows(office, draft, item, signed_in):  # noqa: F811
    client, address = signed_in(office), url("standard_item_edit", draft, item.pk)
    form = {
        "version": 1,
        "grade": "requirement",
        "text": "①班子名单。",
        "methods": ["材料审核", "自测"],
        "other_methods": "网上申报，抽查",
        "points": "2.5",
        "scoring": "grade",
        "frequency": "yearly",
        "site_kinds": "农贸市场，背街小巷",
        "is_veto": "on",
    }
    form |= {"steps-TOTAL_FORMS": 3, "steps-INITIAL_FORMS": 3, "wanted-TOTAL_FORMS": 2, "wanted-INITIAL_FORMS": 2}
    form |= {"steps-0-label": "A", "steps-0-percent": "100", "steps-1-label": "B", "steps-1-percent": "60"}
    form |= {"wanted-0-kind": "photo", "wanted-0-least": "3", "wanted-0-most": "12"}

    answer = client.post(address, form)

    assert answer.status_code == 302
    saved = Item.objects.get(pk=item.pk)
    assert (saved.methods, saved.site_kinds) == ("材料审核、自测、网上申报、抽查", "农贸市场、背街小巷")
    assert steps_of(saved) == [Step("A", share=D(1)), Step("B", share=D("0.6"))]
    assert wanted_of(saved) == [Wanted("photo", 3, 12)]
    text = client.get(address).content.decode()
    assert 'value="60"' in text and "A 得 2.5 分；B 得 1.5 分。" in text


def test_a_wrong_rule_and_a_stale_form_lose_nothing_typed(office, draft, item, signed_in):  # noqa: F811
    client, address = signed_in(office), url("standard_item_edit", draft, item.pk)
    typed = {"version": 1, "grade": "requirement", "text": "①写了很久。", "scoring": "figure"} | NO_RULES

    wrong = client.post(address, typed)
    acts.edit_item(item, by=office, version=1, text="①别人改的。")
    stale = client.post(address, typed | {"scoring": ""})
    again = client.post(address, typed | {"scoring": "", "version": 2})

    assert (wrong.status_code, stale.status_code, again.status_code) == (422, 409, 302)
    assert "请至少写一档计分规则" in wrong.content.decode()
    assert "①写了很久。" in stale.content.decode() and 'name="version" value="2"' in stale.content.decode()
    assert Item.objects.get(pk=item.pk).text == "①写了很久。"


def test_the_buttons_below_the_tree(office, draft, item, signed_in):  # noqa: F811
    client, act = signed_in(office), url("standard_item_act", draft)
    pick, other = f"{item.pk}:1", by_text(draft, "②")

    nothing = client.post(act, {"act": "up"}, follow=True)
    two = client.post(act, {"act": "up", "pick": [pick, f"{other.pk}:1"]}, follow=True)
    moved = client.post(act, {"act": "down", "pick": pick})
    split = client.post(act, {"act": "split", "pick": pick})
    below = client.post(act, {"act": "below", "pick": pick})
    asked = client.post(act, {"act": "merge", "pick": [f"{item.pk}:2", f"{other.pk}:1"]})

    assert "请先勾选一个条目" in nothing.content.decode()
    assert "请只勾选一个条目" in two.content.decode()
    assert moved.url.endswith(f"&at={item.pk}#item-{item.pk}")
    assert split.url == url("standard_item_split", draft, item.pk)
    assert below.url == url("standard_item_new", draft) + f"?below={item.pk}"
    assert "合并为一条" in asked.content.decode() and draft.items.count() == 6
    client.post(act, {"act": "merge", "sure": "1", "pick": [f"{item.pk}:2", f"{other.pk}:1"]})
    assert draft.items.count() == 5
    assert f'value="{other.pk}:2"' in client.get(draft.get_absolute_url()).content.decode()


def test_add_move_and_split_by_their_pages(office, draft, item, signed_in):  # noqa: F811
    client = signed_in(office)
    target = by_text(draft, "2.宣")

    client.post(url("standard_item_new", draft) + f"?behind={item.pk}", {"text": "新的一条"})
    client.post(url("standard_item_move", draft, item.pk), {"version": 1, "where": "below", "target": target.pk})
    answer = client.post(url("standard_item_split", draft, by_text(draft, "②").pk), {"version": 1, "texts": "②开会\r\n③记录"})

    assert answer.status_code == 302
    assert shown(draft) == "1:1.组织 1.1:1）有班 1.1.1:新的一条 1.1.2:②开会 1.1.3:③记录 2:2.宣传 2.1:1）有广 2.2:①名单"


def test_others_read_an_item_of_a_published_edition(campaign, office, draft, item, signed_in):  # noqa: F811
    acts.edit_item(item, by=office, version=1, points=D(2), scoring="conform", wanted=PROOF, is_veto=True)
    draft.status = "published"
    draft.save()
    client, address = signed_in(viewer(campaign, leader=True)), url("standard_item_edit", draft, item.pk)

    text = client.get(address).content.decode()

    assert "符合项 ÷ 检查项 × 2 分" in text and "图片，3 至 12 张，近 12 个月内" in text and "一票否决" in text
    assert "<textarea" not in text
    assert client.post(address, {}).status_code == 403


def test_the_item_page_costs_a_fixed_number_of_queries(office, draft, item, signed_in, django_assert_num_queries):  # noqa: F811
    client, address = signed_in(office), url("standard_item_edit", draft, item.pk)
    client.get(address)

    with django_assert_num_queries(11):
        client.get(address)
    acts.edit_item(item, by=office, version=1, scoring="grade", steps=STEPS, wanted=PROOF)
    with django_assert_num_queries(11):
        client.get(address)


def test_the_site_kinds_of_the_register_are_proposed(office, draft, item, signed_in):  # noqa: F811
    SiteKindFactory(host=draft.campaign.host, name="示范集市")

    assert "示范集市" in signed_in(office).get(url("standard_item_edit", draft, item.pk)).content.decode()
