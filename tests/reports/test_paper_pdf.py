"""The printed paper, measured against GB/T 9704-2012. Millimetres from the paper's upper left corner."""

import io
import os
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import translation
from PIL import Image
from pypdfium2 import PdfDocument

from reports.paper import Colophon, Heading, Paragraph, PhotoPair
from reports.pdf import render_paper
from tests.reports import papers
from tests.reports.printed import MM, lines_of, pages_of, rules_of, text_of

HAN = "创建文明城市人民群众满意幸福安康环境整洁秩序井然服务优质生态良好社会和谐共建共享"


@pytest.fixture(scope="module")
def weekly():
    return render_paper(papers.weekly(), photos=papers.photo)


@pytest.fixture(scope="module")
def weekly_pages(weekly):
    return pages_of(weekly)


@cache
def printed_text(count):
    """(PDF, pages) of so many paragraphs of running text."""
    pdf = render_paper(papers.text_only(count))
    return pdf, pages_of(pdf)


@pytest.fixture(scope="module")
def text_pages():
    """Four pages of running text."""
    return printed_text(16)[1]


def test_a_full_page_is_22_lines_of_28_characters():
    """Pure Chinese without marks, the head and title on the page before."""
    pages = pages_of(render_paper(papers.paper(Paragraph((HAN * 60)[: 28 * 60]))))

    lines = lines_of(pages[1], size=16)

    assert [len(line.text) for line in lines] == [28] * 22


def test_the_type_area_is_156_by_225_mm_at_37_and_28(text_pages):
    for page in text_pages[1:3]:
        lines = lines_of(page, size=16)
        left = 28 if page.page_number % 2 else 26

        assert len(lines) == 22
        assert lines[0].top == pytest.approx(37, abs=0.2)
        assert lines[-1].foot == pytest.approx(262, abs=0.2)
        assert min(line.left for line in lines) == pytest.approx(left, abs=0.1)
        assert max(line.right for line in lines) == pytest.approx(left + 156, abs=0.3)
        assert {round((b.baseline - a.baseline) * MM, 1) for a, b in pairwise(lines)} <= {29.5, 29.6, 29.7}


def test_page_1_keeps_to_the_same_grid_under_its_head(text_pages):
    lines = lines_of(text_pages[0], size=16)

    assert lines[-1].foot == pytest.approx(262, abs=0.2)


def test_right_edges_align_on_full_lines(text_pages):
    """Every line but the last of its paragraph, whatever marks had to go to the next line."""
    edges = []
    for page in text_pages[1:3]:
        lines = lines_of(page, size=16)
        starts = [line.left > 30 for line in lines]  # the first line of a paragraph
        full = [line for line, is_next_start in zip(lines, [*starts[1:], True], strict=True) if not is_next_start]
        edges.append([line.right - (184 if page.page_number % 2 else 182) for line in full])

    assert all(len(each) >= 14 for each in edges)
    assert max(abs(edge) for each in edges for edge in each) < 0.3


def test_lines_with_quotes_and_figures_are_filled_too():
    text = "采取“四不两直”方式检查点位62个、发现问题114个，其中“边改边犯”21个，整改率为89.1%。" * 8
    line_width = [
        line.right - line.left for line in lines_of(pages_of(render_paper(papers.paper(Paragraph(text))))[0], size=16)[3:-1]
    ]

    assert len(line_width) > 6
    assert min(line_width) > 155.7
    assert max(line_width) < 156.3


def test_the_chances_to_break_leave_no_trace_in_the_text(text_pages):
    assert "采取“四不两直”方式" in text_of(text_pages[0]).replace("\n", "")
    assert not any("\u200b" in text_of(page) for page in text_pages)


def test_page_numbers_stand_outside_in_size_4(text_pages):
    for page in text_pages:
        (number,) = [line for line in lines_of(page) if line.text == f"— {page.page_number} —"]

        assert number.size == pytest.approx(14, abs=0.1)
        assert 262 + 7 < number.baseline < 262 + 12
        if page.page_number % 2:
            assert number.right == pytest.approx(184 - 14 / MM, abs=0.4)
        else:
            assert number.left == pytest.approx(26 + 14 / MM, abs=0.4)


