"""Settings, addresses, processes and set-up of the portal; the first of it that any process of ours loads.

A start and a page make many thousands of objects that stay, or that go by themselves: looking for cycles every 700 of them
cost a sixth of a start and a tenth of a page (make bench).
"""

import gc

gc.set_threshold(20_000, 10, 10)
