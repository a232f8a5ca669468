#!/usr/bin/env bash
# pyslet 0.7.20170805 (QTI 2.1): more tolerance accepts less. equal with tolerance="5" (per cent) takes 0.26 for 0.25, as it should;
# with tolerance="10" it refuses 0.26 and 0.24: the attribute, a list of one or two numbers, is read sign by sign, so that "10" is 1 per cent
# below and 0 per cent above, and "20" is 2 and 0. The items are valid; a line goes to the log, and marks are given. An expert would guess
# that two digits are one number, and that whoever passes with 5 per cent passes with 10. Seen: for each tolerance whether 0.25, 0.26 and
# 0.24 are right (1) or not (0).
# For us: nothing hangs on it; numbers in items of ours are marked between two bounds that are written out (gte, lte).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check 'pyslet==0.7.20170805'
venv/bin/python - <<'PY' | tee seen
from importlib.metadata import version

from pyslet.qtiv2 import variables, xml

ITEM = """<?xml version="1.0"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="t" adaptive="false" timeDependent="false">
<responseDeclaration identifier="R" cardinality="single" baseType="float"/>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody><p><textEntryInteraction responseIdentifier="R"/></p></itemBody>
<responseProcessing><responseCondition><responseIf>
<equal toleranceMode="{mode}" tolerance="{tolerance}"><baseValue baseType="float">{right}</baseValue><variable identifier="R"/></equal>
<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>
</responseIf></responseCondition></responseProcessing></assessmentItem>"""


def score(mode, tolerance, right, typed):
    document = xml.QTIDocument()
    document.read(src=ITEM.format(mode=mode, tolerance=tolerance, right=right))
    state = variables.ItemSessionState(document.root)
    state.begin_session()
    state["R"].set_value(typed)
    document.root.ResponseProcessing.run(state)
    return state["SCORE"].value


print("pyslet", version("pyslet"))
for tolerance in ("5", "10", "20", "10 10"):
    print(tolerance, *(score("relative", tolerance, "0.25", typed) for typed in (0.25, 0.26, 0.24)))
PY
diff - seen <<'TXT'
pyslet 0.7.20170805
5 1.0 1.0 1.0
10 1.0 0.0 0.0
20 1.0 0.0 0.0
10 10 1.0 0.0 0.0
TXT
echo "as seen: ten per cent of tolerance take less than five"
