"""What more than one app's tests use."""

import os

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client, override_settings

from campaigns.viewer import viewer_for
from tests import factories, isolation
from tests.browsers import chromium, playwright, shell  # noqa: F401 fixtures
from tests.prepared import Prepared, made_once
from tests.processes import has_postgres, run


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


@pytest.fixture(scope="session", autouse=True)
def nothing_collected(tmp_path_factory):
    """Static files by their plain names."""
    django_settings.STATIC_ROOT = tmp_path_factory.mktemp("nothing_collected")


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Uploads in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"


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


# --- for real processes: made once per run, see tests/prepared.py -----------------------------------


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    """One for all processes of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def static_root(run_folder):
    """STATIC_ROOT, collected."""
    collect = lambda place: run("-m", "config.prepare", "--static-only", data=run_folder / "collecting", STATIC_ROOT=str(place))  # noqa: E731
    return str(made_once(run_folder / "collected", collect))


def migrate(data, **values):
    run("manage.py", "migrate", "--verbosity", "0", data=data, **values)


@pytest.fixture(scope="session")
def empty_file(run_folder):
    """A portal as migrated, in a file."""
    return Prepared(run_folder / "empty_file", migrate, on_postgres=False)


@pytest.fixture(scope="session")
def empty_portal(run_folder, empty_file):
    """A portal as migrated, in the profile's kind of database."""
    if not has_postgres():
        yield empty_file
        return
    portal = Prepared(run_folder / "empty", migrate, on_postgres=True)
    yield portal
    portal.forget()


@pytest.fixture(scope="session")
def demo_portal(run_folder, empty_portal, static_root):
    """A portal filled as the one command fills the demo."""

    def fill(data, **values):
        run("-m", "config.prepare", data=data, DEMO="1", STATIC_ROOT=static_root, **values)

    portal = Prepared(run_folder / "demo", fill, on_postgres=has_postgres(), upon=empty_portal)
    yield portal
    portal.forget()
