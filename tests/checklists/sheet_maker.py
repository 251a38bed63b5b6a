"""Workbooks for the tests, in the shapes of the real ones and with wording of our own."""

import io
import struct

from openpyxl import Workbook
from openpyxl.utils import range_boundaries

from checklists.sheets.grid import Grid, Merge, make_grid

DECLARED = [
    ["测评项目", "工作任务", "具体内容", "上报材料和检查提示"],
    ["1.组织领导", "1）有专门班子抓示范项目。", "①班子名单齐全。", "上报：名单（规范文件）。"],
    [None, None, "②每季度开会。", "上报：会议通知。"],
    [None, "2）有年度计划。", "年度计划印发到各单位。\n①有文号；\n②有时限。", "上报：计划。"],
    ["2.宣传发动", "1）主街有公益广告。\n①内容健康。\n2）小区有宣传栏。", "①有实景图片。", "上报：图片3张。"],
    [None, "3）学校有主题活动。", "①有活动安排。", "上报：安排。"],
    [None, None, "①有活动安排。", "上报：安排。"],
    [None, None, "②有活动总结。", "上报：总结。"],
]
DECLARED_MERGES = ["A2:A4", "B2:B3", "A5:A8", "B6:B8"]
SEEN = [
    ["测评项目", "测评标准", "实地考察要求"],
    ["2.宣传发动", "3）学校有主题活动。", "学校：\n①橱窗有内容；\n②师生知道。"],
    ["3.环境卫生", "1）农贸市场干净。", "市场：无占道。"],
]
ASKED = [
    ["测评项目", "测评标准", "问卷主要内容"],
    ["1.组织领导", "2）有年度计划。", "对年度计划的知晓率。"],
]
SHARED_OUT = [
    ["序号", "测评方式", "测评项目", "工作任务／测评标准", "具体内容／要求", "牵头单位", "责任单位"],
    [1, "网上申报", "1.组织领导", "1）有专门班子抓示范项目。", "①班子名单齐全。", "区示范办", None],
    [2, None, None, "1）有专门班子抓示范项目。", "②每季度开会。", "区示范办、区甲局", "各街道"],
    [3, None, None, "2）有年度计划。", "年度计划印发到各单位。\n①有文号；\n②有时限。", "区甲局,区乙局", "示范办"],
    [4, None, "2.宣传发动", "1）主街有公益广告。\n①内容健康。\n2）小区有宣传栏。", "①有实景图片。", "区丙委；区乙局", None],
    [5, None, None, "3）学校有主题活动。", "①有活动安排。", "区乙局", None],
    [6, None, None, "3）学校有主题活动。", "①有活动安排。", None, None],
    [7, None, None, "3）学校有主题活动。", "②有活动总结。", None, "示范项目联席会"],
    [8, "实地考察", "2.宣传发动", "3）学校有主题活动。", "学校：\n①橱窗有内容；\n②师生知道。", None, "区乙局\n区丙委"],
    [9, None, "3.环境卫生", "1）农贸市场干净。", "市场：无占道。", None, None],
    [10, "问卷调查", "1.组织领导", "2）有年度计划。", "对年度计划的知晓率。", None, "区甲局"],
]
SHARED_OUT_MERGES = ["B2:B8", "B9:B10", "C2:C4", "C5:C8"]


