"""One week of work in browsers: from an empty portal and two workbooks to the signed PDF."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.checklists.sheet_maker import responsibility_workbook, standard_workbook
from tests.walks.conftest import serving
from tests.walks.office import UNITS, XLSX, add_unit, answer_all, open_campaign, save_import
from tests.walks.people import PASSWORD, PHONE, Person, picture

pytestmark = [pytest.mark.browser, pytest.mark.server]


@dataclass
class Portal:
    """An own portal with one campaign and its people, each before a browser of their own."""

    address: str
    has_script: bool
    office: Person
    head: Person
    inspector: Person
    leader: Person


@pytest.fixture(scope="module", params=["script", "no script"])
def portal(request, tmp_path_factory, empty_portal, static_root):
    """First link, keeper, campaign, units, people: made on the pages."""
    has_script = request.param == "script"
    browser = request.getfixturevalue("chromium" if has_script else "shell")
    name = "walks_script" if has_script else "walks_bare"
    with serving(tmp_path_factory.mktemp("week"), empty_portal, name, DEMO="0", STATIC_ROOT=static_root) as server:
        first = re.search(r"http://\S+/start/\S+", server.said())[0]
        office = Person(browser, server.address, script=has_script, at=first)
        open_campaign(office)
        for unit, alias in UNITS:
            add_unit(office, unit, alias)

        def come(role, account, name, unit="", **options):
            link = add_member(office, role, account, name, unit)
            person = Person(browser, server.address, script=has_script, at=link, **options)
            set_password(person)
            return person

        people = {
            "head": come("head", "jia", "李示范", "区甲局"),
            "inspector": come("inspector", "ducha", "王示范", viewport=PHONE),
            "leader": come("leader", "lingdao", "张示范", viewport=PHONE),
        }
        yield Portal(server.address, has_script, office, **people)
        for person in (office, *people.values()):
            person.page.context.close()


def add_member(office, role, account, name, unit):
    """The one-time link, as the office reads it off the page."""
    office.follow("members/")
    office.follow("members/new/")
    office.fill(role=role, username=account, name=name)
    if unit:
        option = office.page.locator("[name=department] option", has_text=unit).first.get_attribute("value")
        office.page.locator("[name=department]").select_option(option)
    office.press("main button[type=submit]")
    return re.search(r"https?://\S+", office.page.locator("#link").input_value())[0]


def set_password(person):
    person.fill(password=PASSWORD, again=PASSWORD)
    person.press("main button[type=submit]")
    person.arrived("/c/n/")


# --- the table ------------------------------------------------------------------------------------


def import_standard(office):
    office.home()
    office.follow("standards/")
    office.follow("standards/upload/")
    office.page.set_input_files("[name=file]", {"name": "测评体系.xlsx", "mimeType": XLSX, "buffer": standard_workbook()})
    office.fill(name="示范体系", edition="2026年版")
    office.press("main form button.btn-primary")
    office.arrived("/c/n/standards/imports/n/")
    save_import(office)
    office.arrived("/c/n/standards/n/")
    office.press("main form[action$='/publish/'] button")
    office.press("a[href$='/adopt/']")
    office.arrived("/c/n/standards/n/adopt/")
    office.press("main form button.btn-primary")
    office.arrived("/c/n/duties/")


def import_responsibilities(office):
    """One name is a unit of the register under another name; the others are left out; unclear rows go to the first item."""
    page = office.page
    office.follow("responsibilities/upload/")
    sheet = {"name": "责任分解表.xlsx", "mimeType": XLSX, "buffer": responsibility_workbook()}
    page.set_input_files("[name=file]", sheet)
    office.press("main form button.btn-primary")
    office.arrived("/c/n/responsibilities/imports/n/")

    row = page.locator("#names li:not(.solved)", has_text="区丙委")
    row.locator("select").select_option(label="区教育局")
    row.locator("form:has(select) button").click()
    expect(page.locator("#names li.solved", has_text="区丙委")).to_contain_text("区教育局")
    answer_all(page, "#names li:not(.solved) button[value=skip]")
    answer_all(page, "section[aria-labelledby=h-rows] form:has(select) button")
    save_import(office)
    office.arrived("/c/n/duties/")


def issue_all(office):
    office.follow("duties/issue/")
    office.press("main form[action$='/duties/issue/'] button")
    office.arrived("/c/n/duties/")


def hand_in(head):
    """Sign for all, open one task, add a paper, hand it in."""
    head.home()
    head.follow("mine/")
    head.page.locator("form[action$='/mine/sign/'] button[name=only]").first.click()
    head.arrived("/c/n/mine/")
    head.page.locator(".due[class] li[id^=cp-] a.title").first.click()
    head.arrived("/c/n/checkpoints/n/")
    head.page.set_input_files("#add [name=files]", picture("会议.png", 200))
    head.fill(caption="三季度专题会")
    head.press("#add form button[type=submit]")
    expect(head.page.locator("#proof")).to_contain_text("三季度专题会")
    head.move("submit", note="会已开，名单已印发。")
    head.state("#checkpoint", "act, .st-wait")
    return head.path


def approve(office, path):
    office.home()
    office.follow("checkpoints/")
    office.follow(path)
    office.sees("会已开，名单已印发。")
    office.move("approve")
    office.state("#checkpoint .facts", "done")


# --- a problem ------------------------------------------------------------------------------------


def record_finding(inspector, text):
    """On the phone, in the street; the address of the problem."""
    inspector.home()
    inspector.follow("findings/new/")
    inspector.page.set_input_files("#id_photos", picture("现场.png", 90))
    inspector.fill(site="人民路东口", text=text, lead="区甲局")
    inspector.press("button[name=then][value=back]")
    inspector.page.wait_for_url(re.compile(r"/findings/(\d+/)?(\?.*)?$"))
    if inspector.path.endswith("/findings/"):
        inspector.page.locator("#finding-rows a", has_text=text).first.click()
    inspector.arrived("/c/n/findings/n/")
    return inspector.path


def issue_finding(office, path):
    office.home()
    office.follow("findings/")
    open_finding(office, path)
    office.move("issue")
    office.state(".state-line", "act, .st-wait")


def open_finding(person, path):
    """By the list; its views are tried in their order."""
    for view in range(person.page.locator(".views a").count()):
        person.page.locator(".views a").nth(view).click()
        person.page.wait_for_load_state()
        if person.page.locator(f"#finding-rows a[href='{path}']").count():
            break
    person.follow(path)


def object_to(head, path, reason):
    """From the work that waits on the start page."""
    head.home()
    head.follow(path)
    head.move("dispute", reason=reason)
    head.state(".state-line", "ask")


def refuse_objection(office, reason, grounds):
    office.home()
    office.press("#decide a[href*='/disputes/findings/']")
    office.arrived("/c/n/disputes/findings/n/")
    office.sees(reason)
    office.fill(ruling="refuse", note=grounds)
    office.press("form.panel-body button.btn-primary")
    office.arrived("/c/n/disputes/")


def ask_more_time(head, path, day, *, ruling):
    """The unit reads how its objection was ruled on, and asks."""
    head.home()
    head.follow(path)
    head.sees(ruling)
    head.move("extend", proposed_on=day.isoformat(), reason="新垃圾桶月底到货。")
    head.state("section[aria-labelledby=h-asked] .round:last-child", "ask")


def grant_more_time(office, path):
    office.home()
    office.follow(path)
    office.press("button[name=act][value=grant]")
    office.state("section[aria-labelledby=h-asked] .round:last-child", "done")


def copy_reminder(office, unit, has_script):
    """What the next working day brings, and the text ready for the unit's group; without script it is marked by hand."""
    office.home()
    office.follow("reminders/")
    office.press(".views a[href$='?next=1']")
    expect(office.page.locator(".views [aria-current=page]")).to_have_text("下一个工作日")
    office.follow("findings/chat/")
    panel = office.page.locator("section", has=office.page.get_by_role("heading", name=unit, exact=True))
    button = panel.locator("[data-copy]")
    if has_script:
        button.click()
        expect(button).to_have_text("已复制")
    else:
        expect(button).to_be_hidden()
    return panel.locator("textarea").input_value()


