"""The language of a request: the person's own, else this browser's choice, else Chinese."""

from django.conf import settings
from django.utils import translation


class LanguageMiddleware:
    """Not Django's LocaleMiddleware: an English browser in a Chinese office must not turn the portal English."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            language = request.user.language
        else:
            language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