def workbook(sheets: dict, merges: dict | None = None) -> bytes:
    """The bytes of an xlsx: name -> rows of values; merges: name -> ranges such as A2:A4."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for merge in (merges or {}).get(name, []):
            sheet.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def grid(rows: list, merges: list[str] = (), name: str = "示范") -> Grid:
    """A sheet as it would be read, without a file: rows of texts or None, merges such as A2:A4."""
    ranges = [range_boundaries(merge) for merge in merges]
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    return make_grid(name, texts, [Merge(top, left - 1, bottom, right - 1) for left, top, right, bottom in ranges])


def standard_workbook() -> bytes:
    return workbook(
        {"示范-网上申报": DECLARED, "示范-实地考察": SEEN, "示范-问卷调查": ASKED}, {"示范-网上申报": DECLARED_MERGES}
    )


def responsibility_workbook() -> bytes:
    return workbook({"责任分解表": SHARED_OUT}, {"责任分解表": SHARED_OUT_MERGES})


def old_workbook(name: str, rows: list[list[str]], merges: list[tuple[int, int, int, int]] = ()) -> bytes:
    """The bytes of an xls (BIFF8 in an OLE container) with one sheet; merges: (top, bottom, left, right) from 0."""

    def record(kind, body):
        return struct.pack("<HH", kind, len(body)) + body

    begin = b"\x00\x06%s\x00\xdb\x1c\xcd\x07\xc1\x00\x01\x00\x06\x03\x00\x00"
    cells = b"".join(
        record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))
        for row, values in enumerate(rows)
        for column, text in enumerate(values)
        if text
    )
    ranges = struct.pack("<H", len(merges)) + b"".join(struct.pack("<4H", *merge) for merge in merges)
    sheet = record(0x0809, begin % b"\x10") + cells + record(0x00E5, ranges) + record(0x000A, b"")
    title = name.encode("utf-16-le")
    bound = struct.pack("<BBBB", 0, 0, len(name), 1) + title
    head_length = len(record(0x0809, begin % b"\x05")) + 4 + 4 + len(bound) + 4
    head = record(0x0809, begin % b"\x05") + record(0x0085, struct.pack("<I", head_length) + bound) + record(0x000A, b"")
    return _ole("Workbook", (head + sheet).ljust(4096, b"\x00"))


def encrypted_workbook() -> bytes:
    """What a workbook with a password is from outside: an OLE container with an EncryptedPackage."""
    return _ole("EncryptedPackage", b"\x07" * 4096)


def old_document() -> bytes:
    return _ole("WordDocument", b"\x07" * 4096)


def _ole(stream_name: str, data: bytes) -> bytes:
    """An OLE container with one stream of at least 4096 bytes: header, one FAT sector, one directory sector, data."""
    sectors = -(-len(data) // 512)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(name, kind, child, start, size):
        text = name.encode("utf-16-le") + b"\x00\x00"
        links = struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return text.ljust(64, b"\x00") + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream_name, 2, 0xFFFFFFFF, 2, len(data))
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    return header + table + directory.ljust(512, b"\x00") + data.ljust(sectors * 512, b"\x00")


SITE_HEADS = ["序号", "点位名称", "类别", "地址", "属地", "主管单位"]


def ledger_workbook() -> bytes:
    """One problem of a ledger, found and nothing more."""
    return workbook(
        {
            "问题台账": [
                ["序号", "点位", "问题描述", "责任单位", "发现时间"],
                [1, "示范市场", "占道经营", "示范甲局", "2026-05-06"],
            ]
        }
    )


def sites_workbook(rows=((1, "示范市场", "农贸市场", "示范路1号", None, None),)) -> bytes:
    return workbook({"点位表": [SITE_HEADS, *rows]})


PEOPLE_HEADS = ["单位", "简称/别名", "上级", "排序", "分组", "姓名", "职务", "角色", "手机", "邮箱"]
STAFF = [
    ["示范甲局", "甲局", None, 1, "区直单位", "赵示范", "局长", "负责人", "13800000001", "zhao@example.com"],
    ["示范甲局", None, None, None, None, "钱示范", "科员", "联络员", "13800000002", None],
    ["示范甲局综合科", None, "示范甲局", 2, None, "孙示范", "科长", "负责人", "13800000003", None],
    ["示范东街道", "东街", None, 3, "街道", "李示范", "主任", "负责人", "13800000004", None],
    ["示范东街道", None, None, None, None, "周示范", "干事", "督查员", "13800000005", None],
]


def people_workbook(rows=STAFF) -> bytes:
    """Units and people, with the columns of the portal's own template."""
    return workbook({"通讯录": [PEOPLE_HEADS, *rows]})
