"""The shell of every page and its components."""

import datetime
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from campaigns import navigation
from campaigns.context import Portal
from campaigns.models import Role
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import CampaignFactory, DepartmentFactory, UserFactory


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def drawn(template, **context):
    html = Template(template).render(RequestContext(RequestFactory().get("/x/?view=late&page=2"), context))
    return BeautifulSoup(html, "html.parser")


class AnswerForm(forms.Form):
    text = forms.CharField(help_text="Two sentences.", widget=forms.Textarea)
    how = forms.ChoiceField(choices=[("site", "On site"), ("online", "Online")], widget=forms.RadioSelect)
    told = forms.BooleanField(required=False)
    file = forms.FileField(required=False)


def portal_of(person, campaign, page="campaign_home"):
    request = RequestFactory().get("/")
    request.user, request.viewer, request.campaign = person.user, person, campaign
    request.resolver_match = SimpleNamespace(url_name=page)
    return Portal(request)


@contextmanager
def laid_out(shell, html, *, width):
    """The page with its style sheets, as the browser lays it out."""

    def answer(route):
        sheet = finders.find(route.request.url.partition("/static/")[2]) if "/static/" in route.request.url else None
        route.fulfill(path=sheet) if sheet else route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page = shell.new_page(viewport={"width": width, "height": 844})
    page.route("**/*", answer)
    page.goto("http://portal.test/")
    yield page
    page.close()


# ---- menu


@pytest.fixture
def every_page(monkeypatch):
    """As if every page of the table stood already."""
    monkeypatch.setattr(navigation, "address", lambda name, campaign: f"/c/{campaign.pk}/{name}/")


OFFICE = ["campaign_home", "standard_list", "duty_list", "checkpoint_review", "round_list", "finding_list", "bulletin_list"]


@pytest.mark.parametrize(
    ("roles", "names"),
    [
        ({"office": True}, OFFICE),
        ({"leader": True}, ["campaign_home", "duty_list", "finding_list", "bulletin_list"]),
        ({"inspector": True}, ["campaign_home", "round_list", "finding_list", "site_list"]),
        ({"head_of": "own"}, ["campaign_home", "my_duties", "finding_list", "evidence_list", "bulletin_list"]),
        ({"liaison_of": "own"}, ["campaign_home", "my_duties", "finding_list", "evidence_list", "bulletin_list"]),
        ({"office": True, "head_of": "own"}, [*OFFICE[:-1], "my_duties", "evidence_list", "bulletin_list"]),
    ],
)
def test_each_role_finds_its_places(campaign, roles, names):
    own = DepartmentFactory(parent=campaign.host)
    person = viewer(campaign, **{key: own if value == "own" else value for key, value in roles.items()})

    assert [place.name for place in navigation.places_of(person)] == names


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("finding_detail", "finding_list"),
        ("site_edit", "round_list"),
        ("responsibility_preview", "duty_list"),
        ("settings_edit", None),
    ],
)
def test_a_page_lights_its_place(campaign, every_page, page, place):
    person = viewer(campaign, office=True)

    lit = [entry["url"] for entry in navigation.entries(person, {}, page) if entry["current"]]

    assert lit == ([f"/c/{campaign.pk}/{place}/"] if place else [])


def test_only_the_office_finds_the_settings(campaign, every_page):
    assert len(navigation.settings_of(viewer(campaign, office=True))) == len(navigation.SETTINGS)
    assert navigation.settings_of(viewer(campaign, leader=True)) == []


def test_the_phone_dock_is_for_units_and_inspectors(campaign, every_page):
    own = DepartmentFactory(parent=campaign.host)

    assert len(portal_of(viewer(campaign, head_of=own), campaign).dock) == 4
    assert len(portal_of(viewer(campaign, inspector=True), campaign).dock) == 4
    assert portal_of(viewer(campaign, office=True), campaign).dock == []


