"""Street scenes and a service hall drawn by code, as pairs from the same angle: the problem, and the place put right."""

import io
import random
from functools import cache

from PIL import Image, ImageDraw

SIZE = (1200, 900)
GROUND = 560  # where the pavement begins
INK = (58, 64, 70)


def _street(seed: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Sky, houses with windows, pavement and road; the seed gives the street its face."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, no secret
    image = Image.new("RGB", SIZE, (196, 214, 226))
    draw = ImageDraw.Draw(image)
    for y in range(GROUND):
        draw.line([(0, y), (SIZE[0], y)], fill=(182 + y // 14, 204 + y // 16, 222 + y // 24))
    x = -20
    while x < SIZE[0]:
        width, height = chance.randint(150, 260), chance.randint(190, 380)
        wall = chance.choice([(214, 196, 170), (188, 176, 166), (176, 186, 190), (206, 182, 158), (196, 192, 178)])
        draw.rectangle([x, GROUND - height, x + width, GROUND], fill=wall)
        draw.rectangle([x, GROUND - height, x + width, GROUND - height + 12], fill=tuple(part - 34 for part in wall))
        for wx in range(x + 18, x + width - 36, 52):
            for wy in range(GROUND - height + 34, GROUND - 70, 66):
                draw.rectangle([wx, wy, wx + 30, wy + 40], fill=(122, 146, 164), outline=(232, 230, 222), width=3)
        draw.rectangle([x + width // 2 - 22, GROUND - 62, x + width // 2 + 22, GROUND], fill=(96, 82, 70))
        x += width + chance.randint(6, 26)
    draw.rectangle([0, GROUND, SIZE[0], GROUND + 150], fill=(198, 192, 180))
    for edge in range(0, SIZE[0], 60):
        draw.line([(edge, GROUND), (edge - 40, GROUND + 150)], fill=(182, 176, 164), width=2)
    draw.line([(0, GROUND + 75), (SIZE[0], GROUND + 75)], fill=(182, 176, 164), width=2)
    draw.rectangle([0, GROUND + 150, SIZE[0], GROUND + 166], fill=(232, 230, 224))
    draw.rectangle([0, GROUND + 166, SIZE[0], SIZE[1]], fill=(112, 116, 120))
    for dash in range(40, SIZE[0], 200):
        draw.rectangle([dash, 812, dash + 110, 822], fill=(236, 234, 226))
    for trunk in (120 + chance.randint(0, 60), 980 + chance.randint(0, 80)):
        draw.rectangle([trunk, 430, trunk + 16, GROUND + 20], fill=(104, 82, 62))
        for dx, dy, r in ((-46, 388, 58), (34, 376, 62), (-6, 336, 66)):
            draw.ellipse([trunk + dx - r, dy - r, trunk + dx + r, dy + r], fill=(86, 126 + chance.randint(0, 18), 78))
    return image, draw


def _bins(draw, chance, after):
    for n, colour in enumerate([(62, 104, 150), (74, 120, 82), (150, 84, 70)]):
        x = 420 + n * 130
        draw.rounded_rectangle([x, 510, x + 96, 660], 10, fill=colour, outline=INK, width=4)
        draw.rectangle([x - 6, 496, x + 102, 516], fill=tuple(part - 20 for part in colour), outline=INK, width=3)
        if not after:
            for _ in range(7):
                _bag(draw, chance, x + chance.randint(-20, 110), chance.choice([470, 484, 640, 668]))
    if not after:
        for _ in range(14):
            _bag(draw, chance, chance.randint(340, 880), chance.randint(650, 700))


def _bag(draw, chance, x, y):
    r = chance.randint(14, 30)
    colour = chance.choice([(236, 234, 228), (60, 62, 66), (190, 60, 50), (70, 110, 160)])
    draw.ellipse([x - r, y - r, x + r, y + r * 0.8], fill=colour, outline=INK, width=2)
    draw.polygon([(x - 6, y - r), (x + 6, y - r), (x, y - r - 12)], fill=colour)


def _litter(draw, chance, after):
    if after:
        draw.rectangle([560, 500, 640, 650], fill=(74, 120, 82), outline=INK, width=4)
        return
    for _ in range(46):
        x, y, r = chance.randint(240, 960), chance.randint(590, 760), chance.randint(8, 34)
        points = [(x + chance.randint(-r, r), y + chance.randint(-r // 2, r // 2)) for _ in range(5)]
        draw.polygon(points, fill=chance.choice([(236, 232, 220), (186, 150, 96), (92, 96, 100), (196, 70, 58), (70, 120, 170)]))


def _puddle(draw, chance, after):
    draw.rectangle([880, 556, 960, 572], fill=(150, 154, 158), outline=INK, width=3)  # the drain
    for x in range(888, 956, 14):
        draw.line([(x, 558), (x, 570)], fill=INK, width=3)
    if after:
        return
    for _ in range(7):
        x, y, r = chance.randint(300, 820), chance.randint(640, 720), chance.randint(60, 130)
        draw.ellipse([x - r, y - r // 4, x + r, y + r // 4], fill=(108, 128, 146))
    for _ in range(9):
        x, y = chance.randint(280, 860), chance.randint(640, 720)
        draw.line([(x, y), (x + chance.randint(20, 60), y)], fill=(176, 194, 206), width=4)


def _boxes(draw, chance, after):
    """A passage with a door, and what stands in it."""
    draw.rectangle([500, 330, 700, GROUND + 10], fill=(226, 226, 220), outline=INK, width=6)
    draw.rectangle([540, 346, 660, 372], fill=(62, 140, 92))
    draw.line([(600, 380), (600, GROUND + 6)], fill=INK, width=4)
    if after:
        for x in range(500, 700, 40):
            draw.line([(x, 600), (x - 30, 690)], fill=(236, 200, 70), width=6)
        return
    for _ in range(11):
        x, y, size = chance.randint(430, 720), chance.randint(520, 640), chance.randint(50, 90)
        card = chance.choice([(190, 150, 104), (172, 130, 86), (206, 170, 124)])
        draw.rectangle([x, y, x + size, y + size], fill=card, outline=INK, width=3)
        draw.line([(x, y + size // 2), (x + size, y + size // 2)], fill=(222, 196, 150), width=6)


def _bikes(draw, chance, after):
    draw.rectangle([0, 604, SIZE[0], 632], fill=(222, 188, 84))  # the blind track
    for x in range(0, SIZE[0], 26):
        draw.ellipse([x + 6, 612, x + 18, 624], fill=(200, 164, 66))
    if after:
        for x in range(300, 900, 90):
            draw.line([(x, 650), (x - 30, 706)], fill=(240, 240, 236), width=5)
    count = 6
    for n in range(count):
        x = 320 + n * 92 if after else 220 + n * 128 + chance.randint(-20, 20)
        y = 676 if after else chance.randint(596, 640)
        _bike(draw, x, y, (56, 110, 168) if after or n % 2 else (206, 120, 46))


def _bike(draw, x, y, colour):
    for dx in (0, 84):
        draw.ellipse([x + dx - 34, y - 34, x + dx + 34, y + 34], outline=INK, width=6)
    draw.line([(x, y), (x + 36, y - 46), (x + 78, y - 46), (x + 84, y), (x + 40, y), (x + 36, y - 46)], fill=colour, width=7)
    draw.line([(x + 78, y - 46), (x + 74, y - 74), (x + 94, y - 80)], fill=INK, width=6)
    draw.line([(x + 36, y - 46), (x + 32, y - 64), (x + 20, y - 64), (x + 46, y - 64)], fill=INK, width=6)


def _paving(draw, chance, after):
    box = [420, 590, 780, 690]
    if after:
        draw.rectangle(box, fill=(206, 200, 188), outline=(182, 176, 164), width=3)
        for x in range(480, 780, 60):
            draw.line([(x, 590), (x, 690)], fill=(182, 176, 164), width=3)
        draw.line([(420, 640), (780, 640)], fill=(182, 176, 164), width=3)
        return
    draw.ellipse([420, 596, 780, 700], fill=(92, 86, 80))
    draw.ellipse([450, 616, 740, 690], fill=(120, 134, 146))
    for _ in range(16):
        x, y = chance.randint(410, 790), chance.randint(590, 706)
        draw.polygon(
            [(x, y), (x + chance.randint(14, 40), y + 6), (x + 20, y + chance.randint(14, 30))], fill=(170, 162, 150), outline=INK
        )
    for x in (380, 800):
        draw.polygon([(x, 560), (x - 18, 640), (x + 18, 640)], fill=(214, 96, 44))
        draw.rectangle([x - 12, 596, x + 12, 608], fill=(240, 238, 232))


def _poster(draw, chance, after):
    draw.rectangle([360, 330, 840, 580], fill=(70, 96, 120), outline=INK, width=6)
    draw.rectangle([372, 342, 828, 568], fill=(222, 74, 62) if after else (196, 150, 138))
    if after:
        draw.ellipse([400, 372, 520, 492], fill=(246, 214, 110))
        for n in range(4):
            draw.rectangle([560, 380 + n * 42, 800 - n * 30, 398 + n * 42], fill=(250, 240, 224))
        draw.polygon([(390, 556), (470, 500), (560, 540), (650, 496), (816, 556)], fill=(86, 140, 92))
        return
    for _ in range(9):
        x, y = chance.randint(372, 760), chance.randint(342, 500)
        points = [(x, y), (x + chance.randint(30, 110), y + 8), (x + 50, y + chance.randint(24, 90))]
        draw.polygon(points, fill=chance.choice([(236, 232, 224), (150, 146, 140)]))
    for _ in range(12):
        x, y = chance.randint(240, 930), chance.randint(420, 540)
        draw.rectangle(
            [x, y, x + 34, y + 44], fill=chance.choice([(246, 244, 236), (250, 230, 120), (236, 160, 160)]), outline=INK
        )


def _wires(draw, chance, after):
    for x in (150, 1040):
        draw.rectangle([x, 150, x + 18, GROUND + 30], fill=(128, 124, 118))
    if after:
        draw.line([(159, 190), (1049, 190)], fill=INK, width=9)
        for x in range(220, 1040, 90):
            draw.rectangle([x, 184, x + 10, 197], fill=(214, 210, 200))
        return
    for n in range(11):
        sag = chance.randint(60, 330)
        points = [(159 + t * 8.9, 180 + n * 6 + sag * 4 * (t / 100) * (1 - t / 100)) for t in range(101)]
        draw.line(points, fill=chance.choice([INK, (30, 32, 36), (96, 60, 54)]), width=chance.randint(3, 6))
    draw.arc([560, 380, 680, 520], 0, 360, fill=INK, width=5)


def _stall(draw, chance, after):
    if after:
        draw.rectangle([300, 640, 900, 648], fill=(240, 240, 236))
        return
    for x in (330, 620):
        draw.polygon([(x - 20, 440), (x + 250, 440), (x + 220, 490), (x + 10, 490)], fill=(196, 70, 58))
        for n in range(4):
            draw.polygon(
                [(x - 10 + n * 66, 440), (x + 22 + n * 66, 440), (x + 30 + n * 62, 490), (x + 4 + n * 62, 490)],
                fill=(240, 236, 226),
            )
        draw.rectangle([x, 570, x + 230, 660], fill=(150, 112, 76), outline=INK, width=4)
        for leg in (x + 8, x + 216):
            draw.rectangle([leg, 490, leg + 8, 690], fill=(96, 92, 88))
        for _ in range(26):
            fx, fy = x + chance.randint(14, 216), chance.randint(548, 572)
            fruit = chance.choice([(220, 120, 40), (190, 50, 44), (110, 150, 60), (230, 196, 70)])
            draw.ellipse([fx - 12, fy - 12, fx + 12, fy + 12], fill=fruit)


def _counter(draw, chance, after):
    """A service hall in front of the street: three windows, nobody at the middle one until it is put right."""
    draw.rectangle([0, 0, *SIZE], fill=chance.choice([(228, 230, 226), (232, 228, 218), (222, 228, 232)]))
    draw.rectangle([0, 60, SIZE[0], 150], fill=(44, 84, 128))
    for n in range(8):
        draw.rectangle([330 + n * 70, 84, 374 + n * 70, 126], outline=(240, 240, 236), width=6)
    draw.rectangle([0, 700, SIZE[0], SIZE[1]], fill=(204, 200, 192))
    for x in range(-200, SIZE[0] + 200, 150):
        draw.line([(x + 60, 700), (x, SIZE[1])], fill=(186, 182, 174), width=3)
    for n, x in enumerate((90, 450, 810)):
        draw.rectangle([x, 190, x + 300, 520], fill=(204, 220, 228), outline=(150, 156, 160), width=8)
        draw.rectangle([x + 90, 204, x + 210, 250], fill=(36, 40, 44))
        for dot in range(n + 1):
            draw.rectangle([x + 106 + dot * 34, 216, x + 126 + dot * 34, 238], fill=(226, 64, 50))
        draw.rounded_rectangle([x + 94, 330, x + 206, 540], 24, fill=(70, 74, 80), outline=INK, width=4)  # the chair
        if after or n != 1:
            _person(draw, x + 150, 350, chance.choice([(52, 84, 130), (64, 70, 84)]), is_facing=True)
        else:
            draw.line([(x + 150, 540), (x + 150, 500)], fill=INK, width=6)
    draw.rectangle([0, 500, SIZE[0], 530], fill=(234, 228, 216), outline=INK, width=3)
    draw.rectangle([0, 530, SIZE[0], 700], fill=(178, 142, 102))
    for x in range(0, SIZE[0], 120):
        draw.line([(x, 534), (x, 696)], fill=(158, 124, 88), width=3)
    for x in (90, 450, 810):
        draw.rectangle([x + 216, 420, x + 292, 484], fill=(52, 56, 62), outline=INK, width=3)
        draw.rectangle([x + 246, 484, x + 262, 502], fill=INK)
    if not after:
        draw.polygon([(540, 500), (660, 500), (648, 440), (552, 440)], fill=(250, 246, 230), outline=INK)
        draw.rectangle([566, 462, 634, 474], fill=(200, 56, 46))
    for x in (720,) if after else (720, 870):
        _person(draw, x, 470, chance.choice([(150, 84, 70), (96, 110, 84), (120, 104, 140)]), is_facing=False)


def _person(draw, x, y, coat, *, is_facing):
    """A head at (x, y) over shoulders; from behind, one stands on the floor."""
    if not is_facing:
        draw.rectangle([x - 40, y + 240, x - 6, y + 390], fill=(60, 64, 74))
        draw.rectangle([x + 6, y + 240, x + 40, y + 390], fill=(60, 64, 74))
    draw.rounded_rectangle([x - 64, y + 44, x + 64, y + (190 if is_facing else 260)], 40, fill=coat, outline=INK, width=3)
    draw.ellipse([x - 40, y - 46, x + 40, y + 50], fill=(58, 50, 46))
    if is_facing:
        draw.ellipse([x - 32, y - 26, x + 32, y + 50], fill=(232, 196, 166))
        draw.polygon([(x - 16, y + 50), (x + 16, y + 50), (x, y + 84)], fill=(244, 242, 236))


SCENES = {
    "bins": _bins,
    "litter": _litter,
    "puddle": _puddle,
    "boxes": _boxes,
    "bikes": _bikes,
    "paving": _paving,
    "poster": _poster,
    "wires": _wires,
    "stall": _stall,
    "counter": _counter,
}


@cache
def photo(scene: str, seed: int, *, after: bool = False) -> bytes:
    """A JPEG of the scene in street number `seed`; `after` is the same place put right. The same call, the same bytes."""
    image, draw = _street(seed)
    SCENES[scene](draw, random.Random(seed * 7 + len(scene)), after)  # noqa: S311 - a drawing
    file = io.BytesIO()
    image.save(file, "JPEG", quality=82)
    return file.getvalue()
