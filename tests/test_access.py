"""Every role x every model x every address, over one small world; see tests/isolation.py and tests/access.py."""

import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings
from django.utils.module_loading import import_string

from campaigns.models import Campaign
from notices.models import Notice
from tests import isolation
from tests.access import MOVES, NOT_SCOPED, SEES, WITH_FINDING, by_viewer
from tests.isolation import CHILDREN, VIEWERS, WITHOUT_ROLE

OWN_APPS = ["accounts", "notices", "campaigns", "checklists", "inspections", "reports"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("isolation")


@pytest.fixture(autouse=True)
def shared_files(own_files, settings, files):
    """The world's files live as long as the world does."""
    settings.MEDIA_ROOT = files


@pytest.fixture(scope="module")
def the_world(django_db_setup, django_db_blocker, files):
    """Built once for the whole module; what a test changes is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=files):
            world = isolation.build()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(the_world, db):
    return the_world


# --- rows -----------------------------------------------------------------------------------------


def own_models():
    return [model for app in OWN_APPS for model in apps.get_app_config(app).get_models()]


def test_every_model_is_in_the_table_or_says_why_not():
    scoped = {model._meta.label for model in own_models() if hasattr(model.objects, "visible_to")}
    others = {model._meta.label for model in own_models()} - scoped

    assert scoped == {*SEES, *WITH_FINDING}
    assert others == set(NOT_SCOPED)


def seen_by(world, model):
    return {who: world.labels(model, model.objects.visible_to(world.viewers[who])) for who in VIEWERS}


@pytest.mark.parametrize("name", SEES)
def test_who_sees_which_rows(world, name):
    model, expected = apps.get_model(name), by_viewer(SEES[name])

    assert seen_by(world, model) == {who: expected[who] for who in VIEWERS}


@pytest.mark.parametrize("name", WITH_FINDING)
def test_what_hangs_on_a_finding_is_seen_with_it(world, name):
    model, findings = apps.get_model(name), by_viewer(SEES["inspections.Finding"])
    by_pk = {row.pk: label for label, row in world.of("Finding").items()}

    seen = {who: {by_pk[row.finding_id] for row in model.objects.visible_to(world.viewers[who])} for who in VIEWERS}

    assert seen == {who: findings[who] & set(CHILDREN[model]) for who in VIEWERS}


def test_campaigns_and_messages_are_the_persons_own(world):
    mine = {who: world.labels(Campaign, Campaign.objects.of(user)) for who, user in world.people.items()}
    messages = {who: world.labels(Notice, Notice.objects.of(user)) for who, user in world.people.items()}

    elsewhere = {"sister": {"sister"}, "unit_office": {"unit"}, "unit_head": {"unit"}, "twice": {"main", "sister"}}
    assert mine == {who: set() if who in WITHOUT_ROLE else elsewhere.get(who, {"main"}) for who in world.people}
    assert messages == {who: {who} for who in world.people}


# --- moves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "model", "label"), MOVES)
def test_who_may_make_which_moves(world, path, model, label):
    row, machine = world[model, label], import_string(path)

    may = {name: {who for who in VIEWERS if move.allowed(world.viewers[who], row)} for name, move in machine.items()}

    lines = MOVES[path, model, label].items()
    assert may == {name: set(who.split()) for names, who in lines for name in names.split()}
