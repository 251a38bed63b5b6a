"""A request answered as always, its rows taken back: what would this button say to this person?"""

from django.db import transaction

HEADER = "X-Dry-Run"


class DryRun:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if HEADER not in request.headers:
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(True)
        response.cookies.clear()
        return response
