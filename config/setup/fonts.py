"""Print fonts, brought to FONTS_DIR at set-up: python -m config.setup.fonts (a second run takes no time).

Fandol gives 仿宋, 楷体, 黑体, 宋体 and a bold 宋体 in the place of 小标宋; it comes from Debian's TeX package, of which
only the five fonts are kept. Fandol lacks the rare characters of personal names, so "GW Rare" is cut from Noto Serif
CJK SC. It carries Fandol's line metrics: a fallback with others would make the lines it stands in taller and push the
page out of its 22 lines.

An office's own licensed fonts go, as they come, into FONTS_DIR/office and are taken first after the next run.
"""

import gzip
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont, TTLibError

FONTS_DIR = Path(os.environ.get("FONTS_DIR") or Path(__file__).resolve().parents[2] / "var" / "fonts")
FANDOL = (
    "FandolFang-Regular.otf",
    "FandolKai-Regular.otf",
    "FandolHei-Regular.otf",
    "FandolSong-Regular.otf",
    "FandolSong-Bold.otf",
)
RARE = "GWRare.otf"
NOTO = "NotoSerifCJK-Regular.ttc"
NOTO_INSTALLED = Path("/usr/share/fonts/opentype/noto") / NOTO
METRICS = (880, -120, 200)  # Fandol's ascent, descent and line gap, in thousandths
HANGUL = (range(0x1100, 0x1200), range(0x3130, 0x3190), range(0xA960, 0xA980), range(0xAC00, 0xD800))

# Names under which offices have the fonts the standard asks for -> our slot.
OFFICE_NAMES = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK", "FZXBSJW--GB1-0"),
    "fang": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "FZFangSong-Z02S", "方正仿宋简体", "方正仿宋_GBK"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "FZKai-Z03S", "方正楷体简体", "方正楷体_GBK"),
    "hei": ("SimHei", "黑体", "FZHei-B01S", "方正黑体简体", "方正黑体_GBK"),
    "song": ("SimSun", "宋体", "NSimSun", "FZShuSong-Z01S", "方正书宋简体"),
}


class FontsMissing(Exception):
    """The print fonts cannot be had here; the text is one line that says what to do."""


def install(folder: Path = FONTS_DIR) -> list[str]:
    """Bring what is missing and return the names of the files made."""
    made = []
    if not all((folder / name).exists() for name in FANDOL):
        made += _take_fandol(folder)
    if not (folder / RARE).exists():
        made += _cut_rare(folder)
    return made + _adopt_office_fonts(folder)


def missing(folder: Path = FONTS_DIR) -> list[str]:
    return [name for name in (*FANDOL, RARE) if not (folder / name).exists()]


def _take_fandol(folder: Path) -> list[str]:
    wanted = {**dict.fromkeys(FANDOL), "COPYING.gz": "LICENSE.fandol.txt"}
    with tempfile.TemporaryDirectory() as place:
        package = _download("texlive-lang-chinese", Path(place))
        for name, data in _files_of(package, "/fandol/"):
            if name in wanted:
                data = gzip.decompress(data) if name.endswith(".gz") else data
                _write(folder / (wanted[name] or name), data)
    if absent := [name for name in FANDOL if not (folder / name).exists()]:
        raise FontsMissing(f"the package texlive-lang-chinese holds no {', '.join(absent)}")
    return list(FANDOL)


def _cut_rare(folder: Path) -> list[str]:
    """Everything Noto Serif CJK SC has and one of the five Fandol fonts has not, Korean syllables left out."""
    with tempfile.TemporaryDirectory() as place:
        source = NOTO_INSTALLED
        if not source.exists():
            package = _download("fonts-noto-cjk", Path(place))
            source = Path(place) / NOTO
            source.write_bytes(next(data for name, data in _files_of(package, "/noto/") if name == NOTO))
        face = _simplified(hb.Blob.from_file_path(str(source)))
        fandol = [set(hb.Face(hb.Blob.from_file_path(str(folder / name))).unicodes) for name in FANDOL]
        wanted = set(face.unicodes) - set.intersection(*fandol)
        wanted -= {code for block in HANGUL for code in block}

        choice = hb.SubsetInput()
        choice.sets(hb.SubsetInputSets.UNICODE).update(wanted)
        choice.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(
            int.from_bytes(tag.encode(), "big") for tag in ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx")
        )
        choice.sets(hb.SubsetInputSets.NAME_ID).update((0, 13, 14))  # copyright and licence stay with the font
        choice.flags = hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_HINTING
        cut = hb.subset(face, choice).blob.data
    _write(folder / RARE, _with_metrics(io.BytesIO(cut), name="GW Rare"))
    return [RARE]


