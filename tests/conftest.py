"""What more than one app's tests use."""

import pytest
from django.db import transaction
from django.test import Client, override_settings

from campaigns.viewer import viewer_for
from tests import factories, isolation


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


@pytest.fixture(scope="module")
def world_files(tmp_path_factory):
    return tmp_path_factory.mktemp("isolation")


@pytest.fixture(scope="module")
def the_world(django_db_setup, django_db_blocker, world_files):
    """Built once for the whole module; what a test changes is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=world_files):
            world = isolation.build()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(the_world, db, own_files, settings, world_files):
    """The small world of tests/isolation.py; its files live as long as it does."""
    settings.MEDIA_ROOT = world_files
    return the_world


@pytest.fixture
def clients(world):
    """label of a person -> a client signed in as this person."""

    class Clients(dict):
        def __missing__(self, label):
            client = self[label] = Client(raise_request_exception=False)
            if label != "nobody":
                client.force_login(world.people[label])
            return client

    return Clients()
