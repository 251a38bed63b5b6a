"""A sheet with headings of its own is mapped on the page, and fifty of its items are shared out in one act and taken back."""

import re

import pytest
from playwright.sync_api import expect

from tests.checklists.sheet_maker import workbook
from tests.walks.conftest import serving
from tests.walks.office import UNITS, XLSX, add_unit, open_campaign, save_import
from tests.walks.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.server]
TASKS = 50
ROWS = [["示范街道测评表", None, None], ["门类", "干什么", "凭什么算数"]] + [
    [f"{number // 10 + 1}.示范项目", f"示范任务第{number + 1}件", "照片3张"] for number in range(TASKS)
]
WORDS = {"A": "测评项目", "B": "具体要求", "C": "应交佐证材料"}


@pytest.fixture(scope="module")
def office(shell, tmp_path_factory, empty_portal, static_root):
    folder = tmp_path_factory.mktemp("splitting")
    with serving(folder, empty_portal, "walks_splitting", DEMO="0", STATIC_ROOT=static_root) as server:
        person = Person(shell, server.address, at=re.search(r"http://\S+/start/\S+", server.said())[0])
        open_campaign(person)
        for unit, alias in UNITS[:2]:
            add_unit(person, unit, alias)
        yield person
        person.page.context.close()


# While htmx puts an answer in; what is new on the page listens only afterwards.
AT_WORK = ".htmx-request, .htmx-swapping, .htmx-added, .htmx-settling"


def map_columns(office, words):
    """Say of each column what it means; the page reads the sheet again after each."""
    for letter, word in words.items():
        choice = office.page.get_by_label(f"{letter} 列的含义")
        with office.page.expect_response(re.compile("/imports/")):
            choice.select_option(label=word)
        expect(office.page.locator(AT_WORK)).to_have_count(0)
        expect(office.page.get_by_label(f"{letter} 列的含义").locator("option:checked")).to_have_text(word)


def unled(office):
    """How many tasks the table says nobody leads."""
    office.open(f"/c/{office.campaign}/duties/")
    told = office.page.locator(".pagehead-text .st-gap")
    return int(re.search(r"\d+", told.inner_text())[0]) if told.count() else 0


def test_columns_are_mapped_on_the_page_and_fifty_tasks_get_their_lead_in_one_act(office):
    page = office.page
    office.home()
    office.follow("standards/")
    office.follow("standards/upload/")
    page.set_input_files("[name=file]", {"name": "测评表.xlsx", "mimeType": XLSX, "buffer": workbook({"测评表": ROWS})})
    office.fill(name="示范测评表", edition="2026年版")
    office.press("main form button.btn-primary")
    office.arrived("/c/n/standards/imports/n/")
    expect(page.locator(".savebar button[value=save]")).to_be_disabled()  # no word of its heading is known
    office.fill(top="2", bottom="2")
    with page.expect_navigation():
        office.press(".heading-rows button")
    map_columns(office, WORDS)
    expect(page.locator(".savebar button[value=save]")).to_contain_text(str(TASKS))
    save_import(office)
    office.arrived("/c/n/standards/n/")
    office.press("main form[action$='/publish/'] button")
    office.press("a[href$='/adopt/']")
    office.press("main form button.btn-primary")
    office.arrived("/c/n/duties/")

    page.check("[data-pick-all]")
    page.check(".bulk [name=all]")
    office.press(".bulk button[value=lead]")
    office.arrived("/c/n/duties/assign/")
    office.sees(str(TASKS))
    page.locator("main [name=units]").fill("区甲局")
    office.press("main button[name=try]")
    rows = page.locator("section[aria-labelledby=h-results] tbody tr")
    expect(rows).to_have_count(TASKS)
    expect(rows.last).to_contain_text("区甲局")
    assert unled(office) == TASKS  # a trial keeps nothing

    page.go_back()
    page.locator("main [name=units]").fill("区甲局")
    office.press("main button[name=save]")
    expect(rows).to_have_count(TASKS)
    undo = page.locator(".note-bar a[href*='/duties/bulk/']").get_attribute("href")
    assert unled(office) == 0

    office.open(undo)
    office.press("main form button.btn-primary")
    expect(rows).to_have_count(TASKS)
    assert unled(office) == TASKS
