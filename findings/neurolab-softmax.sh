#!/usr/bin/env bash
# neurolab 0.3.5 (numpy 1.26.4): the gradient it trains a softmax layer with is not the gradient of its own error: only ∂a_j/∂z_j is taken,
# the products −a_j·a_k with the other outputs are left out. An expert would guess that a library's softmax is differentiated whole.
# Seen: weights 0.4, −0.3, 0.7, input 0.5, target (1, 0, 0), SSE: ∂E/∂b = −0.14791, 0.04558, 0.09769 with quotients −0.2263, 0.06103, 0.16527;
# a tanh layer in its place agrees with its quotients. (Two outputs: half the gradient, in the right direction, so that training hides it.)
# For us: it is the mistake `diagonal-softmax`, met in a library.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'neurolab==0.3.5' 'numpy==1.26.4'
"$folder/venv/bin/python" - <<'PY'
import neurolab as nl
import numpy as np

x, t = np.array([[0.5]]), np.array([[1.0, 0.0, 0.0]])


def both(transfer) -> tuple[np.ndarray, np.ndarray]:
    """∂E/∂b as the library has it, and by difference quotients of the error it reports."""
    net = nl.net.newff([[-1, 1]], [3], [transfer])
    net.errorf = nl.error.SSE()
    layer = net.layers[0].np
    layer["w"][:], layer["b"][:] = [[0.4], [-0.3], [0.7]], 0.0
    given = nl.tool.ff_grad(net, x, t)[0][0]["b"].copy()
    quotients = np.zeros(3)
    for j in range(3):
        errors = []
        for side in (1e-6, -1e-6):
            layer["b"][j] = side
            errors.append(net.errorf(t, net.sim(x)))
        layer["b"][j] = 0.0
        quotients[j] = (errors[0] - errors[1]) / 2e-6
    return given, quotients


for name, transfer in (("tanh", nl.trans.TanSig()), ("softmax", nl.trans.SoftMax())):
    given, quotients = both(transfer)
    print(f"{name}: given {np.round(given, 5)}, quotients {np.round(quotients, 5)}")
    if name == "tanh":
        assert np.allclose(given, quotients, atol=1e-7)
    else:
        z = np.array([0.2, -0.15, 0.35])
        a = np.exp(z) / np.exp(z).sum()
        assert np.allclose(given, (a - t[0]) * a * (1 - a), atol=1e-9)
        assert np.allclose(quotients, (np.diag(a) - np.outer(a, a)) @ (a - t[0]), atol=1e-7)
        assert not np.allclose(given, quotients, rtol=0.1)
PY
echo "as seen: the softmax of neurolab is differentiated on its diagonal only"
