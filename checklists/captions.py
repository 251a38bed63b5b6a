"""A bundle of files and the sheet of captions beside them -> the records to be made, each with its doubts. Pure.

Source: docs/glossary.md, "sheet of captions": 文件名, 标题, 类别, 日期, 文号, 说明, 时间, 地点, 人物, 主题, 背景, 事由.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

COLUMNS = {  # heading without blanks -> what it fills
    "文件名": "files",
    "文件": "files",
    "文件名称": "files",
    "标题": "title",
    "题名": "title",
    "名称": "title",
    "类别": "kind",
    "材料类别": "kind",
    "日期": "event_on",
    "文号": "number",
    "说明": "caption",
    "图注": "caption",
    "时间": "time_text",
    "地点": "place",
    "人物": "people",
    "主题": "subject",
    "背景": "background",
    "事由": "occasion",
}
KIND_WORDS = {
    "document": ("规范文件", "制度文件", "文件", "制度"),
    "report": ("说明报告", "报告", "总结"),
    "photo": ("实景图片", "图片", "照片"),
    "figures": ("统计表格", "统计数据", "统计", "表格", "数据"),
}
LONGEST = {"title": 120, "number": 60, "caption": 500, "time_text": 60, "place": 120, "people": 120, "subject": 120}
LONGEST |= {"background": 200, "occasion": 200}
HEADING_WITHIN = 10  # rows from the top

DOUBTS = {
    "no_file": _("The sheet names “%(name)s”, which is not among the files."),
    "no_row": _("Not in the sheet of captions: its own name becomes the title."),
    "bad_date": _("“%(text)s” is no date: left empty."),
    "future": _("The date lies after today: left empty."),
    "bad_kind": _("“%(text)s” is no kind of material: taken by content."),
    "cut": _("Too long for its field, cut: %(field)s."),
    "twice": _("The same content as “%(name)s” in this bundle."),
    "known": _("Your unit keeps this content already: “%(name)s”."),
    "path": _("The name leads out of the archive: refused."),
    "too_large": _("Larger than one file may be: refused."),
    "empty": _("An empty file: refused."),
    "wrong_kind": _("This kind of file is not taken: refused."),
}
REFUSED = {"path", "too_large", "empty", "wrong_kind"}
UNREADABLE = _("The sheet of captions “%(name)s” was not read: %(why)s")
NO_HEADING = _("The sheet “%(name)s” has no column 文件名: it is taken as material.")


@dataclass(frozen=True)
class BundleFile:
    """One file of the bundle. name: with folders; known: title of the unit's record that holds the same content."""

    no: int
    name: str
    size: int
    sha256: str = ""
    refused: str = ""
    known: str = ""

    @property
    def base(self) -> str:
        return self.name.rsplit("/", 1)[-1]

    @property
    def stem(self) -> str:
        return self.base.rsplit(".", 1)[0]


@dataclass
class Entry:
    """One record to be made. files, file_names: what it is made of; names: all files it asked for; doubts: (code, facts);
    is_refused: nothing can be made of it."""

    files: list[int] = field(default_factory=list)
    file_names: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    row: int | None = None
    title: str = ""
    kind: str = ""
    event_on: str = ""
    number: str = ""
    caption: str = ""
    time_text: str = ""
    place: str = ""
    people: str = ""
    subject: str = ""
    background: str = ""
    occasion: str = ""
    doubts: list[tuple[str, dict]] = field(default_factory=list)
    is_refused: bool = False

    def doubt(self, code: str, **facts: str) -> None:
        self.doubts.append((code, facts))

    def to_json(self) -> dict:
        return asdict(self)


def is_caption_sheet(rows: Sequence[Sequence[str]]) -> bool:
    return _heading(rows) is not None