def test_counts_of_the_menu_and_unread_messages_are_one_query(campaign, every_page, monkeypatch, django_assert_num_queries):
    person = viewer(campaign, office=True)
    CampaignFactory()
    Notice.objects.create(user=person.user, kind="x", key="1", text="x")
    Notice.objects.create(user=person.user, kind="x", key="2", text="x", read_at=timezone.now())
    Notice.objects.create(user=UserFactory(), kind="x", key="3", text="x")
    monkeypatch.setitem(navigation.COUNTS, "duty_gaps", lambda viewer: DepartmentFactory._meta.model.objects.order_by("position"))
    monkeypatch.setitem(navigation.COUNTS, "findings_to_rule", lambda viewer: Notice.objects.none())
    portal = portal_of(person, campaign)

    with django_assert_num_queries(1):
        counts = {entry["url"].split("/")[3]: entry["count"] for entry in portal.nav}
        unread = portal.unread

    assert (unread, counts["duty_list"], counts["finding_list"]) == (1, DepartmentFactory._meta.model.objects.count(), 0)


def test_the_switcher_lists_my_campaigns_and_no_others(campaign, every_page):
    person = viewer(campaign, office=True)
    other = CampaignFactory()
    viewer(other, user=person.user, leader=True)
    CampaignFactory()

    assert [(row["name"], row["current"]) for row in portal_of(person, campaign).campaigns] == [
        (other.name, False),
        (campaign.name, True),
    ]


def test_pages_around_a_campaign_keep_its_menu(client, campaign, every_page):
    person = viewer(campaign, office=True)
    newer = CampaignFactory()
    viewer(newer, user=person.user, leader=True)
    client.force_login(person.user)

    page = client.get("/me/", {"campaign": campaign.pk}).content.decode()

    assert f"/c/{campaign.pk}/standard_list/" in page
    assert f"/c/{newer.pk}/standard_list/" not in client.get("/me/").content.decode()


@pytest.mark.browser
@pytest.mark.parametrize(("address", "shown"), [("/?all=1", True), ("/campaigns/new/", True), ("/me/", False)])
def test_the_phone_shows_the_persons_own_menu_where_there_is_no_other(client, shell, campaign, address, shown):
    person = viewer(campaign, office=True).user
    client.force_login(person)

    with laid_out(shell, client.get(address).text, width=390) as page:
        seen = (page.locator(".mast-user summary").is_visible(), page.locator(".mast-toggle").is_visible())

    assert seen == (shown, not shown)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
def test_an_empty_list_stays_inside_its_panel(client, shell, campaign, width):
    client.force_login(viewer(campaign, office=True).user)
    over = "box => box.getBoundingClientRect().bottom - box.closest('.panel').getBoundingClientRect().bottom"

    with laid_out(shell, client.get(f"/c/{campaign.pk}/").text, width=width) as page:
        overhang = [page.evaluate(over, box) for box in page.query_selector_all(".panel .empty")]

    assert overhang
    assert max(overhang) <= 0


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_places(role):
    assert navigation.PLACES[role]


# ---- components


def test_a_wrong_field_says_what_to_do_and_is_tied_to_its_sentence():
    form = AnswerForm({"text": ""})

    page = drawn('{% for field in form %}{% include "components/field.html" with field=field only %}{% endfor %}', form=form)

    area = page.find("textarea")
    assert ("is-invalid" in area["class"], area["aria-invalid"], area["rows"]) == (True, "true", "3")
    assert {page.find(id=name).get_text(strip=True) for name in area["aria-describedby"].split()} == {
        "Two sentences.",
        "This field is required.",
    }
    assert len(page.select(".picks input[type=radio]")) == 2
    assert page.select_one(".check-line input[type=checkbox]")["id"] == page.select_one(".check-line label")["for"]
    assert page.select_one(".drop input[type=file]")["id"] == page.select_one(".chosen")["data-chosen-for"]


def test_moves_are_one_solid_button_and_folds_that_open_when_wrong():
    wrong = AnswerForm({"text": ""})
    moves = [
        {"name": "submit", "label": "Answer", "form": wrong},
        {"name": "accept", "label": "Accept"},
        {"name": "extend", "label": "Ask for time", "form": AnswerForm()},
    ]

    page = drawn('{% include "components/moves.html" with url="/m/" target="#p" moves=moves version=3 %}', moves=moves)

    assert [button["value"] for button in page.select("button.btn-primary")] == ["accept"]
    assert [(fold["id"], fold.has_attr("open")) for fold in page.select("details")] == [
        ("move-submit", True),
        ("move-extend", False),
    ]
    assert [field["value"] for field in page.select("input[name=version]")] == ["3"] * 3
    assert {(form["action"], form["hx-post"], form["hx-target"]) for form in page.select("form")} == {("/m/", "/m/", "#p")}
    assert page.select_one("#move-submit form")["enctype"] == "multipart/form-data"