def _simplified(collection: hb.Blob) -> hb.Face:
    for index in range(hb.Face(collection).count):
        face = hb.Face(collection, index)
        if face.get_name(hb.OTNameIdPredefined.FONT_FAMILY) == "Noto Serif CJK SC":
            return face
    raise FontsMissing(f"no Noto Serif CJK SC in {NOTO}")


def _adopt_office_fonts(folder: Path) -> list[str]:
    """FONTS_DIR/office/* as office-<slot>.otf with the line metrics all our fonts share; newer than its source = done."""
    made = []
    for source in sorted((folder / "office").glob("*")):
        if source.suffix.lower() not in (".ttf", ".otf", ".ttc"):
            continue
        try:
            slot = _slot_of(source)
        except TTLibError as error:
            raise FontsMissing(f"{source.name} is no font file ({error})") from error
        if slot is None:
            print(f"{source.name}: not one of the fonts papers use, left alone", flush=True)
            continue
        target = folder / f"office-{slot}.otf"
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _write(target, _with_metrics(source))
            made.append(target.name)
    return made


def _slot_of(source: Path) -> str | None:
    with TTFont(source, lazy=True, fontNumber=0) as font:
        names = {record.toUnicode() for record in font["name"].names if record.nameID in (1, 4, 6)}
    return next((slot for slot, known in OFFICE_NAMES.items() if names & set(known)), None)


def _with_metrics(source, *, name: str = "") -> bytes:
    """The font with Fandol's line metrics, the same bytes each time (hence no time of change)."""
    with TTFont(source, fontNumber=0, recalcTimestamp=False, recalcBBoxes=False, lazy=True) as font:
        scale = font["head"].unitsPerEm / 1000
        ascent, descent, gap = (round(value * scale) for value in METRICS)
        line, system = font["hhea"], font["OS/2"]
        line.ascent, line.descent, line.lineGap = ascent, descent, gap
        system.sTypoAscender, system.sTypoDescender, system.sTypoLineGap = ascent, descent, gap
        system.usWinAscent, system.usWinDescent = round(978 * scale), round(272 * scale)
        for number in (1, 4, 16) if name else ():
            font["name"].setName(name, number, 3, 1, 0x409)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _download(package: str, place: Path) -> Path:
    """The Debian or Ubuntu package as a file; nothing is installed."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise FontsMissing(f"apt-get is needed to fetch {package}; or copy the fonts into {FONTS_DIR}")
    command = ["apt-get", "-q", *(["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []), "download", package]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True)
    if done.returncode and os.geteuid() == 0:  # a fresh machine has no package lists yet
        subprocess.run(["apt-get", "-q", "update"], capture_output=True)
        done = subprocess.run(command, cwd=place, capture_output=True, text=True)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise FontsMissing(f"{package} could not be fetched ({why}); try: sudo apt-get update, then make run")
    return next(place.glob(f"{package}_*.deb"))


def _files_of(package: Path, part: str):
    """(name, bytes) of the package's files whose path holds `part`, read as a stream: it unpacks to 270 MB."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as unpack:
        with tarfile.open(fileobj=unpack.stdout, mode="r|") as files:
            for member in files:
                if member.isfile() and part in member.name:
                    yield member.name.rsplit("/", 1)[-1], files.extractfile(member).read()


def _write(target: Path, data: bytes) -> None:
    """Whole or not at all, so that an interrupted set-up leaves no half font behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.write_bytes(data)
    part.replace(target)


def main() -> None:
    if missing():
        print("正在准备排版字体 / preparing print fonts", flush=True)
    try:
        install()
    except (FontsMissing, OSError, subprocess.SubprocessError, tarfile.TarError) as error:
        sys.exit(f"打印字体未备好 / print fonts: {error}")


if __name__ == "__main__":
    main()
