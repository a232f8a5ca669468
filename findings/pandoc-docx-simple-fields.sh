#!/usr/bin/env bash
# pandoc 3.9 (pypandoc_binary 1.17): its reader of Word files keeps the result of a field that is written with marks of beginning and end
# (w:fldChar), whatever the field is, and leaves out the result of the very same field in its short form (w:fldSimple), equations in it too. No
# warning, exit code 0. ISO/IEC 29500-1, 17.16.19, has both as spellings of one thing, and an expert would guess that both are read, or
# neither. A direction of writing around a run (w:bdo) takes its text along as well, an embedded form field (w:sdt) does not.
# Seen: "z = 0.3 follows" with 0.3 as the result of DOCPROPERTY between marks, or in w:sdt, is read whole; as w:fldSimple, with the same
# instruction, and in w:bdo it comes back as "z = follows".
# For us: numbers that somebody put into a hand-in as fields were gone unsaid; the reader of .docx files takes such tags away first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'pypandoc_binary==1.17'
"$folder/venv/bin/python" - <<'PY'
import io
import subprocess
import zipfile

import pypandoc

PANDOC = pypandoc.get_pandoc_path()
OFFICE, PACKAGE = "http://schemas.openxmlformats.org/officeDocument/2006", "http://schemas.openxmlformats.org/package/2006"
SPACES = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:m="{OFFICE}/math"'
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def read(inside: str) -> str:
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document {SPACES}><w:body><w:p><w:r><w:t xml:space="preserve">z = </w:t></w:r>{inside}'
        '<w:r><w:t xml:space="preserve"> follows</w:t></w:r></w:p></w:body></w:document>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    run = subprocess.run([PANDOC, "-f", "docx", "-t", "plain"], input=packed.getvalue(), capture_output=True, check=True)
    assert run.stderr == b""
    return run.stdout.decode().strip()


version = subprocess.run([PANDOC, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
print("pandoc", version)
assert version.startswith("3.9"), version
RUN = "<w:r><w:t>0.3</w:t></w:r>"
MARK = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
marks = [MARK.format(kind) for kind in ("begin", "separate", "end")]
WAYS = {
    "between marks": f"{marks[0]}<w:r><w:instrText>DOCPROPERTY z</w:instrText></w:r>{marks[1]}{RUN}{marks[2]}",
    "w:sdt": f"<w:sdt><w:sdtPr/><w:sdtContent>{RUN}</w:sdtContent></w:sdt>",
    "w:fldSimple": f'<w:fldSimple w:instr="DOCPROPERTY z">{RUN}</w:fldSimple>',
    "an equation in it": '<w:fldSimple w:instr="DOCPROPERTY z"><m:oMath><m:r><m:t>0.3</m:t></m:r></m:oMath></w:fldSimple>',
    "w:bdo": f'<w:bdo w:val="ltr">{RUN}</w:bdo>',
}
for way, inside in WAYS.items():
    seen = read(inside)
    print(f"{way:18} {seen}")
    assert seen == ("z = 0.3 follows" if way in ("between marks", "w:sdt") else "z = follows")
PY
echo "as described"
