"""A standard and its responsibility table taken in as an office would: upload, settle, save, publish, adopt, issue."""

from datetime import datetime

from campaigns.viewer import Viewer
from checklists import decisions
from checklists.actions.imports import save_standard, settle_import, start_import
from checklists.actions.issuing import issue_drafts
from checklists.actions.responsibilities import save_responsibilities
from checklists.actions.standards import adopt_standard, publish_standard
from checklists.matching import read_responsibility_import
from checklists.models import Checklist, Import
from checklists.register import Register
from reports.demo.standard_rules import write_rules
from reports.demo.workbooks import Line, standard_workbook, table_workbook


def take_in(
    lines: list[Line],
    *,
    by: Viewer,
    title: str,
    headings: tuple[str, ...],
    at: datetime,
    kind: str = Checklist.Kind.MAIN,
    site_kinds: dict[str, str] | None = None,
) -> Checklist:
    """The checklist of the lines with everything issued that has a lead; names the register does not know become units.

    site_kinds: content -> kind of site.
    """
    book = standard_workbook(title, headings, lines)
    row = start_import(book, by=by, kind=Import.Kind.STANDARD, name=title, edition=f"{at.year}版", at=at)
    standard = save_standard(row, by=by, version=row.version, is_checked=True, at=at)
    write_rules(standard, lines, by=by, kinds=site_kinds or {}, at=at)
    publish_standard(standard, by=by, at=at)
    checklist = adopt_standard(standard, by=by, name=title, kind=kind, at=at)
    book = table_workbook(f"{title}责任分解表", headings, lines)
    row = start_import(book, by=by, kind=Import.Kind.RESPONSIBILITIES, checklist=checklist, at=at)
    reading = read_responsibility_import(row, register=Register(by.campaign.host))
    unknown = [name.name for name in reading.open_names]
    if unknown:
        row = settle_import(row, by=by, version=row.version, change=decisions.name_units(unknown, {"do": "make"}), at=at)
    save_responsibilities(row, by=by, version=row.version, is_checked=True, at=at)
    issue_drafts(by=by, at=at)
    return checklist
