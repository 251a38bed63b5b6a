"""Chinese unless somebody chose otherwise; the choice is the person's, then the browser's, never the machine's."""

from django.conf import settings

from tests.conftest import viewer
from tests.factories import FindingFactory

ENGLISH = {"accept-language": "en-GB,en;q=0.9"}


def test_an_english_browser_reads_chinese_until_somebody_chooses(client, db):
    answer = client.get("/sign-in/", headers=ENGLISH)

    assert answer.headers["Content-Language"] == "zh-hans"
    assert 'lang="zh-hans"' in answer.content.decode().lower()


def test_the_choice_of_a_browser_is_kept_in_it(client, db):
    client.post("/language/", {"language": "en"})

    answer = client.get("/sign-in/")

    assert answer.headers["Content-Language"] == "en"
    assert "Password" in answer.content.decode()


def test_the_choice_of_a_person_goes_with_the_person(client, campaign):
    office = viewer(campaign, office=True)
    client.force_login(office.user)
    client.post("/language/", {"language": "en"})
    other = type(client)()
    other.force_login(office.user)

    page = other.get(f"/c/{campaign.pk}/findings/")

    office.user.refresh_from_db()
    assert office.user.language == "en"
    assert "Findings" in page.content.decode()
    assert "问题" not in page.content.decode().replace(str(campaign), "")


def test_a_language_that_is_none_is_refused(client, db):
    assert client.post("/language/", {"language": "fr"}).status_code == 404


def test_errors_of_the_api_are_in_the_persons_language(client, campaign):
    office = viewer(campaign, office=True)
    finding = FindingFactory(campaign=campaign)
    client.force_login(office.user)
    address = f"/api/v1/campaigns/{campaign.pk}/findings/{finding.pk}/move/"

    said = []
    for language in ("zh-hans", "en"):
        type(office.user).objects.update(language=language)
        said.append(client.post(address, {"move": "accept"}, content_type="application/json").json()["detail"])

    assert said == ["您的角色不能办理此项。", "This is not open to your role."]


def test_what_was_chosen_for_one_request_does_not_reach_the_next(client, campaign):
    office = viewer(campaign, office=True)
    type(office.user).objects.update(language="en")
    client.force_login(office.user)
    client.get("/")
    client.logout()

    assert client.get("/sign-in/").headers["Content-Language"] == settings.LANGUAGE_CODE
