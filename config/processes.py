"""Children that never outlive their parent. Standard library only."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(number: signal.Signals, parent: int) -> None:
    """Called in a child just forked: the kernel sends it `number` when `parent` ends, even by kill -9."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), number)
