"""Print fonts at set-up, and what the start says when they are not there."""

import subprocess
import sys

import pytest
import uharfbuzz
from django.conf import settings as portal
from fontTools.ttLib import TTFont

from config.setup import fonts
from reports import checks
from reports.pdf import render_paper
from reports.typeset.fonts import FONTS, covered, font_css
from tests.reports import papers
from tests.reports.printed import pages_of, text_of


@pytest.fixture
def no_fonts(settings, tmp_path):
    settings.FONTS_DIR = tmp_path / "none"
    return settings.FONTS_DIR


def test_set_up_brings_every_font_papers_name():
    assert {*FONTS.values()} == {*fonts.FANDOL, fonts.RARE}
    assert fonts.missing(portal.FONTS_DIR) == []


def test_a_second_set_up_does_nothing(monkeypatch):
    monkeypatch.setattr(fonts, "_download", lambda *args: pytest.fail("fetched again"))

    assert fonts.install(portal.FONTS_DIR) == []


def test_rare_characters_have_the_line_metrics_of_the_others():
    metrics = set()
    for slot in ("Title", "Fang", "Kai", "Hei", "Rare"):
        with TTFont(portal.FONTS_DIR / FONTS[slot], lazy=True) as font:
            metrics.add((font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap))

    assert metrics == {fonts.METRICS}
    codes = covered()
    assert all(ord(char) in codes for char in f"{papers.RARE_NAMES}𬱖𬬭㎡✓①Ⅱ°é")


def test_the_cut_is_the_same_each_time(tmp_path):
    for name in fonts.FANDOL:
        (tmp_path / name).symlink_to(portal.FONTS_DIR / name)

    assert fonts.install(tmp_path) == [fonts.RARE]
    assert (tmp_path / fonts.RARE).read_bytes() == (portal.FONTS_DIR / fonts.RARE).read_bytes()


def test_without_apt_one_line_says_what_to_do(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "config.setup.fonts"],
        cwd=portal.BASE_DIR,
        env={"FONTS_DIR": str(tmp_path / "fonts"), "PATH": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("打印字体未备好 / print fonts: apt-get is needed to fetch texlive-lang-chinese")
    assert done.stderr.count("\n") == 1


def test_an_office_font_takes_its_slot_with_our_line_metrics(settings, tmp_path):
    """The office's 仿宋 (here: 楷体 under that name, with other metrics) is what paragraphs are set in."""
    for path in portal.FONTS_DIR.glob("*.otf"):
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "readme.txt").write_text("ours")
    with TTFont(portal.FONTS_DIR / FONTS["Kai"], recalcBBoxes=False, lazy=True) as font:  # its outlines stay unread
        font["hhea"].ascent = 1300
        font["name"].setName("FangSong_GB2312", 1, 3, 1, 0x409)
        font.save(tmp_path / "office" / "SIMFANG.otf")

    assert fonts.install(tmp_path) == ["office-fang.otf"]
    assert fonts.install(tmp_path) == []
    settings.FONTS_DIR = tmp_path
    assert '"GW Own Fang";src:url(font:office-fang.otf)' in font_css()
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(tmp_path / "office-fang.otf")))
    assert uharfbuzz.Font(face).get_font_extents("ltr").ascender == 880
    page = pages_of(render_paper(papers.text_only(1)))[0]
    assert {char["fontname"].split("+")[1] for char in page.chars if char["text"] in "围绕目标"} == {"GW-Own-Fang"}


def test_no_font_file_is_said_by_name(tmp_path):
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "broken.ttf").write_bytes(b"not a font")

    with pytest.raises(fonts.FontsMissing, match=r"broken\.ttf is no font file"):
        fonts._adopt_office_fonts(tmp_path)


def test_a_paper_comes_out_even_without_the_fonts(no_fonts):
    assert "示范县" in text_of(pages_of(render_paper(papers.text_only(1)))[0])


def test_the_start_warns_of_what_papers_lack(no_fonts, monkeypatch):
    monkeypatch.setattr(checks, "SUBSETTER", "libnothing.so.0")
    monkeypatch.setattr(checks, "ENGINE", "1.0")

    assert [warning.id for warning in checks.paper_check(None)] == ["reports.W001", "reports.W002", "reports.W003"]


def test_a_machine_that_was_set_up_has_nothing_to_warn_of():
    assert checks.paper_check(None) == []
