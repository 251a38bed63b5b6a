"""The sections of a weekly bulletin and what each says by rule before anybody writes. Pure; papers are always in Chinese.

Texts carry 【names】 instead of figures: `fill` puts the figures in, so wording is free and numbers cannot drift.
Source: docs/glossary.md, "weekly bulletin".
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from reports.figures import Figures
from reports.ranking import MINIMUM, as_percent, as_points


class Section(NamedTuple):
    name: str
    title: str


SECTIONS = (
    Section("overview", "总体情况"),
    Section("ranking", "整改情况排名"),
    Section("worst", "突出问题"),
    Section("late", "逾期未整改问题清单"),
    Section("progress", "创建任务推进情况"),
    Section("next", "下步工作"),
)

# Printed under the table of every issue; a reader can check each number by them.
DEFINITIONS = (
    ("统计周期", "周一零时至周日二十四时"),
    ("统计时点", "周日二十四时，当周提前统计的为取数时；各项按统计时点的状态计算，此后的办理不计入"),
    ("新增", "本周内交办的问题"),
    ("应办结", "整改时限在本周内且已到的问题，不含作废、挂账和已延期至本周以后的"),
    ("按期办结", "应办结中，经核查认可的整改反馈在时限前提交的"),
    ("待核查", "应办结中，已反馈、等待核查的，不计入整改率的分母"),
    ("逾期", "统计时点责任单位办理时间已超过时限的"),
    ("按期整改率", "按期办结÷（应办结－待核查），分母为零时记为“—”"),
    ("环比", "本周与上周按期整改率之差，以百分点计，任一周分母为零时不作比较；上周以已印发的简报为准"),
    ("排名", f"同组内按按期整改率排列，分母不足{MINIMUM}件的不参与排名，整改率相同的名次并列"),
)
NAME = re.compile(r"【([^【】]+)】")


NEXT_WEEK = "统计时点仍在办理、整改时限在下周内的问题"
PROGRESS = (
    ("应办节点", "已下达牵头单位的"),
    ("已完成", "其中经审核通过、不适用或同意本次不开展的"),
    ("逾期", "其中办理时间已超过时限的"),
)


def definitions_note() -> str:
    return "说明：" + "；".join(f"{term}：{text}" for term, text in DEFINITIONS) + "。"


def progress_note(at: datetime | None) -> str:
    """One printed line. at: when the progress was taken (it is not counted back to the end of the week), where it was kept."""
    when = f"，按{moment_text(at)}取数时的状态计算" if at else ""
    return f"说明：应办节点为{dict(PROGRESS)['应办节点']}{when}。"


def values(figures: Figures, *, due_next: int) -> dict[str, str]:
    """【name】 -> what is printed for it."""
    total = figures.total
    change = figures.change
    points = as_points(change)
    moved = (
        "与上周持平"
        if points.strip("+-") == "0.0"
        else f"较上周{'上升' if change and change > 0 else '下降'}{points.strip('+-')}个百分点"
    )
    units = figures.late_units
    if units is None:
        units = len({row.department_id for group in figures.groups for row in group.rows if row.late})
    return {
        "本周": week_text(date.fromisoformat(figures.monday)),
        "截至": moment_text(datetime.fromisoformat(figures.cut)),
        "新增": str(len(total.found)),
        "应办结": str(len(total.due)),
        "按期办结": str(len(total.in_time)),
        "待核查": str(len(total.waiting)),
        "逾期": str(len(total.late)),
        "逾期单位": str(units),
        "按期整改率": as_percent(total.rate),
        "环比": moved if change is not None else "—",
        "下周到期": str(due_next),
    }


def by_rule(figures: Figures, *, due_next: int, progress: list[Mapping]) -> dict[str, str]:
    """What each section says before anybody writes: only sentences that have something behind them."""
    total = figures.total
    overview = "本周（【本周】），" + ("共交办问题【新增】件，" if total.found else "没有新交办的问题，")
    if total.due:
        overview += "到期应办结【应办结】件，其中按期办结【按期办结】件、待核查【待核查】件"
        if total.rate is not None:
            overview += "，按期整改率【按期整改率】" + ("，【环比】" if figures.change is not None else "")
        overview += "。"
    else:
        overview += "没有到期应办结的问题。"
    overview += (
        "截至【截至】，逾期未整改【逾期】件，涉及【逾期单位】家单位。" if total.late else "截至【截至】，没有逾期未整改的问题。"
    )
    ranked = any(row.rank for group in figures.groups for row in group.rows)
    following = "请逾期未整改的责任单位对照清单逐件明确措施和责任人，尽快整改到位并反馈。" if total.late else ""
    following += "下周到期应办结【下周到期】件，各责任单位要提前安排，按期反馈。" if due_next else ""
    return {
        "overview": overview,
        "ranking": "各单位整改情况如下，同组内按按期整改率排名。" if ranked else "",
        "worst": "以下问题逾期时间长、影响大，予以通报。" if figures.late else "",
        "late": "截至【截至】，下列【逾期】件问题已超过整改时限。" if figures.late else "",
        "progress": "各测评项目任务节点办理情况如下。" if progress else "",
        "next": following or "各责任单位要巩固整改成果，举一反三，防止问题反弹。",
    }


def fill(text: str, known: Mapping[str, str]) -> str:
    """The text with its 【names】 replaced; a name nobody knows stays as it is (see `unknown_names`)."""
    return NAME.sub(lambda match: known.get(match[1], match[0]), text)


def unknown_names(text: str, known: Mapping[str, str]) -> list[str]:
    """Names in 【 】 for which there is no figure: must be mended before review."""
    return [name for name in NAME.findall(text) if name not in known]


def week_text(monday: date) -> str:
    """3月9日至15日; 3月30日至4月5日."""
    sunday = monday + timedelta(days=6)
    end = f"{sunday.day}日" if sunday.month == monday.month else f"{sunday.month}月{sunday.day}日"
    return f"{monday.month}月{monday.day}日至{end}"


def moment_text(at: datetime) -> str:
    """3月15日24时 for midnight after it, else 3月13日17时30分, in the given zone."""
    if (at.hour, at.minute) == (0, 0):
        day = at - timedelta(days=1)
        return f"{day.month}月{day.day}日24时"
    return f"{at.month}月{at.day}日{at.hour}时" + (f"{at.minute}分" if at.minute else "")
