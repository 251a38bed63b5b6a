"""Papers of invented places for the tests of print: 示范县, its towns and its bureaus."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw

from reports.paper import Bar, Bars, Colophon, Column, Heading, Masthead, Paper, Paragraph, PhotoPair, Table

RARE_NAMES = "堃玥垚赟琪䶮㛃喆昇璟"
UNITS = ("城东街道", "城西街道", "临河镇", "白石镇", "青山镇", "柳林乡", "示范县住房和城乡建设局", "示范县城市管理局")
TEXTS = (
    "本周，各镇（街道）和县直责任单位围绕创建目标任务，坚持问题导向、目标导向、结果导向相统一，聚焦背街小巷、农贸市场、"
    "老旧小区、交通秩序等重点部位，组织开展了新一轮排查和集中整治，面上环境有了看得见的变化。",
    "县创建办会同住建、城管、交警、市场监管等部门组成四个督查组，采取“四不两直”方式，对照《测评体系》实地考察标准检查点位"
    "六十二个，现场交办问题一百一十四个，其余问题按照“谁主管、谁负责”的要求逐项核实、逐项销号。",
    "从检查情况看，主次干道保洁和公益广告维护明显好转，但城乡结合部垃圾清运不及时、非机动车乱停乱放、消防通道被占用等问题"
    "仍有反复，个别单位对交办问题重视不够，存在“边改边犯”“前清后乱”的现象。",
    "各责任单位要进一步压实责任，主要负责同志亲自部署，分管负责同志具体落实，建立日巡查、周调度、月通报的工作机制，对照问题"
    "清单、责任清单、整改清单逐条逐项抓好落实，做到问题不解决不放过、群众不满意不放过。",
    "下一步，县创建办将继续开展督查暗访，对连续两周按期整改率靠后的责任单位予以提醒，对整改不实的予以督办，确保各项任务按时限、"
    "按标准、高质量完成。",
)
MASTHEAD = Masthead("示范县文明创建工作简报", "2026年第13期（总第63期）", "示范县创建工作指挥部办公室", "2026-03-30")
COLOPHON = Colophon(
    office="示范县创建工作指挥部办公室",
    day="2026-03-30",
    report_to="县委、县人大常委会、县政府、县政协领导同志，市创建工作指挥部办公室。",
    send_to="县创建工作指挥部成员单位主要负责同志。",
    issue_to="各镇党委、政府，各街道党工委、办事处，县直各责任单位。",
    editor="李玥",
    reviewer="王堃",
    signer="张垚",
    copies=80,
)
TITLE = "关于三月第四周创建工作督查情况的通报"


def ranking(rows=8):
    columns = [
        Column("名次"),
        Column("责任单位", align="left"),
        *(Column(title) for title in ("新增", "应办结", "按期办结", "逾期")),
        Column("按期整改率"),
    ]
    lines = [
        [str(n + 1), UNITS[n % len(UNITS)], str(20 + n), str(40 - n % 30), str(36 - n % 30), str(n % 4), f"{95.0 - n % 40:.1f}%"]
        for n in range(rows)
    ]
    return Table(
        columns,
        lines,
        caption="各单位问题整改情况",
        note="注：按期整改率＝按期办结÷（应办结－待核查）。应办结少于3件的不参与排名。",
    )


def paper(*blocks, **changes):
    return Paper(**{"masthead": MASTHEAD, "title": TITLE, "colophon": COLOPHON, "blocks": list(blocks), **changes})


def paragraphs(count):
    return [Paragraph(TEXTS[n % len(TEXTS)]) for n in range(count)]


def text_only(count=16):
    return paper(*paragraphs(count))


def weekly(pairs=5):
    """An issue with everything in it, as an office sends it out."""
    worst = [
        PhotoPair(
            f"{n + 1}．{UNITS[n]}人民路{n + 3}号：{what}（逾期{9 - n}个工作日）",
            before=f"before-{n}",
            after="" if n == 1 else f"after-{n}",
        )
        for n, what in enumerate(("消防通道停放车辆", "垃圾清运不及时", "公益广告破损褪色", "占道经营", "飞线充电")[:pairs])
    ]
    late = Table(
        [Column("编号"), Column("问题", align="left"), Column("责任单位"), Column("整改时限"), Column("逾期")],
        [[f"2026-{100 + n:04}", "沿街商铺占道经营，店外堆放杂物", UNITS[n], "3月20日", f"{8 - n}个工作日"] for n in range(6)],
        caption="逾期未整改问题清单",
    )
    chart = Bars("各单位按期整改率", [Bar(unit, 0.96 - 0.05 * n, f"{96 - 5 * n:.1f}%", n > 5) for n, unit in enumerate(UNITS)])
    return paper(
        Paragraph(TEXTS[0]),
        Heading("总体情况"),
        Paragraph(TEXTS[1]),
        Heading("主要做法", level=2),
        Paragraph(TEXTS[2]),
        Heading("存在问题", level=2),
        Paragraph(TEXTS[3]),
        Heading("整改排名"),
        Paragraph("本周各单位问题整改情况如下，其中李玥、张垚、王堃等同志所在单位按期整改率居前。"),
        ranking(),
        chart,
        Heading("突出问题"),
        *worst,
        Heading("逾期问题"),
        late,
        Heading("下步工作"),
        Heading("压实责任", level=2),
        Paragraph(TEXTS[3]),
        Heading("跟踪督办", level=2),
        Paragraph(TEXTS[4]),
    )


@lru_cache
def photo(key):
    """A street drawn by code: 1200 x 900, rubbish before, trees after."""
    image = Image.new("RGB", (1200, 900), (176, 204, 228))
    draw = ImageDraw.Draw(image)
    for n in range(6):
        top = 120 + 37 * ((n * 5 + len(key)) % 7)
        draw.rectangle((n * 200, top, n * 200 + 180, 520), fill=(200 - 12 * n, 182, 168 + 8 * n))
    draw.rectangle((0, 520, 1200, 900), fill=(122, 122, 126))
    for n in range(9):
        spot = (n * 133 + 20, 470, n * 133 + 90, 560)
        if key.startswith("after"):
            draw.ellipse(spot, fill=(52, 118, 60))
        else:
            draw.polygon([(spot[0], 700), (spot[2], 640 + 20 * (n % 4)), (spot[2] + 20, 760)], fill=(180, 60 + 15 * n, 40))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()
