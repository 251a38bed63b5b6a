"""Pages and API lists as the web server asks for them, each beside its floor."""

from collections.abc import Callable
from wsgiref.util import setup_testing_defaults

from django.contrib.auth.decorators import login_not_required
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import ResolverMatch, resolve
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from config.wsgi import application


class Browser:
    """A signed-in person; requests go to the WSGI application itself: the test client copies the context of every template."""

    def __init__(self, user: User):
        self.client = Client()
        self.client.force_login(user)
        self.cookie = self.client.cookies.output(attrs=[], header="", sep=";").strip()

    def get(self, address: str) -> bytes:
        return _asked(application, address, HTTP_COOKIE=self.cookie)

    def floors(self, address: str) -> tuple[Callable, Callable]:
        """Two functions, neither asks a database: one renders once more what the answer was made of; one is a request that
        is answered so, to nobody: the server's part, the middleware, the same template or serializer.
        """
        setup_test_environment()
        try:
            answer = self.client.get(address)
        finally:
            teardown_test_environment()
        render, view = _list_of(answer) if "json" in answer["Content-Type"] else _page_of(answer)
        serving = _Serving(login_not_required(view))
        serve = lambda: _asked(serving, "/")  # noqa: E731
        with connection.execute_wrapper(_refuse):
            render()
            serve()
        return render, serve


class _Serving(WSGIHandler):
    """The portal's middleware around one view."""

    def __init__(self, view: Callable):
        super().__init__()
        self.view = view

    def resolve_request(self, request):
        request.resolver_match = ResolverMatch(self.view, (), {})
        return request.resolver_match


def _asked(handler, address, **values) -> bytes:
    path, _mark, query = address.partition("?")
    environ = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "testserver"} | values
    setup_testing_defaults(environ)
    said = []
    answer = handler(environ, lambda status, headers: said.append(status))
    try:
        body = b"".join(answer)
    finally:
        answer.close()
    if said != ["200 OK"]:
        raise RuntimeError(f"{said} instead of 200: {address}")
    return body


def _page_of(answer) -> tuple[Callable, Callable]:
    """(render, view) of the page's own template, with the context it was answered with: rows, forms and menu are ready."""
    template, context = get_template(answer.templates[0].name), answer.context[0].flatten()
    render = lambda: template.render(context, request=answer.wsgi_request)  # noqa: E731
    return render, lambda request: HttpResponse(render())


def _list_of(answer) -> tuple[Callable, Callable]:
    """(render, view) of the list's own serializer and renderer over its ready rows; the view is the framework's, open to all."""
    view = resolve(answer.wsgi_request.path).func.cls()
    view.request, view.format_kwarg, view.action, view.detail = Request(answer.wsgi_request), None, "list", False
    rows = list(view.get_queryset()[:50])
    if len(rows) < 50:
        raise RuntimeError("a floor has 50 rows")

    class Ready(APIView):
        authentication_classes = permission_classes = throttle_classes = ()

        def get(self, request):
            return Response(view.get_serializer(rows, many=True).data)

    return lambda: JSONRenderer().render(view.get_serializer(rows, many=True).data), Ready.as_view()


def _refuse(execute, sql, *_others):
    raise RuntimeError(f"a floor asks no database: {sql}")