@pytest.mark.parametrize(
    ("left", "css", "words"),
    [
        (-9, "st-late", "9 d late"),
        (0, "st-soon", "today 17:30"),
        (1, "st-soon", "1 d left"),
        (3, None, "3 d left"),
        (None, None, "25 Nov"),
    ],
)
def test_a_limit_is_red_only_when_late(left, css, words):
    year = timezone.localdate().year
    on = timezone.make_aware(datetime.datetime(year, 11, 25, 17, 30))

    page = drawn('{% include "components/due.html" with on=on left=left only %}', on=on, left=left)

    assert words in " ".join(page.get_text(" ", strip=True).split())
    assert [name for tag in page.select(".st") for name in tag["class"] if name != "st"] == ([css] if css else [])


def test_pages_of_a_list_keep_the_filter():
    page = drawn(
        '{% include "components/pagination.html" with page=page target="#rows" %}', page=Paginator(range(120), 50).get_page(2)
    )

    assert [link["href"] for link in page.select("a")] == ["?view=late&page=1", "?view=late&page=3"]
    assert "51–100 of 120" in page.get_text()


def test_an_empty_list_has_no_pager():
    assert (
        drawn('{% include "components/pagination.html" with page=page %}', page=Paginator([], 50).get_page(1)).find("nav") is None
    )


def test_filters_carry_the_view_along_and_count_what_is_on():
    class Filters(forms.Form):
        unit = forms.CharField(required=False)
        kind = forms.ChoiceField(choices=[("", "any"), ("a", "A")], required=False)

    page = drawn(
        '{% include "components/filters.html" with form=form target="#rows" keep="view" %}', form=Filters({"unit": "road"})
    )

    form = page.select_one("form")
    assert (form["method"], form["hx-push-url"], form["action"]) == ("get", "true", "/x/")
    assert page.select_one("input[name=view]")["value"] == "late"
    assert page.select_one(".f-acts a")["href"] == "/x/?view=late"
    assert "· 1" in page.select_one(".filters-fold").get_text()


def test_a_photo_that_is_missing_says_so():
    photos = [{"url": "/f/1", "caption": "Before", "alt": "A full bin"}, {"missing": "After"}]

    page = drawn('{% include "components/photos.html" with photos=photos pair=1 only %}', photos=photos)

    assert page.select_one("img")["alt"] == "A full bin"
    assert page.select_one(".none").get_text(strip=True) == "After"


def test_the_time_line_hides_the_inspector_where_asked():
    events = [SimpleNamespace(at=timezone.now(), actor="Sun", verb="finding.return", data={"note": "Still broken"})]

    shown = drawn('{% include "components/timeline.html" with events=events only %}', events=events).get_text()
    hidden = drawn('{% include "components/timeline.html" with events=events anonymous=1 only %}', events=events).get_text()

    assert "Sun" in shown
    assert "Sun" not in hidden
    assert "Still broken" in hidden


# ---- pages that say what went wrong


def test_a_missing_page_and_a_stale_form_say_what_to_do(client, campaign):
    person = viewer(campaign, office=True)
    client.force_login(person.user)

    missing = client.get("/c/999999/nothing/")
    assert (missing.status_code, 'href="/"' in missing.content.decode()) == (404, True)

    client.handler.enforce_csrf_checks = True
    stale = client.post("/suggestions/", {"text": "x"})
    assert (stale.status_code, "403" in stale.content.decode()) == (403, True)


@pytest.mark.parametrize("name", ["400", "403", "404", "409", "500", "403_csrf"])
def test_error_pages_need_nothing_from_the_request(name):
    assert f">{name[:3]}<" in Template(f'{{% include "{name}.html" %}}').render(Context())
