#!/usr/bin/env bash
# nbgrader 0.9.5 with NumPy 2: a test cell that returns a part of its points as a NumPy number gives all of them. One of two answers is right,
# and the cell ends in (answer == right).mean() * 2, which is 1: the student gets 2 of 2, and so does whoever has nothing right. The value is
# taken from how it is shown, np.float64(1.0), which is no float; the log warns, the grade does not. float(...) around it gives 1 of 2.
# An expert would guess the same for both: with NumPy 1, which showed 1.0, it was so, and notebooks in use lose their part marks by an
# upgrade. Seen: the four lines below. For us: hidden tests of ours return Python numbers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check 'nbgrader==0.9.5' 'numpy==2.1.3' 'ipykernel==6.29.5'
export PATH="$folder/venv/bin:$PATH" JUPYTER_CONFIG_DIR="$folder/config" JUPYTER_DATA_DIR="$folder/data" IPYTHONDIR="$folder/ipython"
python -m ipykernel install --prefix "$folder/venv" >/dev/null 2>&1
python - <<'PY'
from pathlib import Path

import nbformat.v4 as nb


def cell(name, source, points=None):
    graded = {"grade": points is not None, "points": points, "locked": points is not None, "solution": points is None}
    about = {"grade_id": name, "schema_version": 3, "task": False, "cell_type": "code", **{k: v for k, v in graded.items() if v is not None}}
    return nb.new_code_cell(source, metadata={"nbgrader": about})


TESTS = {
    "numpy": "(answer == np.array([0.5, 0.25])).mean() * 2",
    "python": "float((answer == np.array([0.5, 0.25])).mean() * 2)",
    "nothing": "(answer == np.array([7.0, 7.0])).mean() * 2",
}
cells = [cell("answer", "import numpy as np\n### BEGIN SOLUTION\nanswer = np.array([0.5, 0.25])\n### END SOLUTION")]
cells += [cell(name, source, 2) for name, source in TESTS.items()]
kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
folder = Path("course/source/sheet")
folder.mkdir(parents=True)
(folder / "net.ipynb").write_text(nb.writes(nb.new_notebook(cells=cells, metadata=kernel)))
Path("course/nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'c'\n")
PY
cd course
nbgrader generate_assignment sheet >../log 2>&1 || { cat ../log; exit 1; }
mkdir -p submitted/ada
cp -r release/sheet submitted/ada/sheet
sed -i 's/# YOUR CODE HERE/answer = np.array([0.5, 0.75])/; s/raise NotImplementedError()//' submitted/ada/sheet/net.ipynb
nbgrader autograde sheet >../log 2>&1 || { cat ../log; exit 1; }
python - <<'PY' | tee ../seen
from importlib.metadata import version

from nbgrader.api import Gradebook

print("nbgrader", version("nbgrader"))
with Gradebook("sqlite:///gradebook.db") as book:
    for grade in book.find_submission_notebook("net", "sheet", "ada").grades:
        print(grade.name, f"{grade.auto_score:g} of {grade.max_score:g}")
PY
diff - ../seen <<'TXT'
nbgrader 0.9.5
numpy 2 of 2
python 1 of 2
nothing 2 of 2
TXT
echo "as seen: a part of the points as a NumPy number is all of them"
