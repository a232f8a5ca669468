#!/usr/bin/env bash
# matplotlib 3.11.2: a logarithmic axis of a loss that diverges to 10^300 shows the decade from 1 to 10, and none of the curve. The margins
# of 5 % of the decades would lead beyond the largest double; the limits are then not cut off at it, but replaced, with no error
# (an overflow warning of numpy's names neither axis nor limits). An expert would guess limits that hold the data, at worst without margins.
# Seen: data up to 10^200 has limits up to 10^210; data up to 10^300 has limits (1, 10), and 1 of 61 points between them; with the margins
# set to 0 the limits are those of the data.
# For us: curves of runs that diverge get limits of our own, from the data.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'matplotlib==3.11.2' 'numpy==2.4.6'
MPLBACKEND=svg MPLCONFIGDIR=$folder "$folder/venv/bin/python" -W ignore - <<'PY'
import matplotlib
import matplotlib.pyplot as plt


def limits(decades: int, margin: float | None = None) -> tuple[float, float, int]:
    """The limits of a logarithmic axis for 1, 10^5, … 10^decades, and how many of the points lie strictly inside or on them."""
    losses = [10.0**exponent for exponent in range(0, decades + 1, 5)]
    figure, axes = plt.subplots()
    if margin is not None:
        axes.margins(y=margin)
    axes.plot(range(len(losses)), losses)
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    plt.close(figure)
    return float(low), float(high), sum(low <= loss <= high for loss in losses)


print("matplotlib", matplotlib.__version__)
for decades, margin in ((200, None), (300, None), (300, 0.0)):
    low, high, seen = limits(decades, margin)
    print(f"data from 1 to 1e{decades}, margins {margin}: limits {low:.3g} to {high:.3g}, {seen} of {decades // 5 + 1} points")
assert limits(200)[2] == 41
assert limits(300) == (1.0, 10.0, 1)
assert limits(300, 0.0)[2] == 61
PY
echo "as seen: the axis of a diverging loss leaves the curve out"
