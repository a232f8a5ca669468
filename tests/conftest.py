"""For all tests: the collector of cyclic garbage seldom looks through the many trees that tests keep; it took a tenth of their time."""

import gc

gc.set_threshold(200_000, 20, 100)
