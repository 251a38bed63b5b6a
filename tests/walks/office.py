"""What an office does on the pages before it can work: a campaign, its units, a workbook saved."""

from datetime import date, timedelta

from playwright.sync_api import expect

from tests.walks.people import PASSWORD

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNITS = [("区示范办", "示范办"), ("区甲局", "甲局"), ("区乙局", ""), ("区教育局", "")]


def open_campaign(office):
    office.fill(name="赵示范", username="zhao", password=PASSWORD, again=PASSWORD)
    office.press("main button[type=submit]")
    office.arrived("/campaigns/new/")
    office.fill(
        kind="county", name="示范区创建", host_name="示范区", office_name="示范区创建办", bulletin_name="示范区创建工作简报"
    )
    office.fill(
        headquarters_name="示范区创建指挥部", headquarters_head="张示范", cutoff_on=str(date.today() + timedelta(days=60))
    )
    office.press("main button[type=submit]")
    office.arrived("/c/n/settings/")


def add_unit(office, name, alias):
    office.follow("units/")
    office.follow("units/new/")
    office.fill(name=name, aliases=alias)
    office.press("main button[type=submit]:not([name])")
    office.arrived("/c/n/units/")
    office.sees(name)


def save_import(office):
    office.page.wait_for_load_state()  # without scripts each answer is a page of its own: its foot may still be on the way
    seen = office.page.locator(".savebar [name=checked]")
    if seen.count():
        seen.check()
    office.press(".savebar button[value=save]")


def answer_all(page, css):
    """Every open question of a kind, one page after the other."""
    left = page.locator(css)
    while count := left.count():
        left.first.click()
        expect(left).to_have_count(count - 1)
