"""What the demo's items ask for beside their text, in our own wording; and the county's draft of the next edition."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from campaigns.viewer import Viewer
from checklists.actions.editions import copy_standard
from checklists.actions.items import add_item, delete_item, edit_item, merge_items, move_item, split_item
from checklists.models import Standard
from checklists.scoringrules import Step
from checklists.wantedproof import Wanted

HALF = Decimal("0.6")
GRADES = [
    Step("A", "制度、过程、成效材料齐全", share=Decimal(1)),
    Step("B", "有部署有落实，成效材料不全", share=HALF),
    Step("C", "只有文件没有落实", share=Decimal(0)),
]
FIGURES = [
    Step(threshold=Decimal(95), share=Decimal(1)),
    Step(threshold=Decimal(85), share=HALF),
    Step(share=Decimal(0)),
]
FAULTS = [
    Step(text="发现一处不符合", lost=Decimal("0.2")),
    Step(text="同一点位再次发现", lost=Decimal("0.5")),
]
FILED = [
    Wanted("report", words_most=800, note="写清做法和成效"),
    Wanted("photo", 3, 12, months=12, note="注明时间、地点、活动名称"),
]
# Method of assessment -> points, scoring, steps, wanted proof.
BY_METHOD = {
    "材料审核": (Decimal(1), "grade", GRADES, FILED),
    "实地考察": (Decimal("0.8"), "deduct", FAULTS, []),
    "网络": (Decimal("0.6"), "conform", [], [Wanted("link", 2)]),
}
# Words of an item -> what else it asks for.
SPECIAL = {
    "答复率": {"scoring": "figure", "steps": FIGURES, "wanted": [Wanted("figures", 1, months=12)]},
    "注册志愿者": {"scoring": "figure", "steps": FIGURES, "wanted": [Wanted("figures", 1, months=12)]},
    "权责清单": {"wanted": [Wanted("document", needs_number=True), *FILED]},
    "消防": {"is_veto": True, "note": "发生较大火灾事故的，本项不得分并上报。"},
    "无违法行政行为": {"is_veto": True},
}
FREQUENCIES = {"每月": "monthly", "每季度": "quarterly"}


def write_rules(standard: Standard, lines: Iterable, *, by: Viewer, kinds: dict[str, str], at: datetime) -> None:
    """Give every lowest item of the draft its rule. kinds: content -> the kind of site at which it is looked at."""
    limits = {line.path[-1]: line.limit for line in lines}
    for item in standard.items.filter(is_leaf=True).select_related("parent"):
        points, scoring, steps, wanted = BY_METHOD.get(item.methods, (None, "", [], []))
        facts = {"points": points, "scoring": scoring, "steps": steps, "wanted": wanted}
        facts |= {"frequency": FREQUENCIES.get(limits.get(item.text, ""), "")}
        if item.methods == "实地考察":
            facts["site_kinds"] = kinds.get(item.parent.text, "")
        for words, more in SPECIAL.items():
            if words in item.text:
                facts |= more
        edit_item(item, by=by, version=item.version, at=at, **facts)


def draft_next_edition(standard: Standard, *, by: Viewer, at: datetime) -> Standard:
    """The county's next edition as a draft: something of every kind of change."""
    year = at.year + 1
    draft = copy_standard(standard, by=by, edition=f"{year}版", at=at)

    def item(words):
        return draft.items.get(text__contains=words)

    wording = item("主次干道、广场、车站公益广告")
    edit_item(
        wording,
        by=by,
        version=wording.version,
        text="主次干道、广场、车站、公园公益广告醒目完好，每季度更新，无破损褪色",
        points=Decimal(1),
        at=at,
    )
    towns = item("法律顾问")
    split_item(towns, by=by, version=towns.version, texts=["每个村和社区配法律顾问", "法律顾问姓名、电话和坐班时间公示"], at=at)
    one, two = item("村规民约"), item("红白理事会")
    merge_items([one, two], by=by, versions=[one.version, two.version], at=at)
    gone = item("旅行社行前")
    delete_item(gone, by=by, version=gone.version, at=at)
    moved = item("高峰时段主要路口")
    move_item(moved, by=by, version=moved.version, behind=item("社区志愿服务站"), at=at)
    new = add_item(draft, by=by, text="非机动车停放点标线清晰，停放有序", behind=item("主要路口机动车"), at=at)
    points, scoring, steps, wanted = BY_METHOD["实地考察"]
    facts = {"points": points, "scoring": scoring, "steps": steps, "wanted": wanted, "methods": "实地考察"}
    edit_item(new, by=by, version=new.version, at=at, **facts)
    return draft
