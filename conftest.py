"""The two profiles of the suite: which database and broker, and what may be skipped there."""

import gc
import logging
import os
import re
import shutil

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import client

NEEDS = {
    "postgres": ("needs PostgreSQL: DATABASE_URL names none", lambda: "postgresql" in settings.DATABASES["default"]["ENGINE"]),
    "celery": ("needs Redis: REDIS_URL names none", lambda: bool(settings.REDIS_URL)),
    "browser": ("needs Chromium: no chromium on the PATH", lambda: shutil.which("chromium") is not None),
}
# The longest first, so that the last worker is not alone with one; those that mostly wait run beside the crawl, which computes.
LONG = (
    "walks/test_crawl",
    "config/test_serve",
    "faults/",
    "config/test_compose",
    "test_typed",
    "walks/test_week",
    "test_access",
    "walks/",
    "reports/test_paper",
    "_js",
    "demo/",
)
# A pattern of reasons; a skip for any other fails the run (.ci/run sets it). Unset, every skip is only printed.
ALLOWED_SKIPS = os.environ.get("ALLOWED_SKIPS")
_unwanted: list[str] = []


def pytest_report_header(config):
    database = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return f"profile: {database}, {'Redis' if settings.REDIS_URL else 'no broker'}"


def pytest_configure(config):
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop running in the test's thread
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow on purpose
    # Once for all tests: changing a setting for each of them would tell a dozen listeners.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES |= {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals are what is tested; their tracebacks take time


def _store_pages(store, signal, sender, template, context, keep=client.store_rendered_templates, **kwargs):
    """What a test client remembers of a page: its own templates; those of each form field would take time and serve nobody."""
    if not (template.name or "").startswith("django/forms/"):
        keep(store, signal, sender, template, context, **kwargs)


client.store_rendered_templates = _store_pages


def _deleted(self, style, tables, *, reset_sequences=False, allow_cascade=False):
    """How a test that commits is cleared away: few rows are deleted sooner than PostgreSQL makes a new file of each table."""
    if reset_sequences:
        raise NotImplementedError
    return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608 names of our own tables


DatabaseOperations.sql_flush = _deleted


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: next((n for n, part in enumerate(LONG) if part in item.nodeid), len(LONG)))


def pytest_collection_finish():
    gc.freeze()  # what is loaded stays: as in config/wsgi.py


def pytest_runtest_setup(item):
    for marker, (reason, is_met) in NEEDS.items():
        if item.get_closest_marker(marker) and not is_met():
            pytest.skip(reason)


def pytest_runtest_logreport(report):
    if report.skipped and not hasattr(report, "wasxfail") and ALLOWED_SKIPS is not None:
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if not ALLOWED_SKIPS or not re.search(ALLOWED_SKIPS, reason):
            _unwanted.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session, exitstatus):
    if _unwanted and exitstatus == 0 and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for line in _unwanted:
        terminalreporter.write_line(f"NOT ALLOWED TO SKIP {line}", red=True)


@pytest.fixture(autouse=True)
def own_cache():
    """Nothing that one test cached reaches another; no other process of the run sees it."""
    cache.clear()
