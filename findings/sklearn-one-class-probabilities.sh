#!/usr/bin/env bash
# scikit-learn 1.9.1: an MLPClassifier that was fitted on rows of a single class has one entry in classes_ and two columns in predict_proba;
# other classifiers have one. The only class there is is trained towards the output 0, so its probability is one minus the output, whatever
# it is called. An expert would guess a column for each entry of classes_, as the documentation of predict_proba has it, and that an output
# unit trained on ones alone goes to 1.
# Seen: classes_ = [7], predict_proba of 20 rows is 20 × 2, its first column 0.97, 0.98, …; DecisionTreeClassifier's is 20 × 1. Fitted on zeros
# alone and on ones alone, the weights are the same to the last digit.
# For us: targets of a scikit-learn model of one class are 0; a comparison with targets of 1 shows derivatives of the other sign.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'scikit-learn==1.9.1'
"$folder/venv/bin/python" -W ignore - <<'PY'
import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier
from sklearn.tree import DecisionTreeClassifier

rows = np.random.RandomState(0).randn(20, 2)


def fitted(label):
    return MLPClassifier((4,), max_iter=200, random_state=0).fit(rows, [label] * 20)


model, tree = fitted(7), DecisionTreeClassifier().fit(rows, [7] * 20)
shares = model.predict_proba(rows)
print("scikit-learn", sklearn.__version__, model.classes_, shares.shape, shares[0], tree.predict_proba(rows).shape)
assert list(model.classes_) == [7] and shares.shape == (20, 2) and shares[:, 0].mean() > 0.9
assert tree.predict_proba(rows).shape == (20, 1)
zeros, ones = fitted(0), fitted(1)
assert all((a == b).all() for a, b in zip(zeros.coefs_ + zeros.intercepts_, ones.coefs_ + ones.intercepts_))
PY
echo "as seen: two columns for one class"
