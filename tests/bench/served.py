"""Pages and API lists as the web server asks for them, each beside its floor."""

from collections.abc import Callable
from wsgiref.util import setup_testing_defaults

from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import resolve
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.models import User
from config.wsgi import application


class Browser:
    """A signed-in person; requests go to the WSGI application itself: the test client copies the context of every template."""

    def __init__(self, user: User):
        self.client = Client()
        self.client.force_login(user)
        self.cookie = self.client.cookies.output(attrs=[], header="", sep=";").strip()

    def get(self, address: str) -> bytes:
        path, _mark, query = address.partition("?")
        environ = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_COOKIE": self.cookie, "HTTP_HOST": "testserver"}
        setup_testing_defaults(environ)
        said = []
        answer = application(environ, lambda status, headers: said.append(status))
        try:
            body = b"".join(answer)
        finally:
            answer.close()
        if said != ["200 OK"]:
            raise RuntimeError(f"{said} instead of 200: {address}")
        return body

    def floor(self, address: str) -> Callable:
        """A function that renders once more what the answer was made of, without a database."""
        setup_test_environment()
        try:
            answer = self.client.get(address)
        finally:
            teardown_test_environment()
        render = _json_of(answer) if "json" in answer["Content-Type"] else _page_of(answer)
        with connection.execute_wrapper(_refuse):
            render()
        return render


def _page_of(answer) -> Callable:
    """The page's own template, with the context it was answered with: rows, forms and menu are ready."""
    template, context = get_template(answer.templates[0].name), answer.context[0].flatten()
    return lambda: template.render(context, request=answer.wsgi_request)


def _json_of(answer) -> Callable:
    """The list's own serializer and renderer over its ready rows."""
    view = resolve(answer.wsgi_request.path).func.cls()
    view.request, view.format_kwarg, view.action, view.detail = Request(answer.wsgi_request), None, "list", False
    rows = list(view.get_queryset()[:50])
    if len(rows) < 50:
        raise RuntimeError("a floor has 50 rows")
    return lambda: JSONRenderer().render(view.get_serializer(rows, many=True).data)


def _refuse(execute, sql, *_others):
    raise RuntimeError(f"a floor asks no database: {sql}")
