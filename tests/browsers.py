"""The system's Chromium, with a window or without."""

import shutil

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync"""


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as playwright:
        yield playwright
        connections.close_all()  # a database is asked over another connection while Playwright's loop runs: nobody else closes it


@pytest.fixture(scope="module")
def chromium(playwright):
    """The system's Chromium."""
    yield from launched(playwright, shutil.which("chromium"))


@pytest.fixture(scope="module")
def shell(playwright):
    """The same without a window where it is packaged: quicker to start and to draw. The week is walked in the whole one, too."""
    yield from launched(playwright, shutil.which("chromium-headless-shell") or shutil.which("chromium"))


def launched(playwright, program: str):
    browser = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
    yield browser
    browser.close()
