"""The table of optimizers: what an update keeps, and what it adds to a parameter, as formulas. Steps, training, pages and programs read it.

In our own grammar: `g` the derivative of the loss by the parameter `w`, `rate` the learning rate, `t` the number of the update, from 1;
further names are settings and what the lines work out. Lines are carried out in their order: a name stands for what was worked out last,
in its own line and above for what the update before has left. To add an optimizer, add an entry.

Sources: gradient descent Cauchy 1847; momentum Polyak 1964; Nesterov's as Sutskever et al. 2013 write it, in the parameters that are
looked ahead to (Bengio et al. 2013); Adagrad Duchi et al. 2011; RMSprop Hinton 2012, ε as in Goodfellow et al. 2016; Adadelta Zeiler 2012;
Adam Kingma and Ba 2014; AdamW Loshchilov and Hutter 2017; NAdam Dozat 2016; AMSGrad Reddi et al. 2018; Lion Chen et al. 2023; Rprop as
Igel and Hüsken 2000 (iRprop−). What libraries compute was read off the libraries themselves, in the versions that stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from derivegen.network.tables.activations import Text
from derivegen.network.tables.forms import BOOKS, Form, Lines, Optimizer

_M, _V = ("m", "beta1*m + (1 - beta1)*g", "mean"), ("v", "beta2*v + (1 - beta2)*g^2", "mean-square")
_MHAT, _VHAT = ("mhat", "m/(1 - beta1^t)", "corrected"), ("vhat", "v/(1 - beta2^t)", "corrected")
_ALPHA = ("alpha", "rate*(sqrt(1 - beta2^t)/(1 - beta1^t))", "corrected-rate")
_RHO_V, _RHO_A = ("v", "rho*v + (1 - rho)*g^2", "mean-square"), ("a", "rho*a + (1 - rho)*g", "mean")
_SUM = ("v", "v + g^2", "sum-of-squares")
_MAX = ("r", "max(r, v)", "largest")
_BETAS = {"beta1": "0.9", "beta2": "0.999"}


def _sign(of: str) -> Text:
    return ("1", f"{of} > 0"), ("-1", f"{of} < 0"), ("0", None)


def _forms(book: Form, **others: Form) -> Mapping[str, Form]:
    return {BOOKS: book, **others}


def _adam(rate: str | None, decay: str | None = None) -> Form:
    """Adam as its paper has it; with a place for weight decay, AdamW."""
    step = "mhat/(sqrt(vhat) + epsilon)"
    change = f"-(rate*({step}))" if decay is None else f"-(rate*({step} + weight_decay*w))"
    settings = {**_BETAS, "epsilon": "1e-8", **({} if decay is None else {"weight_decay": decay})}
    return Form(change, (_M, _V, _MHAT, _VHAT), settings, rate=rate)


def _adam_hat(rate: str, decay: str | None = None, epsilon: str = "1e-7") -> Form:
    """Adam as the end of the second section of its paper has it: both corrections in the rate, ε beside the root of v itself."""
    change = "-(alpha*(m/(sqrt(v) + epsilon)))" + ("" if decay is None else " - rate*(weight_decay*w)")
    settings = {**_BETAS, "epsilon": epsilon, **({} if decay is None else {"weight_decay": decay})}
    return Form(change, (_M, _V, _ALPHA), settings, rate=rate, differs="epsilon-hat")


def _heavy_ball(rate: str | None, nesterov: bool = False) -> Form:
    change = "-(rate*(g + momentum*m))" if nesterov else "-(rate*m)"
    line = "momentum*m + g" if nesterov else "momentum*m + (1 - dampening)*g"
    return Form(
        change, (("m", line, "moment"),), {"momentum": "0.9", **({} if nesterov else {"dampening": "0"})}, rate=rate
    )


def _velocity(rate: str, nesterov: bool = False) -> Form:
    change = "momentum*m - rate*g" if nesterov else "m"
    return Form(
        change,
        (("m", "momentum*m - rate*g", "velocity"),),
        {"momentum": "0.9"},
        rate=rate,
        differs="rate-in-velocity",
    )


def _adagrad(root: str, epsilon: str, start: str, rate: str | None, differs: str | None = None) -> Form:
    settings = {"epsilon": epsilon, "initial": start}
    return Form(f"-(rate*(g/({root})))", (_SUM,), settings, {"v": "initial"}, rate, differs)


def _rmsprop(rho: str, epsilon: str, rate: str | None, inside: bool = True, velocity: bool = False) -> Form:
    """With a momentum the scaled derivative has one; centred, the variance stands for the mean square."""
    root = "sqrt(v - centered*a^2 + epsilon)" if inside else "(sqrt(v - centered*a^2) + epsilon)"
    kept = f"rate*(g/{root})" if velocity else f"g/{root}"
    lines: Lines = (_RHO_V, _RHO_A, ("m", f"momentum*m + {kept}", "velocity" if velocity else "moment"))
    settings = {"rho": rho, "epsilon": epsilon, "momentum": "0", "centered": "0"}
    return Form("-m" if velocity else "-(rate*m)", lines, settings, rate=rate, differs=None if inside else "outside")


def _adadelta(rho: str, epsilon: str, rate: str | None) -> Form:
    lines: Lines = (
        _RHO_V,
        ("d", "sqrt(u + epsilon)/sqrt(v + epsilon)*g", "scaled"),
        ("u", "rho*u + (1 - rho)*d^2", "mean-square-step"),
    )
    return Form("-(rate*d)", lines, {"rho": rho, "epsilon": epsilon}, rate=rate)


_NADAM = Form(
    "-(rate*(mhat/(sqrt(vhat) + epsilon)))",
    (_M, _V, ("mhat", "beta1*(m/(1 - beta1^(t + 1))) + (1 - beta1)*(g/(1 - beta1^t))", "looked-ahead"), _VHAT),
    {**_BETAS, "epsilon": "1e-8"},
)


def _nadam_scheduled(rate: str, slow: str, epsilon: str) -> Form:
    """The momentum grows from half of its size, and its product takes the place of the power."""
    lines: Lines = (
        _M,
        _V,
        ("q", f"beta1*(1 - 0.5*0.96^({slow}t))", "momentum-now"),
        ("n", f"beta1*(1 - 0.5*0.96^({slow}(t + 1)))", "momentum-next"),
        ("p", "p*q", "momentum-product"),
        ("mhat", "n*(m/(1 - p*n)) + (1 - q)*(g/(1 - p))", "looked-ahead"),
        _VHAT,
    )
    return Form(
        "-(rate*(mhat/(sqrt(vhat) + epsilon)))",
        lines,
        {**_BETAS, "epsilon": epsilon},
        {"p": "1"},
        rate,
        "scheduled-momentum",
    )


_TURNED = ("c", "g*h", "turned")
_STEP = (
    "s",
    (("min(eta_plus*s, step_most)", "c > 0"), ("max(eta_minus*s, step_least)", "c < 0"), ("s", None)),
    "own-step",
)


def _rprop(rate: str | None) -> Form:
    lines: Lines = (_TURNED, _STEP, ("h", (("0", "c < 0"), ("g", None)), "left-out"), ("d", _sign("h"), "sign"))
    return Form("-(s*d)", lines, _ETAS, {"s": "rate"}, rate)


_ETAS = {"eta_plus": "1.2", "eta_minus": "0.5", "step_least": "1e-6", "step_most": "50"}
_RPROP_OPTAX = Form(
    "-d",
    (
        _TURNED,
        _STEP,
        ("d", (("0", "c < 0"), ("h", None)), "left-out"),
        ("h", (("0", "c < 0"), ("s", "g > 0"), ("-s", "g < 0"), ("0", None)), "signed-step"),
    ),
    _ETAS,
    {"s": "rate"},
    differs="lagging",
)


def _lion(rate: str | None, decay: str) -> Form:
    lines: Lines = (
        ("c", "beta1*m + (1 - beta1)*g", "mean"),
        ("d", _sign("c"), "sign"),
        ("m", "beta2*m + (1 - beta2)*g", "mean"),
    )
    return Form(
        "-(rate*(d + weight_decay*w))", lines, {"beta1": "0.9", "beta2": "0.99", "weight_decay": decay}, rate=rate
    )


def _amsgrad(lines: Lines, change: str, rate: str | None, epsilon: str = "1e-8", differs: str | None = None) -> Form:
    return Form(change, lines, {**_BETAS, "epsilon": epsilon}, rate=rate, differs=differs)


OPTIMIZERS: Final[dict[str, Optimizer]] = {
    entry.name: entry
    for entry in (
        Optimizer(
            "gradient_descent",
            _forms(
                Form("-(rate*g)"),
                torch=Form("-(rate*g)", rate="0.001"),
                keras=Form("-(rate*g)", rate="0.01"),
                optax=Form("-(rate*g)"),
                sklearn=Form("-(rate*g)", rate="0.001"),
                tinygrad=Form("-(rate*g)", rate="0.001"),
            ),
            also=("sgd", "gd", "bgd", "batchgd", "steepestdescent", "vanilla"),
        ),
        Optimizer(
            "momentum",
            _forms(
                _heavy_ball(None),
                torch=Form(
                    "-(rate*m)",
                    (
                        ("c", (("0", "t < 2"), ("dampening", None)), "first-whole"),
                        ("m", "momentum*m + (1 - c)*g", "moment"),
                    ),
                    {"momentum": "0.9", "dampening": "0"},
                    rate="0.001",
                    differs="first-whole",
                ),
                keras=_velocity("0.01"),
                optax=Form("-(rate*m)", (("m", "momentum*m + g", "moment"),), {"momentum": "0.9"}),
                sklearn=_velocity("0.001"),
                tinygrad=Form("-(rate*m)", (("m", "momentum*m + g", "moment"),), {"momentum": "0.9"}, rate="0.001"),
            ),
            also=("heavyball", "sgdmomentum", "sgdwithmomentum", "polyak"),
        ),
        Optimizer(
            "nesterov",
            _forms(
                _heavy_ball(None, nesterov=True),
                torch=_heavy_ball("0.001", nesterov=True),
                keras=_velocity("0.01", nesterov=True),
                optax=_heavy_ball(None, nesterov=True),
                sklearn=_velocity("0.001", nesterov=True),
                tinygrad=_heavy_ball("0.001", nesterov=True),
            ),
            also=("nag", "nesterovmomentum", "nesterovacceleratedgradient"),
        ),
        Optimizer(
            "adagrad",
            _forms(
                _adagrad("sqrt(v) + epsilon", "1e-8", "0", None),
                torch=_adagrad("sqrt(v) + epsilon", "1e-10", "0", "0.01"),
                keras=_adagrad("sqrt(v + epsilon)", "1e-7", "0.1", "0.001", "inside-and-started"),
                optax=_adagrad("sqrt(v + epsilon)", "1e-7", "0.1", None, "inside-and-started"),
            ),
        ),
        Optimizer(
            "rmsprop",
            _forms(
                _rmsprop("0.9", "1e-8", None),
                torch=_rmsprop("0.99", "1e-8", "0.01", inside=False),
                keras=_rmsprop("0.9", "1e-7", "0.001", velocity=True),
                optax=_rmsprop("0.9", "1e-8", None),
            ),
        ),
        Optimizer(
            "adadelta",
            _forms(
                _adadelta("0.95", "1e-6", None),
                torch=_adadelta("0.9", "1e-6", "1"),
                keras=_adadelta("0.95", "1e-7", "0.001"),
                optax=_adadelta("0.9", "1e-6", None),
            ),
        ),
        Optimizer(
            "adam",
            _forms(
                _adam(None),
                torch=_adam("0.001"),
                keras=_adam_hat("0.001"),
                optax=_adam(None),
                sklearn=_adam_hat("0.001", epsilon="1e-8"),
                tinygrad=_adam("0.001"),
            ),
        ),
        Optimizer(
            "adamw",
            _forms(
                _adam(None, "0.01"),
                torch=_adam("0.001", "0.01"),
                keras=_adam_hat("0.001", "0.004"),
                optax=_adam(None, "1e-4"),
                tinygrad=_adam("0.001", "0.01"),
            ),
        ),
        Optimizer(
            "nadam",
            _forms(
                _NADAM,
                torch=_nadam_scheduled("0.002", "0.004*", "1e-8"),
                keras=_nadam_scheduled("0.001", "", "1e-7"),
                optax=_NADAM,
            ),
        ),
        Optimizer(
            "amsgrad",
            _forms(
                _amsgrad((_M, _V, _MAX), "-(rate*(m/(sqrt(r) + epsilon)))", None),
                torch=_amsgrad(
                    (_M, _V, _MAX, _MHAT, ("rhat", "r/(1 - beta2^t)", "corrected")),
                    "-(rate*(mhat/(sqrt(rhat) + epsilon)))",
                    "0.001",
                    differs="maximum-corrected",
                ),
                keras=_amsgrad(
                    (_M, _V, _MAX, _ALPHA),
                    "-(alpha*(m/(sqrt(r) + epsilon)))",
                    "0.001",
                    "1e-7",
                    "epsilon-hat",
                ),
                optax=_amsgrad(
                    (_M, _V, _MHAT, _VHAT, ("r", "max(r, vhat)", "largest")),
                    "-(rate*(mhat/(sqrt(r) + epsilon)))",
                    None,
                    differs="corrected-maximum",
                ),
            ),
        ),
        Optimizer("lion", _forms(_lion(None, "0"), optax=_lion(None, "1e-3"), keras=_lion("0.001", "0"))),
        Optimizer("rprop", _forms(_rprop(None), torch=_rprop("0.01"), optax=_RPROP_OPTAX), also=("irprop",)),
    )
}
USUAL: Final = next(iter(OPTIMIZERS))  # what a file that names none is trained by
