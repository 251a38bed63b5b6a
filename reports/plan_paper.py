"""The backward plan on paper: the chart for the wall, its stages, the latest start of each task. A3 or A4, landscape."""

from collections import defaultdict
from datetime import date

from campaigns.models import Campaign
from checklists.gantt import Drawn, split
from checklists.models import Assignment
from checklists.plan import Plan, Start
from reports.printing import render_pdf
from reports.typeset.text import chinese_day

TEMPLATE = "reports/pdf/plan.html"
PAPERS = ("A3", "A4")
ROWS = 19  # of the chart on one page, of either paper: the chart is as wide as the paper
LEFT = 250  # user units for a row's name
LONGEST_NAME = 19  # characters in that room


def plan_pdf(plan: Plan, campaign: Campaign, *, paper: str) -> bytes:
    """The plan as of its day, in Chinese; the same plan gives the same bytes. paper: one of PAPERS."""
    chart = plan.chart({"today": "今天", "assessment": "测评"}, left=LEFT)
    leads = _leads([start.duty.pk for start in plan.starts])
    context = {
        "paper": paper,
        "title": f"{campaign.name.removesuffix('创建')}创建工作倒排计划",
        "office": campaign.office_name,
        "assessment": chinese_day(plan.assessment) if plan.assessment else "",
        "day": chinese_day(plan.today),
        "charts": [_chart(piece, plan) for piece in split(chart, most=ROWS)] if chart else [],
        "stages": [
            (span.name, chinese_day(span.starts_on), chinese_day(span.ends_on), span.days, _stands(span, plan.today))
            for span in plan.stages
        ],
        "starts": [_start(number, start, leads) for number, start in enumerate(plan.starts, 1)],
        "missed": len(plan.missed),
        "shortage": plan.shortage,
    }
    return render_pdf(TEMPLATE, context)


def _leads(duties: list[int]) -> dict[int, list[str]]:
    """The leading units of the issued table, as everybody may read them."""
    found = defaultdict(list)
    parts = Assignment.objects.issued().filter(duty__in=duties, is_lead=True).order_by("department__position", "pk")
    for duty, name in parts.values_list("duty", "department__name"):
        found[duty].append(name)
    return found


def _chart(piece, plan: Plan) -> dict:
    return {
        "width": piece.width,
        "height": piece.height,
        "top": piece.top,
        "months": [
            (x, f"{day.year}年{day.month}月" if width > 60 else f"{day.month}月", width) for x, day, width in piece.months
        ],
        "marks": piece.marks,
        "rows": [_row(row) for row in piece.rows],
        "name_at": LEFT - 8,
    }


def _row(row: Drawn) -> dict:
    bar = row.bar
    name = bar.label if len(bar.label) <= LONGEST_NAME else bar.label[: LONGEST_NAME - 1] + "…"
    days = f"{bar.starts_on.month}月{bar.starts_on.day}日—{bar.ends_on.month}月{bar.ends_on.day}日"
    return {
        "name": name,
        "days": days,
        "css": bar.css or "stage",
        "x": row.x,
        "y": row.y,
        "width": row.width,
        "middle": row.middle,
    }


def _stands(span, today: date) -> str:
    return "已过" if span.ends_on < today else "进行中" if span.starts_on <= today else "未开始"


def _start(number: int, start: Start, leads: dict[int, list[str]]) -> dict:
    state = "已开展" if start.is_begun else "应开展未开展" if start.is_missed else "未到启动日"
    return {
        "number": number,
        "text": start.duty.text,
        "leads": "、".join(leads.get(start.duty.pk, ())) or "—",
        "starts_on": chinese_day(start.starts_on),
        "ends_on": chinese_day(start.ends_on),
        "state": state,
        "is_missed": start.is_missed,
    }
