"""Ten thousand forms with anything in them, sent to every address of the server: each is answered, and none by a fault of ours."""

from __future__ import annotations

import random

import pytest

from tests.web.test_app import statuses


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_sent_is_answered(seed: int) -> None:
    assert statuses(random.Random(seed), 1000) <= {200, 404, 413, 422}