def test_the_head_is_on_page_1_only(weekly_pages):
    first, *others = [text_of(page).replace(" ", "") for page in weekly_pages]

    for text in ("示范县文明创建工作简报", "2026年第13期（总第63期）", papers.TITLE):
        assert text in first
        assert not any(text in other for other in others)


def test_the_head_is_red_with_office_left_date_right_and_a_red_rule(weekly, weekly_pages):
    page = weekly_pages[0]
    name, _, office, *_ = lines_of(page)
    ((top, foot),) = rules_of(weekly, 1)

    assert name.text == "示范县文明创建工作简报"
    assert name.size > 36
    red, green, blue = name.chars[0]["non_stroking_color"]
    assert red > 0.8
    assert max(green, blue) < 0.1
    assert office.text == "示范县创建工作指挥部办公室2026年3月30日"
    assert office.left == pytest.approx(28 + 16 / MM, abs=0.2)
    assert office.right == pytest.approx(184 - 16 / MM, abs=0.2)
    assert foot - top == pytest.approx(2 / MM, abs=0.1)
    assert office.foot < top < 100, "the head takes no more than a third of the page"


def test_a_long_name_and_a_long_title_stay_inside():
    masthead = papers.Masthead("示范县创建全国文明城市和未成年人思想道德建设工作简报", "", "办公室", "2026-03-30", mark="送审稿")
    paper = papers.paper(Paragraph("一"), masthead=masthead, title="关于" + "创建工作和问题整改情况" * 4 + "的通报")

    lines = lines_of(pages_of(render_paper(paper))[0])

    assert min(line.left for line in lines) >= 27.9
    assert max(line.right for line in lines) <= 184.4
    assert "送审稿" in [line.text for line in lines]


@pytest.mark.parametrize("count", range(1, 15))
def test_the_colophon_closes_the_last_even_page(count):
    """Whatever the length of the text: an even number of pages, the last rule at the foot of the type area."""
    pdf, pages = printed_text(count)
    rules = rules_of(pdf, len(pages))

    assert len(pages) % 2 == 0
    assert len(rules) == 6
    assert rules[-1][1] == pytest.approx(262, abs=1)
    first, last = (line for line in lines_of(pages[-1], size=14) if line.text.startswith(("报：县委", "示范县创建工作")))
    assert last.text == "示范县创建工作指挥部办公室2026年3月30日印发"
    assert last.left == pytest.approx(26 + 14 / MM, abs=0.2)
    assert last.right == pytest.approx(182 - 14 / MM, abs=0.2)
    body = lines_of(pages[-1], size=16)
    assert not body or body[-1].foot < first.top - 5
    assert all(text_of(page) for page in pages[:-1]), "no empty page before it"


def test_all_of_the_text_is_printed_once_wherever_the_pages_break():
    for count in (3, 6, 9):
        body = "".join(line.text for page in printed_text(count)[1] for line in lines_of(page, size=16))

        assert body.endswith("".join(block.text for block in papers.text_only(count).blocks))


def test_a_last_block_that_fills_its_page_leaves_an_empty_one_without_number():
    """One paragraph over two pages to the last line: nothing can be taken overleaf, the 报尾 still takes an even page."""
    pages = pages_of(render_paper(papers.paper(Paragraph((HAN * 60)[: 28 * 34]))))

    assert [bool(text_of(page)) for page in pages] == [True, True, False, True]
    assert "—" not in text_of(pages[3])


def test_the_colophon_says_who_and_how_many(weekly_pages):
    text = text_of(weekly_pages[-1])

    for part in ("送：县创建工作指挥部成员单位", "发：各镇党委、政府", "编辑：李玥", "审核：王堃", "签发：张垚", "共印80份"):
        assert part in text


def test_empty_lines_of_the_colophon_are_left_out():
    colophon = Colophon(office="办公室", day="2026-03-30", report_to="县委。")
    text = text_of(pages_of(render_paper(papers.paper(Paragraph("一"), colophon=colophon)))[-1])

    assert "报：县委。" in text
    assert not [part for part in ("送：", "发：", "编辑", "审核", "签发：", "共印") if part in text]


