"""Whatever is typed into an address or a form is answered, never a fault: every page, every form as a browser would send it."""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from django.conf import settings
from django.db import transaction
from django.test.client import MULTIPART_CONTENT
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from accounts.typed import typed_number, typed_numbers
from campaigns.api import ScopedViewSet
from tests.addresses import PAGES, URLENCODED, address, ask, sent

BAD = [
    "9" * 30,  # more than a row's number holds
    "²",  # isdigit(), yet int() refuses it
    "a\x00b",
    "9999-12-31",
    "0001-01-01",
    "x" * 5000,
    "9" * 18,  # the longest that is read as a number
    "99999",  # more than a small number holds
    "\x00",
    "-1",
    "٣",  # a digit, not ours
    "1e9",
    "%",
    "2026-99-99",
    "0000",
]
READ = re.compile(r"""(?:GET|POST|data)(?:\.get|\.getlist)?[(\[]"(\w+)["]""")
SOURCES = [
    path
    for app in ("accounts", "notices", "campaigns", "checklists", "inspections", "reports")
    for path in Path(app).rglob("*.py")
]
NAMES = sorted({name for path in SOURCES if "demo" not in path.parts for name in READ.findall(path.read_text())} | {"page"})
NOT_ASKED = ("readyz", "sign-", "password/", "start/", "demo/", "language/")
JSON = "application/json"
FILLED = {"date": "2026-08-03", "number": "1", "file": None}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        (None, None),
        ("-1", None),
        ("²", None),
        ("٣", None),
    ],
)
def test_a_number_is_one_to_eighteen_plain_digits(text, number):
    assert typed_number(text) == number
    assert typed_numbers([text or "", "5"]) == ([5] if number is None else [number, 5])


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["office", "inspector", "head"])
def test_no_value_in_an_address_is_a_fault(world, clients, who):
    faults = []
    for route, page in PAGES.items():
        if "GET" not in page.answers() or route.startswith(NOT_ASKED):
            continue
        url, (query, _data) = address(world, route, page), sent(world, page)
        names = {*NAMES, *names_in(ask(clients[who], "GET", url, query))}
        for bad in BAD[:6] if who == "office" else BAD[:2]:
            with_all = clients[who].get(url, dict.fromkeys(names, bad))
            faults += [(route, bad[:12])] if with_all.status_code >= 500 else []

    assert {"pick", "version", "unit", "kind", "round"} <= set(NAMES)
    assert faults == []


def names_in(answer):
    return set() if answer.streaming else set(re.findall(r'name="([\w-]+)"', answer.content.decode(errors="ignore")))


def test_nul_in_the_path_a_cookie_or_a_search_is_answered(world, clients):
    office, campaign = clients["office"], world.campaigns["main"].pk

    assert office.get(f"/c/{campaign}/bulletins/1/rows/%00/").status_code == 404
    assert office.get(f"/c/{campaign}/findings/?q=%00").status_code == 200
    office.cookies[settings.SESSION_COOKIE_NAME] = "\x00" * 32
    assert office.get(f"/c/{campaign}/findings/").status_code == 302


# --- forms ----------------------------------------------------------------------------------------


@dataclass
class Form:
    """What a browser would send: fields with their first value, one button each time."""

    action: str
    way: str = URLENCODED  # its enctype
    fields: dict = field(default_factory=dict)
    buttons: list = field(default_factory=list)

    def sent_by(self, button):
        return {name: value for name, value in self.fields.items() if value is not None} | dict([button] if button else [])


class Reader(HTMLParser):
    def __init__(self, url):
        super().__init__()
        self.url, self.forms, self.by_id, self.open, self.select = url, [], {}, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            action = urlsplit(attrs.get("action") or self.url).path or self.url
            self.open = Form(action, MULTIPART_CONTENT if "enctype" in attrs else URLENCODED)
            self.by_id[attrs.get("id")] = self.open
            self.forms += [self.open] if attrs.get("method", "").lower() == "post" else []
        form, name = self.by_id.get(attrs["form"]) if "form" in attrs else self.open, attrs.get("name")
        if tag == "option" and self.select:
            owner, of = self.select
            owner.fields[of] = owner.fields[of] or attrs.get("value", "")
        if not form or not name or name == "csrfmiddlewaretoken":
            return
        if tag == "button":
            form.buttons.append((name, attrs.get("value", "")))
        elif tag in ("input", "select", "textarea"):
            form.fields.setdefault(name, attrs.get("value") or FILLED.get(attrs.get("type"), "" if tag == "select" else "x"))
            self.select = (form, name) if tag == "select" else self.select

    def handle_endtag(self, tag):
        self.open = None if tag == "form" else self.open
        self.select = None if tag == "select" else self.select