def answer_finding(head, path):
    head.home()
    head.follow("findings/")
    open_finding(head, path)
    head.move("submit", text="当天清扫，垃圾桶已换。", files=picture("整改后.png", 30))
    head.sees("当天清扫，垃圾桶已换。")


def close_finding(inspector, path):
    inspector.home()
    inspector.follow("findings/")
    open_finding(inspector, path)
    inspector.move("close", how="on_site")
    inspector.state(".state-line", "done")


# --- the bulletin ---------------------------------------------------------------------------------


def publish_bulletin(portal):
    office, leader = portal.office, portal.leader
    office.home()
    office.press("form[action$='/bulletins/new/'] button")
    office.arrived("/c/n/bulletins/n/edit/")
    office.fill(title="示范区创建工作一周情况")
    office.press("#bulletin-text .form-acts button")
    office.arrived("/c/n/bulletins/n/edit/")
    path = office.path.removesuffix("edit/")
    office.follow(path)
    office.move("review")
    expect(office.page.locator(".steps-line .done")).to_have_count(2)

    leader.home()
    leader.follow(path)
    leader.move("sign")
    expect(leader.page.locator(".steps-line .done")).to_have_count(3)

    office.home()
    office.follow("bulletins/")
    office.follow(path)
    office.move("publish")
    expect(office.page.locator(".steps-line .done")).to_have_count(4)
    return path


