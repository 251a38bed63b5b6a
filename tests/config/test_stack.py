"""A request has room on the interpreter's stack: going in and out of calls asks the kernel for nothing."""

import resource
import sys

from config.stack import RoomMiddleware

TIMES, DEEP = 2000, 150  # together more than a chunk of 16 KB, wherever in it the calls begin


def descend(depth):
    return descend(depth - 1) if depth else None


def in_and_out(_request=None):
    """Page faults of going down and up again many times: the memory that the kernel gave meanwhile."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(TIMES):
        descend(DEEP)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_a_request_runs_in_one_chunk_of_the_stack():
    assert RoomMiddleware(in_and_out)(None) < TIMES / 10
    if sys.version_info < (3, 13):  # later ones keep a chunk that was given back
        assert in_and_out() > TIMES
