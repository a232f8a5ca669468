"""The self-check page, typed into in a browser: right, wrong, what a mistake gives, empty, a comma; no answer can be read in its source."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64encode
from dataclasses import replace
from functools import lru_cache
from hashlib import pbkdf2_hmac, sha256
from html import unescape
from pathlib import Path

import pytest

from derivegen.classroom.sheet import Work
from derivegen.document.words import FIRST, LAST
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.sealed import ROUNDS, canonical, seal
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.network.asked import Exercise
from tests.often import times
from tests.render.test_html import CHROMIUM, in_browser, looked_at
from tests.worked import as_they_stand

ALL = "values,update,table,blanks,choice,order,find-error,symbolic"


@lru_cache(maxsize=6)
def work(name: str = "article-004", hints: int = 1, language: str = "en", kinds: str = ALL) -> Work:
    made = as_they_stand(name, kinds, language=language)
    own = made.exercises.press
    network = replace(own.graph.network, exercise=Exercise(hints=hints))
    pressed = replace(own, graph=replace(own.graph, network=network))
    return replace(made.exercises, press=pressed).work(made.exercise.variant)


@lru_cache(maxsize=6)
def page(name: str = "article-004", hints: int = 1, language: str = "en", kinds: str = ALL) -> str:
    return work(name, hints, language, kinds).selfcheck()


def data(text: str) -> dict[str, list[dict[str, object]]]:
    found = re.search(r'<script type="application/json" id="answers">(.*?)</script>', text, re.S)
    assert found is not None
    made: dict[str, list[dict[str, object]]] = json.loads(found[1])
    return made


def answers(of: Work) -> list[tuple[Question, Answer]]:
    return list(of.exercise.answers())


def place(of: Work, form: str, quantity: str = "") -> int:
    return next(n for n, (_, a) in enumerate(answers(of)) if a.form == form and quantity in ("", a.quantity))


# what stands in the page


def test_every_answer_has_its_field() -> None:
    text, count = page(), len(answers(work()))
    assert [int(n) for n in re.findall(r'id="a(\d+)"', text)] == list(range(count))
    assert len(data(text)["fields"]) == count
    assert not any(FIRST <= ord(character) <= LAST for character in text)


@pytest.mark.parametrize("name", ["article-004", "article-000", "softmax-2-3-2"])
def test_no_answer_stands_in_the_source(name: str) -> None:
    kinds = "values,update,table"
    of, text = work(name, 1, "en", kinds), page(name, 1, "en", kinds)
    visible = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<script.*?</script>", "", text, flags=re.S)
    hidden = json.dumps(data(text))
    for _, answer in answers(of):
        printed = of.trace.text(answer.quantity).lstrip("-")
        if len(printed) > 5:  # a short one may be a given number too
            assert printed not in unescape(visible)
            assert printed not in hidden
    for sentence in re.findall(r'"mistake\.[\w-]+\.(?:hint|says|name)"', hidden):
        raise AssertionError(sentence)
    assert "Which factors" not in hidden


def test_the_field_for_the_right_value_does_not_say_which_line_is_wrong() -> None:
    of = work()
    n = next(n for n, (question, a) in enumerate(answers(of)) if question.kind == "find-error" and a.form == "number")
    label = re.search(rf'id="a{n}" aria-label="([^"]*)"', page())
    assert label is not None and label[1] == f"{answers(of)[n][1].label}: what the wrong line should come to"


def test_hints_are_hidden_and_only_where_the_teacher_allows() -> None:
    hinted, bare = data(page())["fields"], data(page(hints=0))["fields"]
    assert any(each.get("hints") for each in hinted)
    assert not any(each.get("hints") for each in bare)
    assert [each.get("right") for each in hinted] == [each.get("right") for each in bare]


def test_equal_answers_do_not_look_alike() -> None:
    assert seal("1e-1", "007 1a").tag != seal("1e-1", "007 1b").tag
    assert seal("1e-1", "x").tag == pbkdf2_hmac("sha256", b"1e-1", b"x", ROUNDS)[:8].hex()


@pytest.mark.parametrize(
    ("texts", "same"),
    [
        (("0.3", "0.3000", ".3", "3e-1", "+0.30"), "3e-1"),
        (("-0.0100", "-0.01"), "-1e-2"),
        (("0", "0.0", "-0.000"), "0"),
        (("1200", "1.2e3"), "12e2"),
    ],
)
def test_numbers_have_one_canonical_form(texts: tuple[str, ...], same: str) -> None:
    assert {canonical(text) for text in texts} == {same}


def test_the_policy_allows_this_script_and_no_other() -> None:
    text = page()
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in text
    assert not re.search(r"<[^>]+\son\w+=", text)
    assert not re.search(r"""(?:src|href)=["']?https?:""", text)


def test_german_speaks_german() -> None:
    text = page(language="de")
    assert "Selbstkontrolle" in text and "Nicht richtig." in text
    assert "Not right." not in text


def test_the_same_exercise_gives_the_same_bytes() -> None:
    assert work().selfcheck() == page()


# in a browser


