"""What more than one app's tests use."""

import pytest

from campaigns.viewer import viewer_for
from tests import factories


def viewer(campaign, *, user=None, office=False, inspector=False, leader=False, head_of=None, liaison_of=None):
    """A person with these roles in the campaign, as the middleware would make the viewer."""
    user = user or factories.UserFactory()
    roles = [("office", office, None), ("inspector", inspector, None), ("leader", leader, None)]
    roles += [("head", head_of, head_of), ("liaison", liaison_of, liaison_of)]
    for role, wanted, department in roles:
        if wanted:
            factories.MembershipFactory(campaign=campaign, user=user, role=role, department=department)
    return viewer_for(user, campaign)


@pytest.fixture
def campaign(db):
    return factories.CampaignFactory()


@pytest.fixture
def signed_in(client):
    """signed_in(viewer) -> a client signed in as this person."""

    def sign_in(person):
        client.force_login(getattr(person, "user", person))
        return client

    return sign_in


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Uploads in a folder of the test's own; static files by their plain names, nothing collected."""
    settings.MEDIA_ROOT = tmp_path / "files"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
