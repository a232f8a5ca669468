#!/usr/bin/env bash
# PyTorch 2.13.0: NAdam keeps the product of its momenta in single precision, whatever precision the parameters have, so that parameters in
# double precision are right to nine digits only. An expert would guess that everything is computed in the precision of the parameters,
# as m and v of the same optimizer are, and as Keras 3.15.1 does with the same formula.
# Seen: w = 1 in float64, rate 0.1, gradient 1: w is off by 1.3e-9 after one step; state["mu_product"] is float32.
# For us: the forms of libraries are held to 1e-12, this one to 1e-8.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'torch==2.13.0'
"$folder/venv/bin/python" -W ignore - <<'PY'
import torch

w = torch.tensor([1.0], dtype=torch.float64)
optimizer = torch.optim.NAdam([w], lr=0.1)
w.grad = torch.tensor([1.0], dtype=torch.float64)
optimizer.step()
now, ahead = (0.9 * (1 - 0.5 * 0.96 ** (t * 0.004)) for t in (1, 2))
mean, square = 0.1 / (1 - now * ahead), 0.001 / (1 - 0.999)
by_hand = 1 - 0.1 * (ahead * mean + (1 - now) / (1 - now)) / (square**0.5 + 1e-8)
off, state = abs(w.item() - by_hand), optimizer.state[w]
print("torch", torch.__version__, w.item(), "by hand", by_hand, state["mu_product"].dtype, state["exp_avg"].dtype)
assert 1e-10 < off < 1e-8
assert state["mu_product"].dtype == torch.float32 and state["exp_avg"].dtype == torch.float64
PY
echo "as seen: NAdam's product of momenta is in single precision"
