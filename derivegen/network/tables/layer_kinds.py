"""The table of layer kinds: each is one short text of indexed equations. To add one, add an entry.

`takes` are the letters of what enters, which the text calls `below`: a letter with a question mark may be missing there, * is all there
are (before the last one, in "*,k"). `axes` are the layer's own letters; how far one runs is another letter, an option of the file or
arithmetic with these. In the texts

- a letter with a question mark stands only where the layer has it, a star stands for the letters it took;
- a capital letter is the size of the small one, an option its number (`size1` and `size2` those of two directions);
- `{b: + b[j]}` stands only where the layer has biases, `{word: …}` where it has that option, or where an option is that word;
- `f(z[j])` is the activation of the layer.

The last node is what the layer gives to the next. What is of an example need not say so: the letter of the examples, r, is added; only what
is summed over examples names it. Sources: LSTM, Hochreiter and Schmidhuber 1997, peepholes Gers and others 2002; GRU, Cho and others 2014
(reset "before" the product; "after" as in cuDNN, PyTorch and Keras); attention and sinusoids, Vaswani and others 2017; the norms, Ioffe and
Szegedy 2015, Ba and others 2016, Zhang and Sennrich 2019; dropout, Srivastava and others 2014.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from derivegen.network.network import Counts
from derivegen.network.tables.layer_texts import (
    ALONG,
    AT,
    BESIDE,
    DOWN,
    GRU,
    LSTM,
    PEEPHOLES,
    STEPS,
    LayerKind,
    LayerText,
    attention,
    batch_norm,
    either_way,
    pool,
    row_by_row,
    running_norm,
    sinusoid,
)

DENSE: Final = LayerKind(
    "dense",
    (
        LayerText(
            "t?,k",
            (
                (
                    "z[t?,j]",
                    "sum(k, w[j,k]*below[t?,k]){each: + b[j]}{shared: + b}{threshold: - theta[j]}",
                ),
                ("a[t?,j]", "f(z[t?,j])"),
            ),
            {"j": "units"},
            weights=("w[j,k]",),
            biases=("{each:b[j]}{shared:b}{threshold:theta[j]}",),
        ),
    ),
    activation="linear",
)
"""What a layer is of which the file does not say the kind; its numbers are given as in networks of dense layers alone."""

AS_STEPS: Final[Mapping[str, Counts]] = {"t": "time", "k": "unit"}
AS_PLACES: Final[Mapping[str, Counts]] = {"c": "channel", "n": "position"}
"""What is counted where places become steps, and steps places."""

LAYER_KINDS: dict[str, LayerKind] = {
    entry.name: entry
    for entry in (
        LayerKind(
            "rnn",
            either_way(
                LayerText(
                    "t,k",
                    (
                        ("z[t,j]", "sum(k, w[j,k]*below[t,k]) + sum(i, u[j,i]*h[t-1,i]){b: + b[j]}"),
                        ("h[t,j]", "f(z[t,j])"),
                    ),
                    {"j": "units", "i": "j"},
                    weights=("w[j,k]", "u[j,i]"),
                    biases=("b[j]",),
                    outside=("h",),
                )
            ),
            {"bidirectional": False},
            activation="tanh",
            also=("simplernn", "recurrent", "elman", "vanillarnn"),
        ),
        LayerKind(
            "lstm",
            either_way(PEEPHOLES, LSTM),
            {"bidirectional": False, "peephole": False},
            also=("longshorttermmemory", "bilstm"),
        ),
        LayerKind(
            "gru", either_way(*GRU), {"bidirectional": False, "reset": "after"}, also=("gatedrecurrentunit", "bigru")
        ),
        LayerKind(
            "places_to_steps",
            (
                LayerText("c,n", (("y[t,k]", "below[k,t]"),), {"t": "n", "k": "c"}, counts=AS_STEPS),
                LayerText("n", (("y[t,k]", "below[t]"),), {"t": "n", "k": "1"}, counts=AS_STEPS),
            ),
            also=("permute", "transpose"),
        ),
        LayerKind(
            "steps_to_places",
            (LayerText("t,k", (("y[c,n]", "below[n,c]"),), {"c": "k", "n": "t"}, counts=AS_PLACES),),
        ),
        LayerKind(
            "last", (LayerText("t,k", (("y[k]", "below[T,k]"),)),), also=("laststep", "lasttimestep", "returnlast")
        ),
        LayerKind(
            "mean",
            (
                LayerText("t,k", (("y[k]", "mean(t, below[t,k])"),)),
                LayerText("c?,n", (("y[c?]", "mean(n, below[c?,n])"),)),
                LayerText("c?,m,n", (("y[c?]", "mean(m,n, below[c?,m,n])"),)),
            ),
            also=("globalaveragepooling", "globalaveragepool", "globalpool", "averageovertime", "gap"),
        ),
        LayerKind(
            "embedding",
            (
                LayerText(
                    "t",
                    (("e[t,d]", "E[below[t],d]"),),
                    {"v": "words", "d": "units"},
                    weights=("E[v,d]",),
                    counts={"v": "word"},
                ),
            ),
            also=("embed", "lookup", "wordembedding"),
        ),
        LayerKind(
            "conv",
            (
                LayerText(
                    "e?,n",
                    (
                        ("z[c?,p]", f"sum(e?,u, w[c?,e?,u]*below[e?,{AT}]){{b: + b[c?]}}"),
                        ("a[c?,p]", "f(z[c?,p])"),
                    ),
                    {"c?": "channels", "u": "size1", "p": ALONG},
                    weights=("w[c?,e?,u]",),
                    biases=("b[c?]",),
                    outside=("below",),
                ),
                LayerText(
                    "e?,m,n",
                    (
                        ("z[c?,p,q]", f"sum(e?,u,v, w[c?,e?,u,v]*below[e?,{AT},{BESIDE}]){{b: + b[c?]}}"),
                        ("a[c?,p,q]", "f(z[c?,p,q])"),
                    ),
                    {"c?": "channels", "u": "size1", "v": "size2", **DOWN},
                    weights=("w[c?,e?,u,v]",),
                    biases=("b[c?]",),
                    outside=("below",),
                ),
            ),
            {"stride": 1, **STEPS},
            activation="linear",
            also=("conv1d", "conv2d", "convolution", "convolutional", "convolution2d", "cnn"),
        ),
        LayerKind(
            "max_pool",
            pool("max"),
            {"stride": "size", **STEPS},
            also=("maxpool", "maxpooling", "maxpool1d", "maxpool2d", "maxpooling2d", "pool", "pooling"),
        ),
        LayerKind(
            "average_pool",
            pool("mean"),
            {"stride": "size", **STEPS},
            also=("avgpool", "avgpooling", "averagepooling", "avgpool2d", "averagepooling2d", "meanpool"),
        ),
        LayerKind("flatten", (LayerText("*", row_by_row, {"j": "*"}),), also=("reshape", "ravel")),
        LayerKind(
            "layer_norm",
            (
                LayerText(
                    "t?,k",
                    (
                        ("mu[t?]", "mean(k, below[t?,k])"),
                        ("d[t?,k]", "below[t?,k] - mu[t?]"),
                        ("v[t?]", "mean(k, d[t?,k]^2)"),
                        ("s[t?]", "sqrt(v[t?] + epsilon)"),
                        ("n[t?,k]", "d[t?,k]/s[t?]"),
                        ("y[t?,k]", "g[k]*n[t?,k] + b[k]"),
                    ),
                    weights=("g[k]",),
                    biases=("b[k]",),
                ),
            ),
            {"epsilon": "0.00001"},
            {"g": 1, "b": 0},
            also=("layernorm", "layernormalization", "ln"),
        ),
        LayerKind(
            "rms_norm",
            (
                LayerText(
                    "t?,k",
                    (
                        ("v[t?]", "mean(k, below[t?,k]^2)"),
                        ("s[t?]", "sqrt(v[t?] + epsilon)"),
                        ("y[t?,k]", "g[k]*below[t?,k]/s[t?]"),
                    ),
                    weights=("g[k]",),
                ),
            ),
            {"epsilon": "0.00001"},
            {"g": 1},
            also=("rmsnorm", "rmsnormalization", "rootmeansquarenorm"),
        ),
        LayerKind(
            "batch_norm",
            (
                batch_norm("k", "k", "r"),
                batch_norm("t,k", "k", "r,t"),
                batch_norm("c,n", "c", "r,n"),
                batch_norm("c,m,n", "c", "r,m,n"),
                running_norm("k", "k"),
                running_norm("t,k", "k"),
                running_norm("c,n", "c"),
                running_norm("c,m,n", "c"),
            ),
            {"epsilon": "0.00001", "running": False},
            {"g": 1, "b": 0},
            also=("batchnorm", "batchnormalization", "batchnorm1d", "batchnorm2d", "bn"),
        ),
        LayerKind(
            "dropout",
            (LayerText("*", (("y[*]", "keep[*]*below[*]/kept"),), masks=("keep[*]",)),),
            {"rate": "0.5"},
            also=("drop", "dropoutlayer"),
        ),
        LayerKind(
            "add",
            (LayerText("*", (("y[*]", "below[*] + other[*]"),), other="*"),),
            also=("residual", "skip", "sum", "plus"),
        ),
        LayerKind(
            "concatenate",
            (
                LayerText(
                    "*,k",
                    (("y[*,j<=K]", "below[*,j]"), ("y[*,j>K]", "other[*,j-K]")),
                    {"j": "k + m"},
                    other="*,m",
                ),
            ),
            also=("concat", "cat", "stack", "join"),
        ),
        LayerKind(
            "attention",
            (*attention("s<=t", True), *attention("s", False)),
            {"heads": 1, "width": "k", "causal": False, "rotary": False},
            also=("selfattention", "multiheadattention", "mha", "crossattention", "dotproductattention"),
        ),
        LayerKind(
            "position",
            (
                LayerText(
                    "t,k",
                    (("y[t,k]", "below[t,k] + pe[t,k]"),),
                    constants={"pe[t,k]": sinusoid},
                ),
            ),
            also=("positional", "positionalencoding", "sinusoidal", "posenc"),
        ),
    )
}