def test_rules_of_the_colophon_are_thick_outside_and_thin_inside(weekly, weekly_pages):
    first, *inner, last = [foot - top for top, foot in rules_of(weekly, len(weekly_pages))]

    assert (first, last) == (pytest.approx(0.35, abs=0.05), pytest.approx(0.35, abs=0.05))
    assert inner == [pytest.approx(0.25, abs=0.05)] * 4


def test_every_font_is_embedded_and_ours(weekly):
    listed = subprocess.run(["pdffonts", "-"], input=weekly, capture_output=True, check=True).stdout.decode().splitlines()[2:]

    names = {line.split()[0].split("+")[1] for line in listed}
    assert names == {"GW-Title", "GW-Fang", "GW-Kai", "GW-Hei", "GW-Song", "GW-Rare"}
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in listed)


@pytest.mark.parametrize("block", [Paragraph, Heading, lambda text: Heading(text, level=2), lambda text: PhotoPair(text)])
def test_ten_rare_characters_of_names_are_drawn_and_read_back(block):
    """No glyph is .notdef: each has ink and none looks like another or like a character no font has."""
    pdf = render_paper(papers.paper(block(papers.RARE_NAMES)))
    chars = {char["text"]: char for char in pages_of(pdf)[0].chars if char["text"] in papers.RARE_NAMES}

    assert set(chars) == set(papers.RARE_NAMES)
    looks = {text: inked(pdf, char) for text, char in chars.items()}
    assert len(set(looks.values())) == len(papers.RARE_NAMES)
    assert all(look.strip(b"\xff") for look in looks.values())


def inked(pdf, char):
    """The pixels of one character, white cut off, in a common size."""
    page = PdfDocument(pdf)[0]
    image = page.render(scale=4, grayscale=True).to_pil()
    box = [4 * char["x0"], 4 * char["top"], 4 * char["x1"], 4 * char["bottom"]]
    return image.crop([round(side) for side in box]).resize((24, 24)).tobytes()


def test_rare_characters_do_not_push_the_lines_apart():
    text = f"其中{papers.RARE_NAMES}等同志所在单位按期整改率居前，" * 20
    lines = lines_of(pages_of(render_paper(papers.paper(Paragraph(text))))[1], size=16)

    assert {round((b.baseline - a.baseline) * MM, 1) for a, b in pairwise(lines)} <= {29.5, 29.6, 29.7}


def test_a_long_table_repeats_its_head_and_keeps_its_note():
    pages = pages_of(render_paper(papers.paper(papers.ranking(60))))
    tables = [page for page in pages if "名次" in text_of(page)]

    assert len(tables) >= 3
    assert all(text_of(page).count("按期整改率") >= 1 for page in tables)
    assert [text_of(page).count("表1") for page in tables] == [1] + [0] * (len(tables) - 1)
    last = text_of(tables[-1])
    assert "注：按期整改率" in last
    assert "\n60" in last, "the note never stands without its last rows"


@pytest.mark.parametrize("rows", range(14, 20))
def test_head_and_note_of_a_table_never_stand_alone(rows):
    """Rows in all lengths around the end of page 1."""
    for page in pages_of(render_paper(papers.paper(papers.ranking(rows)))):
        text = text_of(page)
        if "表1" in text:
            assert "\n1城" in text, "caption and head with a first row"
        if "注：" in text:
            assert f"\n{rows}" in text, "note with the last row"


@pytest.mark.parametrize(
    "headed",
    [
        [Heading("消防通道", level=2), Paragraph(papers.TEXTS[0])],
        [PhotoPair("1．人民路", before="before", after="after")],
    ],
    ids=["heading and text", "photos"],
)
def test_a_heading_is_never_the_last_line_of_its_page(headed):
    """Swept down page 1 line by line, past where the last block goes overleaf to keep the 报尾 company, to its foot."""
    for lines in range(2, 18):
        paper = papers.paper(*[Paragraph("各单位已反馈。")] * lines, Heading("突出问题"), *headed)
        pages = pages_of(render_paper(paper, photos=papers.photo))

        (text,) = [text_of(page) for page in pages if "一、突出问题" in text_of(page)]
        last = text.partition("—")[0].strip().splitlines()[-1]
        assert last not in ("一、突出问题", "（一）消防通道"), f"alone under {lines} lines"