def typed(text: str, folder: Path, entries: list[tuple[int, str]], then: str = "") -> list[str]:
    """What the page says of each entry, typed one after the other; then what it says after a click on an element."""
    driver = (
        f"const entries = {json.dumps(entries)}, said = [];"
        "for (const [place, value] of entries) {"
        "  const box = document.getElementById(`a${place}`); box.value = value;"
        "  box.dispatchEvent(new Event('change'));"
        "  const output = document.getElementById(`m${place}`);"
        "  said.push(`${output.className}|${output.textContent}`); }"
        f"const next = {json.dumps(then)};"
        "if (next) { document.getElementById(next).click(); said.push(document.getElementById('summary').textContent); }"
        "document.body.replaceChildren(Object.assign(document.createElement('pre'), "
        "{id: 'found', textContent: JSON.stringify(said)}));"
    )
    allowed = f"script-src 'sha256-{b64encode(sha256(driver.encode()).digest()).decode()}' "
    framed = folder / "page.html"
    framed.write_text(
        text.replace("script-src ", allowed, 1).replace("</body>", f"<script>{driver}</script></body>"),
        encoding="utf-8",
    )
    assert CHROMIUM is not None
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    run = subprocess.run(
        [CHROMIUM, *flags, "--dump-dom", f"--user-data-dir={folder / 'profile'}", framed.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', run.stdout, re.S)
    assert found is not None, run.stderr[-2000:]
    said: list[str] = json.loads(unescape(found[1]))
    return said


@in_browser
def test_every_right_answer_is_right(tmp_path: Path) -> None:
    of = work()
    right = [(n, a.right or of.trace.text(a.quantity)) for n, (_, a) in enumerate(answers(of)) if a.form != "formula"]
    *said, summary = typed(page(), tmp_path, right, "all")
    assert set(said) == {"right|Right."}
    assert summary == f"{len(right)} of {len(right)} right."


@in_browser
def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    w = place(work(), "number", "dloss/db[2][1]")  # −0.2277
    z = place(work(), "number", "z[1][1]")  # 0.3
    entries = [
        (w, "-0,2277"),
        (w, "−0.2277"),
        (w, "-.2277"),
        (w, " - 0.22770 "),
        (w, "-2.277e-1"),
        (w, "-2.277·10^-1"),
        (z, "0.3000"),
        (z, ".3"),
        (z, "3/10"),
        (w, "about -0.2"),
        (w, ""),
        (w, "-0.22767"),
        (w, "-0.22764"),
        (w, "-0.228"),
        (w, "-0.2278"),
        (w, "1.0.0"),
        (w, "9" * 400),
    ]
    said = typed(page(hints=0), tmp_path, entries)
    assert said[:8] == ["right|Right."] * 8
    assert said[8].startswith("wrong|This is no number.")
    assert said[9].startswith("wrong|This is no number.")
    assert said[10] == "|"
    assert said[11] == "right|Right. Rounded as asked for, this is −0.2277."
    assert said[12] == "wrong|Not right."
    assert said[13] == "wrong|Not right, or too few digits: give 4 decimals."
    assert said[14] == "wrong|Not right."
    assert said[15].startswith("wrong|This is no number.")
    assert said[16].startswith("wrong|Not right")


@in_browser
def test_a_mistake_has_its_hint_and_another_number_none(tmp_path: Path) -> None:
    of = work()
    entries, hints = [], []
    for n, (_, answer) in enumerate(answers(of)):
        for mistake in of.exercise.variant.wrong.get(answer.quantity, {}) if answer.form == "number" else ():
            text = of.trace.text(mistaken_name(answer.quantity, mistake))
            if text != of.trace.text(answer.quantity):
                entries.append((n, text))
                hints.append(of.exercises.press.words.plain(f"mistake.{mistake}.hint"))
    assert len(hints) > 40
    *said, other = typed(page(), tmp_path, [*entries, (place(of, "number"), "17")])
    for found, hint in zip(said, hints, strict=True):
        assert found.startswith("wrong|Not right. Hint: ")
        assert hint in found
    assert other.startswith("wrong|Not right") and "Hint" not in other
    assert not any("Hint" in found for found in typed(page(hints=0), tmp_path, entries))


@in_browser
def test_letters_lines_and_orders(tmp_path: Path) -> None:
    of = work()
    choice, line, order = (place(of, form) for form in ("letter", "line", "order"))
    (question, wanted) = answers(of)[order]
    swapped = wanted.right[-1] + wanted.right[1:-1] + wanted.right[0]
    wrong = next(letter for letter in "ABCD" if letter != answers(of)[choice][1].right)
    said = typed(
        page(),
        tmp_path,
        [
            (choice, wrong),
            (line, "line 99"),
            (line, "?"),
            (order, " ".join(wanted.right.lower())),
            (order, swapped),
            (order, "AAA"),
        ],
    )
    assert said[0].startswith("wrong|Not right. Hint: ")
    assert said[1] == "wrong|Not right."
    assert said[2] == "wrong|Write the number of the line."
    assert said[3] == "right|Right."
    assert said[4] == "wrong|Not right."
    assert said[5] == "wrong|Write each letter once, one after the other."
    assert question.kind == "order"


@in_browser
def test_what_is_left_empty_is_not_wrong(tmp_path: Path) -> None:
    of = work()
    count = sum(answer.form != "formula" for _, answer in answers(of))
    first = place(of, "number", "z[1][1]")
    assert typed(page(), tmp_path, [(first, "0.3")], "all") == ["right|Right.", f"1 of {count} right."]


@in_browser
def test_german_numbers_have_commas(tmp_path: Path) -> None:
    w = place(work(language="de"), "number", "dloss/db[2][1]")
    said = typed(page(language="de"), tmp_path, [(w, "-0,22767"), (w, "-0,2277")])
    assert said == ["right|Richtig. Wie verlangt gerundet ist das −0,2277.", "right|Richtig."]


SEEN = [
    (name, width, dark) for name in ("article-004", "softmax-2-3-2") for width, dark in ((500, False), (1280, True))
]


@in_browser
@pytest.mark.parametrize(("name", "width", "dark"), times((SEEN[0], SEEN[3]), SEEN))
def test_axe_finds_nothing(name: str, width: int, dark: bool, tmp_path: Path) -> None:
    open_to_axe = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page(name))
    assert looked_at(open_to_axe, tmp_path, width, dark) == {"wide": 0, "found": []}