def forms_of(world, client):
    """(route, form, button) of every form on every page, each once."""
    found = {}
    for route, page in PAGES.items():
        if "GET" not in page.answers():
            continue
        url, (query, _data) = address(world, route, page), sent(world, page)
        answer = ask(client, "GET", url, query)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            reader = Reader(url)
            reader.feed(answer.content.decode())
            for form in reader.forms:
                target = resolve(form.action).route
                if not target.startswith(NOT_ASKED):
                    for button in form.buttons or [None]:
                        found.setdefault((target, frozenset(form.fields), button), form)
    return [(route, form, button) for (route, _names, button), form in found.items()]


@pytest.mark.parametrize("who", ["office", "inspector", "head"])
def test_no_value_in_a_form_is_a_fault(world, clients, who):
    """Each field in turn holds one value no browser offers, beside others as they are; and all fields at once."""
    faults, asked = [], 0
    for route, form, button in forms_of(world, clients[who]):
        good = form.sent_by(button)
        tries = [dict.fromkeys(good, bad) | dict([button] if button else []) for bad in BAD[:2]]
        tries += [good | {name: bad} for name in good for bad in picked(route, button, name)]
        for data in tries:
            asked += 1
            answer = ask(clients[who], "POST", form.action, data=data, way=form.way)
            if answer.status_code >= 500:
                faults.append((route, button, {name: value[:12] for name, value in data.items() if value != good[name]}))

    assert asked > 100
    assert faults == []


def picked(route, button, name):
    """Two of the bad values for one field, others for the next; the number that fits nowhere is always one."""
    return BAD[0], BAD[1 + crc32(f"{route}{button}{name}".encode()) % (len(BAD) - 1)]


# --- programs -------------------------------------------------------------------------------------


JSON_BAD = [BAD[0], BAD[2], BAD[3], "\ud800", 10**30, 10**17, -1, None, True, ["\x00"], {"\x00": "\x00"}]
COMPLETE = {"visit": {"on": "2026-08-03", "place": "x"}, "found": {"found": "x"}, "rule": {"upheld": False, "note": "x"}}
# What stops a call before anybody reads what it sent: a role the act is not open to, a row that is not theirs.
STOPPED = {403, 404}
PLACE = re.compile(r"<int:\w+>|{\w+}")


def bodies():
    """route without its names -> {field: is it a list} of what a call of the API takes, by its description."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    parts, found = schema["components"]["schemas"], {}
    for where, methods in schema["paths"].items():
        if body := methods.get("post", {}).get("requestBody"):
            name = body["content"][JSON]["schema"]["$ref"].rpartition("/")[2]
            found[PLACE.sub("", where[1:])] = {field: "items" in facts for field, facts in parts[name]["properties"].items()}
    return found


def test_no_value_sent_by_a_program_is_a_fault(world, clients, monkeypatch):
    """Each field in turn, sent by somebody the act is open to; then the call without a fault, which is done."""
    monkeypatch.setattr(ScopedViewSet, "throttle_classes", [])
    takes, faults, done = bodies(), [], {}
    for route, page in PAGES.items():
        if not route.startswith("api/") or "POST" not in page.answers():
            continue
        who = next(who for who, status in page.answers()["POST"].items() if status not in STOPPED)
        client, good = clients[who], sent(world, page)[1] | COMPLETE.get(route.split("/")[-2], {})
        fields, where = takes[PLACE.sub("", route)], address(world, route, page)
        tries = [{name: bad} for name in fields for bad in JSON_BAD]
        tries += [{name: [bad]} for name, is_list in fields.items() if is_list for bad in JSON_BAD]
        for data in tries:
            with transaction.atomic():
                answer = client.post(where, json.dumps(good | data), content_type=JSON)
                transaction.set_rollback(True)
            faults += [(route, data)] if answer.status_code >= 500 else []
        done[route] = client.post(where, json.dumps(good), content_type=JSON).status_code

    assert len(done) >= 11
    assert set(done.values()) == {200, 201}
    assert faults == []