def test_photo_pairs_are_large_and_never_parted(weekly_pages):
    pairs = []
    for page in weekly_pages:
        pictures = [(image["top"], image["x0"], image["x1"], image["bottom"]) for image in page.images]
        text = text_of(page)
        captions = text.count("（逾期")
        pairs += [pictures]
        assert text.count("整改前") == text.count("整改后") == captions
        assert len(pictures) + text.count("未反馈照片") == 2 * captions
        for top, left, right, foot in pictures:
            assert 58 * MM < right - left <= 75.1 * MM
            assert 44 * MM <= foot - top <= 56.1 * MM

    assert sum(map(len, pairs)) == 9


@pytest.mark.parametrize(("lines", "height"), [(5, 56), (6, 50), (7, 44)])
def test_a_pair_that_lacks_some_millimetres_is_set_smaller_and_leaves_no_white_before_it(lines, height):
    """At the foot of page 1, with text on the pages after it."""
    blocks = [
        *[Paragraph("各单位已反馈。")] * lines,
        PhotoPair("1．人民路", before="before", after="after"),
        *papers.paragraphs(9),
    ]

    pages = pages_of(render_paper(papers.paper(*blocks), photos=papers.photo))

    heights = [[round((image["bottom"] - image["top"]) / MM) for image in page.images] for page in pages]
    assert heights == [[height, height], [], [], []]


def test_photos_keep_their_shape_and_lose_what_the_camera_wrote():
    tall = Image.new("RGB", (900, 1600), (10, 90, 200))
    exif = Image.Exif()
    exif[0x010F] = "SPY-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    tall.save(out, "JPEG", exif=exif)

    pdf = render_paper(papers.paper(PhotoPair("点位", before="tall")), photos=lambda key: out.getvalue())

    (image,) = pages_of(pdf)[0].images
    assert (image["x1"] - image["x0"]) / (image["bottom"] - image["top"]) == pytest.approx(900 / 1600, rel=0.02)
    assert b"SPY-CAMERA" not in pdf
    assert b"Exif" not in pdf


@pytest.mark.parametrize("data", [None, b"", b"no photo", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_a_photo_that_is_gone_is_said_and_does_not_stop_the_paper(data):
    page = pages_of(render_paper(papers.paper(PhotoPair("点位", before="a")), photos=lambda key: data))[0]

    assert "照片未能打印" in text_of(page)
    assert "未反馈照片" in text_of(page)


def test_a_photo_of_a_billion_points_is_left_out():
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")

    page = pages_of(render_paper(papers.paper(PhotoPair("点位", before="a")), photos=lambda key: out.getvalue()))[0]

    assert "照片未能打印" in text_of(page)


def test_the_same_paper_gives_the_same_bytes(weekly):
    assert render_paper(papers.weekly(), photos=papers.photo) == weekly


def test_the_same_bytes_in_another_process(weekly, tmp_path):
    script = (
        "import django; django.setup()\n"
        "from pathlib import Path; from reports.pdf import render_paper; from tests.reports import papers\n"
        f"Path({str(tmp_path / 'other.pdf')!r}).write_bytes(render_paper(papers.weekly(), photos=papers.photo))"
    )
    other = os.environ | {"PYTHONHASHSEED": "7", "DJANGO_SETTINGS_MODULE": "config.settings", "TZ": "America/Lima", "LANG": "C"}
    subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], env=other, check=True)

    assert (tmp_path / "other.pdf").read_bytes() == weekly


def test_papers_are_chinese_whoever_makes_them(weekly):
    with translation.override("en"):
        assert render_paper(papers.weekly(), photos=papers.photo) == weekly


def test_markup_in_a_text_is_printed_as_it_was_written():
    page = pages_of(render_paper(papers.paper(Paragraph("<img src=http://example.invalid/a.png><b>粗</b>&amp;"))))[0]

    assert "<b>粗</b>&amp;" in text_of(page).replace("\n", "")


def test_the_file_says_no_time_but_the_papers_own(weekly):
    told = subprocess.run(["pdfinfo", "-rawdates", "-"], input=weekly, capture_output=True, check=True).stdout.decode()

    assert "D:20260330\n" in told
    assert "ModDate" not in told
