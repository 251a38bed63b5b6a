"""The unit campaign files material: rules of some items, units that meet them or do not, a bundle, packages.

The rules are written as rows: the pages that edit an item's wanted proof work on drafts, the demo's standard is published.
"""

import io
import zipfile
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from campaigns.files import store_upload
from campaigns.models import Campaign
from checklists.actions.bundles import start_bundle
from checklists.actions.checkpoints import move_checkpoint
from checklists.actions.evidence import edit_evidence, make_evidence, use_for_item
from checklists.actions.packages import ask_package
from checklists.models import Assignment, Checklist, Checkpoint, Evidence, Item, Package, WantedProof
from checklists.sheets.writing import WrittenColumn, write_sheet
from reports.demo.cast import Cast
from reports.demo.pictures import SCENES, photo
from reports.demo.timeline import Timeline, moment

# Beginning of a criterion -> what it wants: kind, facts.
RULES = {
    "成立创建工作领导小组": [("document", {"needs_number": True})],
    "创建规划和年度计划齐备": [("document", {"needs_number": True}), ("report", {"words_most": 800})],
    "创建经费有保障": [("figures", {})],
    "开展道德讲堂": [("photo", {"least": 3, "most": 12})],
    "诚信服务承诺公开": [("photo", {"least": 2}), ("document", {})],
    "满意度逐年提高": [("figures", {}), ("report", {"words_most": 800})],
    "建立志愿服务队": [("figures", {}), ("photo", {"least": 2})],
    "大厅环境整洁": [("photo", {"least": 2})],
    "垃圾分类": [("photo", {"least": 3})],
    "控烟措施落实": [("photo", {})],
}
# Criteria that their units have documented in full; the others have what Tasks brings, or nothing.
COMPLETE = ("成立创建工作领导小组", "创建经费有保障", "开展道德讲堂", "建立志愿服务队")
SIX = {"people": "全体职工", "background": "按年度创建计划安排", "occasion": "创建市级文明单位"}
SHEET = ("文件名", "标题", "日期", "地点", "人物", "主题")


class Material:
    def __init__(self, cast: Cast, timeline: Timeline, campaign: Campaign):
        self.cast, self.timeline, self.campaign = cast, timeline, campaign
        self.checklist = Checklist.objects.get(campaign=campaign)
        self.seed = 100  # of streets nobody else draws: each picture once

    def plan(self) -> None:
        self._set_rules()
        today = timezone.localdate(self.timeline.end)
        for number, start in enumerate(COMPLETE):
            self.timeline.plan(moment(today - timedelta(days=9), 9, number), lambda at, start=start: self._document(start, at))
        self.timeline.plan(moment(today - timedelta(days=8), 10), self._set_aside)
        self.timeline.plan(moment(today - timedelta(days=1), 16), self._bring_many)
        self.timeline.plan(moment(today, 0, 5), self._ask)

    def _set_rules(self) -> None:
        WantedProof.objects.bulk_create(
            WantedProof(item=self._item(start), position=position, kind=kind, **facts)
            for start, rules in RULES.items()
            for position, (kind, facts) in enumerate(rules)
        )

    def _item(self, start: str) -> Item:
        return Item.objects.get(standard=self.checklist.standard, is_leaf=True, text__startswith=start)

    def _document(self, start: str, at: datetime) -> None:
        """All that the item wants, filed by the section that leads it."""
        item = self._item(start)
        part = Assignment.objects.filter(duty__item=item, is_lead=True).issued().order_by("pk").first()
        by, on = self.cast.liaison(part.department_id), timezone.localdate(at) - timedelta(days=3)
        for kind, facts in RULES[start]:
            files = [self._photo(by, at) for _n in range(facts.get("least", 1))] if kind == "photo" else []
            texts = {"photo": {**SIX, "place": "三楼会议室", "subject": start[:12]}}.get(kind, {"figure": "2026年度 86 人次"})
            piece = make_evidence(
                part.department, by=by, kind=kind, title=f"{start[:14]}材料", event_on=on, files=files, at=at, **texts
            )
            use_for_item(piece, checklist=self.checklist, item=item, by=by, at=at)
            if facts.get("needs_number"):
                self._add_number(piece, by, at)

    def _add_number(self, piece: Evidence, by, at: datetime) -> None:
        """The number was forgotten and added the same day: the record has an earlier version."""
        texts = {name: getattr(piece, name) for name in ("kind", "event_on", "title", "figure")}
        later = at + timedelta(hours=2)
        edit_evidence(piece, by=by, version=1, number=f"示政服〔{at.year}〕3号", at=later, **texts)

    def _photo(self, by, at: datetime):
        self.seed += 1
        scene = sorted(SCENES)[self.seed % len(SCENES)]
        upload = SimpleUploadedFile(f"现场{self.seed}.jpg", photo(scene, self.seed, after=True))
        return store_upload(upload, campaign=self.campaign, by=by, at=at)

    def _set_aside(self, at: datetime) -> None:
        rows = Checkpoint.objects.filter(assignment__duty__item=self._item("控烟措施落实"), assignment__is_lead=True)
        for checkpoint in rows.filter(status__in=["open", "submitted", "returned"]):
            move_checkpoint(
                checkpoint, move="set_aside", by=self.cast.office, reason="本年度办公楼改造停用，由物业统一承担", at=at
            )

    def _bring_many(self, at: datetime) -> None:
        """A bundle that waits to be looked at: two good lines, one file the sheet does not name, one that is not there."""
        part = Assignment.objects.filter(duty__item=self._item("垃圾分类"), is_lead=True).issued().order_by("pk").first()
        on = timezone.localdate(at) - timedelta(days=2)
        day = f"{on.year}年{on.month}月{on.day}日"
        rows = [
            ("分类容器.jpg", "设置分类容器", day, "一楼大厅", "物业人员", "垃圾分类"),
            ("宣传活动.jpg", "开展分类宣传", day, "二楼会议室", "全体职工", "垃圾分类"),
            ("检查记录.pdf", "每周检查记录", day, "", "", ""),
        ]
        columns = [WrittenColumn(heading) for heading in SHEET]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            for number, name in enumerate(("分类容器.jpg", "宣传活动.jpg", "未命名.jpg")):
                package.writestr(f"垃圾分类/{name}", photo("bins", 90 + number, after=True))
            package.writestr("垃圾分类/图注表.xlsx", write_sheet(name="图注表", columns=columns, rows=rows))
        upload = SimpleUploadedFile("垃圾分类.zip", out.getvalue())
        start_bundle(part.department, by=self.cast.liaison(part.department_id), files=[upload], at=at)

    def _ask(self, at: datetime) -> None:
        ask_package(self.checklist, by=self.cast.office, at=at)
        part = Assignment.objects.filter(duty__item=self._item("创建经费有保障"), is_lead=True).issued().first()
        ask_package(self.checklist, department=part.department, form=Package.Form.PAPER, by=self.cast.office, at=at)
