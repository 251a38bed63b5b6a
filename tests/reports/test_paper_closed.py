"""Nothing is fetched for a paper: a canary server and a canary file stay untouched."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from PIL import ImageFile

from reports.pdf import AddressRefused, render_paper, render_pdf
from tests.reports import papers
from tests.reports.printed import pages_of, text_of

OPENINGS = {
    "img": '<img src="{}">',
    "link": '<link rel="stylesheet" href="{}">',
    "import": '<style>@import url("{}");</style>',
    "font": '<style>@font-face{{font-family:X;src:url("{}")}} body{{font-family:X}}</style>',
    "background": '<p style="background:url({})">',
    "list": '<ul style="list-style-image:url({})"><li></ul>',
    "object": '<object data="{}"></object>',
    "embed": '<embed src="{}">',
    "svg image": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
    "attachment": '<link rel="attachment" href="{}">',
    "linked attachment": '<a rel="attachment" href="{}">x</a>',
    "content": "<style>p::before{{content:url({})}}</style><p>",
}


@pytest.fixture
def canary(tmp_path):
    """Addresses of a server and a file, and the list of what was asked of the server."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/again")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY")
    yield {"http": f"http://127.0.0.1:{server.server_port}/x.png", "file": secret.as_uri()}, asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(settings, tmp_path):
    """page(html) -> the name of a template that holds it."""
    folder = tmp_path / "templates"
    (folder / "reports" / "pdf").mkdir(parents=True)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder, *settings.TEMPLATES[0]["DIRS"]]}]

    def write(html):
        (folder / "reports" / "pdf" / "trial.html").write_text(f"<!doctype html><body>{html}")
        return "reports/pdf/trial.html"

    return write


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("opening", OPENINGS)
def test_no_address_is_fetched_whatever_asks_for_it(canary, page, opening, scheme):
    addresses, asked = canary

    with pytest.raises(AddressRefused, match="not handed in"):
        render_pdf(page(OPENINGS[opening].format(addresses[scheme])), {})

    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        "data:text/html,x",
        "ftp://127.0.0.1/x",
        "font:../../settings.py",
        "font:/etc/passwd",
        "css:base.html",
        "css:reports/pdf/../../base.html",
        "photo:unknown",
        "x.png",
        "//127.0.0.1/x.png",
    ],
)
def test_names_that_were_not_handed_in_are_refused(page, address):
    with pytest.raises(AddressRefused):
        render_pdf(page(f'<img src="{address}">'), {}, photos=lambda key: None)


def test_a_template_of_its_own_prints_with_our_fonts_and_its_photos(page):
    html = '<link rel="stylesheet" href="css:fonts.css"><p style="font-family:GW Kai">{{ text }}<img src="photo:甲/1">'
    seen = []

    def photos(key):
        seen.append(key)
        return papers.photo("before-1")

    pdf = render_pdf(page(html), {"text": "督办单"}, photos=photos)

    (printed,) = pages_of(pdf)
    assert text_of(printed) == "督办单"
    assert len(printed.images) == 1
    assert seen == ["甲/1"]
    assert render_pdf(page(html), {"text": "督办单"}, photos=photos) == pdf


def test_a_refusal_leaves_the_engine_usable(page):
    with pytest.raises(AddressRefused):
        render_pdf(page('<img src="http://127.0.0.1:9/x">'), {})

    assert gc.isenabled()
    assert render_paper(papers.text_only(1))


def test_papers_made_at_the_same_time_come_out_as_if_alone():
    wanted = [render_paper(papers.text_only(count)) for count in range(1, 5)]

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda count: render_paper(papers.text_only(count)), list(range(1, 5)) * 3))

    assert made == wanted * 3


def test_the_engine_does_not_make_half_photos_acceptable_to_the_rest_of_the_portal():
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
