"""People before a browser of their own, who find their way by the links they see."""

import re
import zlib
from struct import pack
from urllib.parse import urlsplit

from playwright.sync_api import expect

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 20_000  # milliseconds: two busy cores
PASSWORD = "walk-round-the-market"

expect.set_options(timeout=PATIENCE)


class Person:
    """One person: a page in a context of its own. What is not found by a link of the page is not reached."""

    def __init__(self, browser, address, *, script=True, viewport=DESK, at="/"):
        self.base = address
        context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=script)
        context.set_default_timeout(PATIENCE)
        self.page = context.new_page()
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.open(at)

    def open(self, address):
        self.page.goto(address if address.startswith("http") else self.base + address)

    @property
    def path(self):
        return urlsplit(self.page.url).path

    @property
    def campaign(self):
        return re.match(r"/c/(\d+)/", self.path)[1]

    def home(self):
        with self.page.expect_navigation():
            self.page.click(".mast-name")

    def follow(self, path):
        """Click the link to this place of the campaign, in the page, the row of places or the campaign's menu."""
        address = path if path.startswith("/") else f"/c/{self.campaign}/{path}"
        links = self.page.locator(f"a[href='{address}'], a[href^='{address}?']")
        for opener in ("", ".mast-toggle", ".mast-campaign > summary"):
            if opener and self.page.locator(opener).count() and self.page.locator(opener).is_visible():
                self.page.click(opener)
            for link in links.all():
                if link.is_visible():
                    link.click()
                    self.arrived(address)
                    return
        raise AssertionError(f"no link to {address} on {self.page.url}")

    def arrived(self, path):
        """`n` stands for any number."""
        pattern = re.escape(path).replace("/n/", r"/\d+/")
        self.page.wait_for_url(re.compile(rf"^{re.escape(self.base)}{pattern}(?:[?#].*)?$"))

    def fill(self, **values):
        """name=value of fields of the page; a choice is ticked or chosen, a fold around it opened."""
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name}']").first
            self.unfold(field)
            kind = field.evaluate("e => e.tagName + '.' + e.type")
            if kind == "INPUT.radio":
                self.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)
            elif kind.startswith("SELECT"):
                field.select_option(label=value)
            else:
                field.fill(value)

    def unfold(self, element):
        """Opens the folds in which the element stands, from the outside in, as a person taps them."""
        folds = element.locator("xpath=ancestor::details[not(@open)]")
        while folds.count():
            folds.first.locator("> summary").click()

    def press(self, css):
        button = self.page.locator(css).first
        self.unfold(button)
        button.click()

    def move(self, name, **values):
        """One move of the panel: its fold opened, its fields filled, its button pressed."""
        form = self.page.locator(f"#moves form:has(button[name=move][value={name}])")
        self.unfold(form)
        for field, value in values.items():
            target = form.locator(f"[name={field}]")
            if field == "how":
                form.locator(f"[name=how][value={value}]").check(force=True)
            elif field == "files":
                target.set_input_files(value)
            else:
                target.fill(value)
        form.locator(f"button[name=move][value={name}]").click()

    def sees(self, text):
        expect(self.page.locator("main")).to_contain_text(text)

    def state(self, css, mark):
        expect(self.page.locator(f"{css} .st-{mark}").first).to_be_visible()


def picture(name, shade):
    """A photo as a phone would send it: a real PNG of one colour."""
    rows = b"".join(b"\0" + bytes((shade, 120, 90)) * 640 for _ in range(480))

    def part(kind, body):
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    head = part(b"IHDR", pack(">IIBBBBB", 640, 480, 8, 2, 0, 0, 0))
    body = b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
    return {"name": name, "mimeType": "image/png", "buffer": body}
