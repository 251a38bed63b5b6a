"""Room for a whole request on the interpreter's stack."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SLOTS = 16_000  # of 8 bytes: the chunk becomes the next power of two, 256 KB, half of it for what is called


class RoomMiddleware:
    """First of all: what comes after it runs in one chunk of the interpreter's stack.

    CPython keeps the frames of a thread in chunks of 16 KB and gives a chunk back to the system when the last frame in it
    returns: a page whose templates go in and out at the edge of a chunk asked the kernel for memory hundreds of times.
    A frame that wants more than one chunk gets one that is large enough, with room for all that it calls.
    Source: https://github.com/python/cpython/issues/142183 (later 3.13 and 3.14 keep one chunk).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


RoomMiddleware.__call__.__code__ = RoomMiddleware.__call__.__code__.replace(co_stacksize=SLOTS)