def test_a_week_from_the_upload_to_the_published_pdf(portal):
    office, head, inspector, leader = portal.office, portal.head, portal.inspector, portal.leader

    import_standard(office)
    import_responsibilities(office)
    issue_all(office)
    proof = hand_in(head)
    approve(office, proof)
    finding = record_finding(inspector, "路口垃圾桶满溢")
    issue_finding(office, finding)
    object_to(head, finding, "路口归区乙局管。")
    refuse_objection(office, "路口归区乙局管。", "路口在区甲局的路段内。")
    until = date.today() + timedelta(days=40)
    ask_more_time(head, finding, until, ruling="路口在区甲局的路段内。")
    grant_more_time(office, finding)
    said = copy_reminder(office, "区甲局", portal.has_script)
    answer_finding(head, finding)
    close_finding(inspector, finding)
    issue = publish_bulletin(portal)

    assert said.splitlines()[:2] == ["【示范区创建办】区甲局：", "待整改问题1件："]
    assert f"时限{until.month}月{until.day}日" in said.splitlines()[2]
    leader.home()
    paper = leader.page.locator("a[href$='/paper.pdf']").first.get_attribute("href")
    assert paper == f"{issue}paper.pdf"
    answer = leader.page.context.request.get(leader.base + paper)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body().startswith(b"%PDF")


@pytest.mark.parametrize("portal", ["script"], indirect=True)
def test_of_two_browsers_on_one_finding_the_slower_reads_who_was_faster_and_keeps_the_words(portal):
    words = "东侧还有两袋，照片里看得见。"
    path = record_finding(portal.inspector, "东口垃圾未清")
    issue_finding(portal.office, path)
    answer_finding(portal.head, path)
    for person in (portal.inspector, portal.office):
        person.home()
        person.follow("findings/")
        open_finding(person, path)

    portal.office.move("close", how="online")
    portal.office.state(".state-line", "done")
    portal.inspector.move("return", how="on_site", reason=words)

    note = portal.inspector.page.locator("#finding-panel > [role=alert]")
    expect(note).to_contain_text("赵示范")
    assert portal.inspector.page.locator("#typed-1").input_value() == words
    portal.inspector.state(".state-line", "done")