def entries_of(files: Sequence[BundleFile], rows: Sequence[Sequence[str]] | None, *, today: date) -> list[Entry]:
    """One per row of the sheet in its order, then one per file no row names; without a sheet one per file.

    rows: the sheet's cells from its first row on, None where there is no sheet.
    """
    found, left = [], {file.no: file for file in files}
    for number, values in _described(rows or ()):
        entry = _entry(number, values, today=today)
        for name in _names(values.get("files", "")):
            file = _find(files, name)
            if file is None:
                entry.doubt("no_file", name=name)
            else:
                _take(entry, file)
                left.pop(file.no, None)
        found.append(entry)
    for file in left.values():
        entry = Entry(title=file.stem[: LONGEST["title"]])
        if rows is not None and not file.refused:
            entry.doubt("no_row")
        _take(entry, file)
        found.append(entry)
    _mark_twice(found, {file.no: file for file in files})
    for entry in found:
        entry.is_refused = not entry.files
    return found


def said(code: str, facts: dict) -> str:
    return str(DOUBTS[code] % facts)


# --- the sheet ------------------------------------------------------------------------------------


def _heading(rows) -> tuple[int, dict[int, str]] | None:
    """Index of the heading row, and which column fills what; None where no row names the files."""
    for index, row in enumerate(rows[:HEADING_WITHIN]):
        columns = {place: COLUMNS[word] for place, cell in enumerate(row) if (word := "".join(cell.split())) in COLUMNS}
        if "files" in columns.values():
            return index, columns
    return None


def _described(rows) -> Iterable[tuple[int, dict[str, str]]]:
    """(row of the sheet from 1, values) of each row that holds anything."""
    heading = _heading(rows)
    if heading is None:
        return
    first, columns = heading
    for index, row in enumerate(rows[first + 1 :], first + 2):
        values = {name: row[place].strip() for place, name in columns.items() if place < len(row)}
        if any(values.values()):
            yield index, values


def _entry(number, values, *, today) -> Entry:
    entry = Entry(row=number)
    for name, longest in LONGEST.items():
        text = values.get(name, "")
        if len(text) > longest:
            entry.doubt("cut", field=next(word for word, what in COLUMNS.items() if what == name))
        setattr(entry, name, text[:longest])
    entry.kind = _kind(entry, values.get("kind", ""))
    entry.event_on = _day(entry, values.get("event_on", ""), today)
    return entry


def _kind(entry, text) -> str:
    for kind, words in KIND_WORDS.items():
        if text in words:
            return kind
    if text:
        entry.doubt("bad_kind", text=text)
    return ""


def _day(entry, text, today) -> str:
    """ISO, "" where there is none: 2026年3月5日, 2026-3-5, 2026.03.05, 20260305."""
    if not text:
        return ""
    parts = re.fullmatch(r"(\d{4})\s*[年./-]?\s*(\d{1,2})\s*[月./-]?\s*(\d{1,2})\s*日?", text)
    try:
        day = date(*(int(part) for part in parts.groups())) if parts else None
    except ValueError:
        day = None
    if day is None:
        entry.doubt("bad_date", text=text[:20])
        return ""
    if day > today:
        entry.doubt("future")
        return ""
    return day.isoformat()


def _names(text) -> list[str]:
    return [name.strip() for name in re.split(r"[;；、\n]", text) if name.strip()]


def _find(files, name) -> BundleFile | None:
    """By its whole name, else by its last part, else without its ending; only where exactly one fits."""
    name = name.replace("\\", "/")
    for fits in (lambda file: file.name == name, lambda file: file.base == name, lambda file: file.stem == name):
        found = [file for file in files if fits(file)]
        if len(found) == 1:
            return found[0]
    return None


def _take(entry, file) -> None:
    entry.names.append(file.base)
    if file.refused:
        entry.doubt(file.refused)
        return
    entry.files.append(file.no)
    entry.file_names.append(file.base)
    entry.title = entry.title or file.stem[: LONGEST["title"]]
    if file.known:
        entry.doubt("known", name=file.known)


def _mark_twice(entries, files) -> None:
    first: dict[str, str] = {}
    for entry in entries:
        for no in entry.files:
            file = files[no]
            if file.sha256 and file.sha256 in first and first[file.sha256] != file.name:
                entry.doubt("twice", name=first[file.sha256].rsplit("/", 1)[-1])
            first.setdefault(file.sha256, file.name)
