"""Facts and texts -> the paper. Pure: the same facts and texts give the same paper. Papers are always in Chinese."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from reports.figures import Figures, Row
from reports.paper import LEFT, Block, Colophon, Column, Heading, Masthead, Paper, Paragraph, PhotoPair, Table
from reports.ranking import as_percent, rate_of
from reports.sections import SECTIONS, by_rule, definitions_note, fill, progress_note, values

RETURNED = "整改后（核查退回）"  # under the photo of an answer that was sent back: it shows what the unit holds to be done


class Head(NamedTuple):
    """What stands around the text. day: ISO date; number: empty on a draft; people and lists as they are printed."""

    name: str
    office: str
    day: str
    number: str = ""
    mark: str = ""
    corrects: str = ""
    editor: str = ""
    reviewer: str = ""
    signer: str = ""
    report_to: str = ""
    send_to: str = ""
    issue_to: str = ""
    copies: int | None = None


def compose(facts: Mapping, texts: Mapping[str, str], *, title: str, head: Head) -> Paper:
    """The whole paper. texts: section -> what the office wrote; a section not in it says what it says by rule.

    A section with neither text nor rows is not printed.
    """
    figures = Figures.from_json(facts["week"])
    known = values(figures, due_next=len(facts["due_next"]))
    said = by_rule(figures, due_next=len(facts["due_next"]), progress=facts["progress"]) | dict(texts)
    blocks: list[Block] = [Paragraph(f"本期更正{head.corrects}，以本期为准。")] if head.corrects else []
    for section in SECTIONS:
        text = fill(said.get(section.name, "").strip(), known)
        body = list(ROWS[section.name](facts, figures))
        if text or body:
            blocks += [Heading(section.title), *([Paragraph(text)] if text else []), *body]
    return Paper(
        masthead=Masthead(name=head.name, number=head.number, office=head.office, day=head.day, mark=head.mark),
        title=title,
        blocks=blocks,
        colophon=Colophon(
            office=head.office,
            day=head.day,
            report_to=head.report_to,
            send_to=head.send_to,
            issue_to=head.issue_to,
            editor=head.editor,
            reviewer=head.reviewer,
            signer=head.signer,
            copies=head.copies,
        ),
    )


def _no_rows(facts, figures) -> Iterator[Block]:
    return iter(())


def _ranking(facts, figures: Figures) -> Iterator[Block]:
    """One table a group; units with nothing new, nothing due and nothing late are counted under it, not listed."""
    groups = [(group, [row for row in group.rows if row.due or row.found or row.late]) for group in figures.groups]
    groups = [(group, rows) for group, rows in groups if rows]
    for number, (group, rows) in enumerate(groups, 1):
        if len(groups) > 1:
            yield Heading(group.name, level=2)
        rest = len(group.rows) - len(rows)
        notes = [f"本组其余{rest}家单位本周没有新增、到期和逾期的问题。"] if rest else []
        if number == len(groups):
            outside = len(figures.outside)
            notes += [f"总体情况另含责任单位未列入参评单位的问题{outside}件。"] if outside else []
            notes += [definitions_note()]
        yield _group_table(group.name, rows, note="\n".join(notes))


def _group_table(name: str, rows: list[Row], *, note: str) -> Table:
    # Ranked ones by rank, the rest after them; inside a rank the official order, in which the rows came.
    rows = sorted(rows, key=lambda row: (row.rank is None, row.rank or 0))
    columns = [
        Column("名次"),
        Column("责任单位", align=LEFT),
        Column("新增"),
        Column("应办结"),
        Column("按期办结"),
        Column("待核查"),
        Column("逾期"),
        Column("按期整改率"),
    ]
    return Table(columns, [_group_row(row) for row in rows], caption=f"{name}整改情况", note=note)


def _group_row(row: Row) -> list[str]:
    rank = str(row.rank) if row.rank else "不参与排名"
    counts = [str(len(ids)) for ids in (row.found, row.due, row.in_time, row.waiting, row.late)]
    return [rank, row.name, *counts, as_percent(row.rate)]


def _worst(facts, figures) -> Iterator[Block]:
    for number, fact in enumerate(facts["worst"], 1):
        who = f"{fact['unit']}，逾期{_days(fact['days'])}个工作日"
        line = f"{number}．{fact['place']}：{fact['text'].rstrip('。')}（{who}）"
        label = RETURNED if fact.get("is_returned") else "整改后"
        yield PhotoPair(line, before=str(fact["before"] or ""), after=str(fact["after"] or ""), after_label=label)


def _late(facts, figures: Figures) -> Iterator[Block]:
    if not facts["late"]:
        return
    columns = [
        Column("序号"),
        Column("编号"),
        Column("点位", align=LEFT),
        Column("存在问题", align=LEFT),
        Column("责任单位", align=LEFT),
        Column("整改时限"),
        Column("逾期\n工作日"),
    ]
    rows = [
        [str(n), fact["number"], fact["place"], fact["text"], fact["unit"], _short_day(fact["due_on"]), _days(fact["days"])]
        for n, fact in enumerate(facts["late"], 1)
    ]
    rest = len(figures.late) - len(rows)
    yield Table(columns, rows, caption="逾期未整改问题", note=f"另有{rest}件见问题台账。" if rest else "")


def _progress(facts, figures) -> Iterator[Block]:
    if not facts["progress"]:
        return
    columns = [
        Column("测评项目", align=LEFT),
        Column("应办节点"),
        Column("已完成"),
        Column("逾期"),
        Column("完成率"),
    ]
    rows = [
        [
            row["name"],
            str(row["all"]),
            str(row["done"]),
            str(row["late"]),
            as_percent(rate_of(in_time=row["done"], due=row["all"], waiting=0)),
        ]
        for row in facts["progress"]
    ]
    at = datetime.fromisoformat(facts["progress_at"]) if "progress_at" in facts else None
    yield Table(columns, rows, caption="创建任务推进情况", note=progress_note(at))


ROWS = {
    "overview": _no_rows,
    "ranking": _ranking,
    "worst": _worst,
    "late": _late,
    "progress": _progress,
    "next": _no_rows,
}


def _days(days: int) -> str:
    """Working days late; a limit passed on a day off is late by less than one."""
    return str(days) if days else "不足1"


def _short_day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.month}月{day.day}日"
