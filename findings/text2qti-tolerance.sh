#!/usr/bin/env bash
# text2qti 0.8.0 (quizzes in Markdown for Canvas): a tolerance in per cent is rounded to four decimals, with the answer. 0.00025 +- 10 %
# accepts what lies from 0.0002 to 0.0003 (asked for: from 0.000225 to 0.000275) and has 0.0003 for its answer; −0.00012 +- 0.00001
# accepts −0.0001 alone, so that the right answer itself is wrong. No warning is given. An expert would guess bounds with the digits that
# the numbers have, in a format (QTI 1.2) that sets no limit to them; an answer below 0.0001 is refused with a message, as that limit shows.
# Seen: answer, lower and upper bound as in the list below; 0.25 +- 0.01 and 1234.56789 +- 0.5 % are as asked for.
# For us: derivatives are often of that size; nothing of ours goes by way of it, and bounds are written with all their digits.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check 'text2qti==0.8.0'
{
  printf 'Quiz title: derivatives\n'
  for answer in '0.25 +- 0.01' '0.00833 +- 1%' '0.00025 +- 10%' '-0.00012 +- 0.00001'; do printf '\n1.  The derivative that is %s\n=   %s\n' "$answer" "$answer"; done
} >quiz.txt
venv/bin/text2qti quiz.txt >/dev/null
venv/bin/python - <<'PY' | tee seen
import re
import zipfile
from importlib.metadata import version

print("text2qti", version("text2qti"))
with zipfile.ZipFile("quiz.zip") as package:
    texts = [package.read(name).decode() for name in package.namelist() if name.endswith(".xml")]
quiz = next(text for text in texts if "<varequal" in text)
for item in re.findall(r"<item .*?</item>", quiz, re.DOTALL):
    print(*(re.search(rf"<{name} [^>]*>([^<]*)<", item)[1].strip() for name in ("varequal", "vargte", "varlte")))
PY
diff - seen <<'TXT'
text2qti 0.8.0
0.2500 0.2400 0.2600
0.0083 0.0082 0.0084
0.0003 0.0002 0.0003
-0.0001 -0.0001 -0.0001
TXT
echo "as seen: answers and bounds have four decimals, whatever was asked for"
