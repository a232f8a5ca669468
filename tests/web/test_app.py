"""The pages of the server: what each says, that it keeps within its limits, and that what people type stays text."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import sys
import zipfile
from io import BytesIO

import pytest

from derivegen.errors import InputError, MissingPart
from derivegen.network.file.examples import example_names, languages
from derivegen.network.file.load import load_text
from derivegen.web.app import LARGEST, application
from derivegen.web.desk import line_of
from derivegen.web.form import Answer, Visit
from derivegen.web.limits import SECONDS_IN_HAND, Rate
from derivegen.web.pool import Broken, BrokenOff, Busy
from derivegen.web.serving import serve
from tests.often import times
from tests.web.asked import NETWORK, Reply, directly, drop, get, post

NASTY = "<script>alert(1)</script> \" ' & </textarea>"


def explained(**fields: str) -> Reply:
    return post("/explain", {"net": NETWORK, **fields})


def test_every_view_answers_in_every_language_and_is_whole_without_a_script() -> None:
    for language in languages():
        for name in ("explain", "practise", "check"):
            page = get(f"/{name}?language={language}")
            assert page.status == 200 and f'<html lang="{language}">' in page.text
            assert not re.search(r"<script(?! src=\"script\.js\" defer></script>)|\son\w+=|javascript:", page.text)
    page = get("/explain")
    assert "Forward:" in page.words and page.text.count("<math") > 20  # it explains at once
    assert 'href="style.css"' in page.text and "http" not in re.sub(r'xmlns="[^"]*"', "", page.text)


def test_the_language_is_that_of_the_browser_until_one_is_chosen() -> None:
    assert '<html lang="fr">' in get("/explain", accept_language="xx, fr-CA;q=0.9, de").text
    assert '<html lang="de">' in get("/explain?language=de", accept_language="fr").text
    assert '<html lang="en">' in get("/explain?language=../../etc", accept_language="").text


def test_every_response_holds_the_browser_to_a_strict_policy() -> None:
    for reply in (
        get("/explain"),
        get("/style.css"),
        get("/nowhere"),
        get("/health"),
        post("/explain", {}, sec_fetch_site="cross-site"),
    ):
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy.replace("style-src-attr 'unsafe-inline'", "")
        assert reply.headers["x-content-type-options"] == "nosniff"
    assert get("/explain").headers["cache-control"] == "no-store"


def test_what_another_site_sends_is_refused() -> None:
    for foreign in (
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
    ):
        reply = post("/explain", {"net": NETWORK}, **foreign)
        assert reply.status == 403 and "another site" in reply.words
    assert post("/explain", {"net": NETWORK}, sec_fetch_site="same-origin", origin="http://testing").status == 200


def test_too_much_and_too_often_are_refused() -> None:
    assert post("/explain", {"net": "x"}, content_length=str(LARGEST + 1)).status == 413
    assert (
        post("/explain", {"net": "x" * (LARGEST + 1)}, content_length="10").status == 413
    )  # it says one thing and sends another
    assert post("/explain", [(f"n{k}", "") for k in range(1000)]).status == 413
    now = [0.0]
    app = application(directly, Rate(1, lambda: now[0]))
    found = [post("/check", {}, app).status for _ in range(SECONDS_IN_HAND + 2)]
    assert found == [200] * SECONDS_IN_HAND + [429] * 2
    now[0] = 1.0
    assert [post("/check", {}, app).status for _ in range(2)] == [200, 429]


def test_the_clients_that_are_kept_in_mind_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivegen.web.limits.MOST_CLIENTS", 3)
    rate = Rate(1, lambda: 0.0)
    assert all(rate.allows(str(client)) for client in range(10)) and len(rate._hands) == 3


def test_a_worker_that_does_not_come_back_is_a_page_that_says_so() -> None:
    for error, words in ((Broken, "ended without a result"), (BrokenOff, "took too long"), (Busy, "Many people")):

        async def fails(_: Visit, error: type[Exception] = error) -> Answer:
            raise error

        reply = get("/explain", application(fails, Rate(0)))
        assert reply.status == 503 and words in reply.words


def test_pages_that_are_none() -> None:
    assert get("/nowhere").status == 404 and "no such page" in get("/nowhere").words
    assert 'href="style.css"' in get("/nowhere").text and 'href="../../style.css"' in get("/no/such/page").text
    assert get("/export").status == 404 and get("/").headers["location"] == "explain"
    assert get("/health").body.startswith(b'{"status":"ok"')
    style = get("/style.css")
    assert get("/style.css", if_none_match=style.headers["etag"]).status == 304


def test_a_page_of_another_host_name_is_refused_on_a_machine_of_ones_own() -> None:
    app = application(directly, Rate(0), ("127.0.0.1", "localhost"))
    assert get("/health", app).status == 400 and get("/health", app, host="localhost:8000").status == 200


def test_where_nobody_can_listen_or_a_part_is_missing_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match=r"cannot listen at 127\.0\.0\.1.*choose another --port"):
            serve("127.0.0.1", taken.getsockname()[1], 1, 0, print)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(MissingPart, match=r'pip install "derivegen\[web\]"'):
        serve("127.0.0.1", 0, 1, 0, print)


# explain


def test_each_part_of_the_figure_has_its_derivation() -> None:
    page = explained(at="w[1][1][1]")
    assert "The derivative with respect to" in page.words and 'data-stop="w[1][1][1]"' in page.text
    assert {"z[1][1]", "w[2][1][1]", "loss"} <= set(re.findall(r"([\w\[\]]+) [o-] ", page.text))
    assert 'data-stop="delta[1][1]"' in explained(at="z[1][1]", to="delta[1][1]").text
    assert 'data-stop="z[2][1]"' in explained(at="z[1][1]", do="next").text
    assert 'data-stop="b[1][1]"' in explained(at="z[1][1]", do="back").text
    assert 'data-stop="z[1][1]"' in explained(at="nothing of the kind").text


def test_the_whole_solution_and_the_matrices() -> None:
    assert "The rules to remember" in explained(view="page").words
    assert "matrix form" in explained(view="matrix").words
    graph = post("/explain", {"do": "example", "example": "graph-product", "view": "matrix"})
    assert graph.status == 200 and 'value="matrix"' not in graph.text  # a graph has no matrices


def test_a_number_that_is_changed_is_written_into_the_file() -> None:
    page = explained(**{"do": "numbers", "number:w[1][1][1]": "0,8", "number:b[1][1]": "1/3"})
    network = load_text(page.network)
    assert "weights = [[0.8]]" in page.network and 'biases = ["1/3"]' in page.network and network.title == "Small"
    assert explained(do="numbers").network == NETWORK  # nothing changed, nothing rewritten
    german = explained(**{"do": "numbers", "number:w[1][1][1]": "0,8", "language": "de"})
    assert (
        'value="0,8"' in german.text
        and german.network == explained(**{"do": "numbers", "number:w[1][1][1]": "0.8"}).network
    )
    odd = explained(net=NETWORK.replace("0.4", "0.00000125").replace("0.3", "1e15"))
    assert 'value="0.00000125"' in odd.text and 'name="number:w[2][1][1]"' not in odd.text
    for typed in ("a lot", ""):  # an emptied field is no number either
        wrong = explained(**{"do": "numbers", "number:w[1][1][1]": typed})
        assert wrong.status == 422 and "expected a number" in wrong.words and wrong.network == NETWORK
        assert 'name="number:w[1][1][1]"' in wrong.text and 'data-stop="' in wrong.text  # all else is there


def test_layers_that_are_changed_are_written_into_the_file() -> None:
    fields = [
        ("net", NETWORK),
        ("inputs", "2"),
        ("units", "3"),
        ("activation", "tanh"),
        ("units", "1"),
        ("activation", "linear"),
    ]
    page = post("/explain", [*fields, ("do", "shape")])
    network = load_text(page.network)
    assert page.status == 200 and len(network.inputs[0]) == 2 and "tanh" in page.network
    more = post("/explain", [*fields, ("do", "add")])
    assert more.network.count("[[layer]]") == 3
    assert post("/explain", [*fields, ("net", NETWORK), ("do", "remove")]).network.count("[[layer]]") == 1
    assert (
        post(
            "/explain", [("net", NETWORK), ("inputs", "9" * 9), ("units", "-4"), ("activation", NASTY), ("do", "shape")]
        ).status
        == 200
    )


def test_a_title_that_nobody_has_written_follows_the_layers() -> None:
    first = get("/explain?language=de")
    assert '<h1 id="title" data-part>Ein 2–2–2-Netz</h1>' in first.text
    assert ">A 2–2–2 network</h1>" in post("/explain", {"net": first.network, "language": "en"}).text

    def changed(net: str) -> str:
        layers = [("units", "3"), ("activation", "tanh"), ("units", "1"), ("activation", "linear")]
        return post("/explain", [("net", net), *layers, ("do", "shape")]).network

    assert 'title = "A 2–3–1 network"' in changed(first.network)
    example = post("/explain", {"do": "example", "example": "article-004"}).network
    german = post("/explain", {"do": "example", "example": "article-004", "language": "de"})
    assert "Eine verdeckte Einheit, von Hand gerechnet</h1>" in german.text and german.network == example
    assert 'title = "A 1–3–1 network"' in changed(example) and 'title = "Small"' in changed(NETWORK)


def test_numbers_stand_under_what_they_are() -> None:
    legends = r"<legend>(Parameters|Constants|Inputs|Targets)</legend>"
    recurrent = post("/explain", {"do": "example", "example": "rnn"})
    assert re.findall(legends, recurrent.text) == ["Parameters", "Constants", "Inputs"]
    assert re.findall(legends, explained().text) == ["Parameters", "Inputs", "Targets"]


def test_a_fault_stands_beside_the_editor_with_its_line() -> None:
    page = explained(net=NETWORK.replace('"sigmoid"', '"sigmoit"'))
    assert page.status == 422 and 'data-line="3"' in page.text and 'aria-invalid="true"' in page.text
    assert 'did you mean "sigmoid"?' in page.words and "network:" not in page.words.split("line 3")[1][:10]
    assert line_of("a = 1\n[[layer]]\nunits = 2\n[[layer]]\nunits = x", "network: layer[2].units: found") == 5
    assert line_of("a = 1\nb = ", "network: line 2, column 5: found") == 2
    assert line_of("a = 1", "network: nothing of it") == 0


def test_no_file_of_the_server_can_be_read() -> None:
    text = NETWORK.replace("[[0.4]]", '{ file = "/etc/passwd.csv" }')
    page = explained(net=text)
    assert page.status == 422 and "no file is read here" in page.words and "folder" not in page.words
    assert post("/explain", {"do": "example", "example": "../../../etc/passwd"}).status == 422


def test_what_people_type_stays_text() -> None:
    net = NETWORK.replace('"Small"', '"""' + NASTY.replace("\\", "") + '"""')
    for reply in (
        post("/explain", {"net": net}),
        post("/explain", {"net": NASTY}),
        post("/practise", {"net": NETWORK, "do": "line", "line": NASTY, "lines": NASTY, "shown": NASTY}),
        post("/check", {"net": NETWORK, "do": "check", "answers": f"{NASTY}\nz = {NASTY} = 0.3"}),
        drop("/check", {"net": NETWORK}, NASTY.replace('"', ""), b"z = 0.3"),
    ):
        assert "<script>alert" not in reply.text and reply.text.count("</textarea>") == reply.text.count("<textarea")


def test_every_format_is_a_file_to_keep() -> None:
    for form, begins in (("pdf", b"%PDF"), ("html", b"<!DOCTYPE"), ("json", b"{"), ("latex", b"\\"), ("ipynb", b"{")):
        reply = post("/export", {"net": NETWORK, "format": form})
        assert reply.status == 200 and reply.body.startswith(begins), form
        assert reply.headers["content-disposition"].startswith('attachment; filename="network.')
    packed = zipfile.ZipFile(BytesIO(post("/export", {"net": NETWORK, "format": "md"}).body))
    assert "network.md" in packed.namelist() and len(packed.namelist()) > 2
    assert post("/export", {"net": NETWORK, "format": "exe"}).status == 422
    assert post("/save", {"net": NETWORK}).body.decode() == NETWORK


@pytest.mark.parametrize("name", times(("rnn", "softmax-2-3-2", "graph-product"), example_names()))
def test_every_example_is_explained(name: str) -> None:
    for view in ("explain", "practise", "check"):
        reply = post(f"/{view}", {"do": "example", "example": name})
        assert reply.status == 200 or "practise:" in reply.words, reply.words[-400:]


# practise


def test_a_line_is_judged_a_hint_is_given_and_the_next_line_is_shown() -> None:
    first = post("/practise", {"net": NETWORK, "do": "line", "line": "z = 0.4*0.5 + 0.1 = 0.3"})
    assert '<li class="right">' in first.text and "z is right" in first.words
    lines = "z = 0.4*0.5 + 0.1 = 0.3"
    second = post("/practise", {"net": NETWORK, "lines": lines, "do": "line", "line": "h = 0.9134"})
    assert '<li class="wrong">' in second.text and "h is not right" in second.words
    lines = f"{lines}\nh = 0.9134"
    told = post("/practise", {"net": NETWORK, "lines": lines, "do": "hint", "hint": "1"})
    assert 'name="hint" value="2"' in told.text and 'name="hints" value="1"' in told.text and "Help" in told.words
    suggested = post("/practise", {"net": NETWORK, "lines": lines, "do": "next"})
    assert "h can be found now, from z" in suggested.words
    shown = post("/practise", {"net": NETWORK, "lines": lines, "do": "show"})
    assert 'name="shown" value="a[1][1]"' in shown.text and "0.5744" in shown.words
    ended = post("/practise", {"net": NETWORK, "lines": lines, "do": "finish", "shown": "a[1][1]", "hints": "1"})
    assert "You found 0 of 4 derivatives yourself with 1 hint" in ended.words
    many = post("/practise", {"do": "line", "line": "delta1 = 9"})
    assert "delta[1][1] (δ⁽¹⁾₁), delta[2][1] (δ⁽²⁾₁). Write the one you mean" in many.words
    assert "Nothing is typed yet" in post("/practise", {"net": NETWORK, "lines": lines, "do": "again"}).words


def test_other_numbers_suit_a_hand_and_stay_while_one_practises() -> None:
    drawn = post("/practise", {"net": NETWORK, "do": "new"})
    assert 'name="seed" value="1"' in drawn.text
    kept = post("/practise", {"net": NETWORK, "seed": "1", "do": "next"})
    given = re.compile(r"Given: .*?\.\n")
    assert given.findall(drawn.words) == given.findall(kept.words) != given.findall(get("/practise").words)


# check


def test_working_is_checked_for_a_student_and_for_a_teacher() -> None:
    work = "z = 0.4*0.5 + 0.1 = 0.3\nh = 0.9134"
    student = post("/check", {"net": NETWORK, "do": "check", "answers": work})
    teacher = post("/check", {"net": NETWORK, "do": "check", "answers": work, "reader": "teacher"})
    assert "not right" in student.words and "0.5744" not in student.words.split("What was found")[1]
    assert "0.5744" in teacher.words and "1 of 2 marks" in teacher.words
    told = post("/check", {"net": NETWORK, "do": "check", "answers": work, "told": "4"})
    assert "0.5744" in told.words.split("What was found")[1]


def test_a_file_that_is_dropped_is_read_by_its_ending() -> None:
    table = drop("/check", {"net": NETWORK}, "answers.csv", b"quantity,answer\nz[1][1],0.3\nloss,0.03\n")
    assert "answers.csv" in table.words and "of 2 marks" in table.words
    photo = drop("/check", {"net": NETWORK}, "page.jpg", b"\xff\xd8\xff")
    assert (
        photo.status == 200
        and "page.jpg" in photo.words
        and "as “1a) 0.30” or “z = 0.30”" in photo.words.split("What was found")[1]  # a network has no questions
    )


# anything


def test_whatever_is_sent_is_answered() -> None:
    """Thousands more: tests/thorough/test_fuzzed_server.py."""
    assert statuses(random.Random(7), times(60, 400)) <= {200, 404, 413, 422}


PIECES = (
    *(
        NETWORK,
        NASTY,
        "",
        "0",
        "-1",
        "9" * 400,
        "\x00",
        "\ud7ff",
        "½",
        "z = 0.3",
        "=",
        "w[1][1][1]",
        "delta[1][1]",
        "[graph]",
        "1/0",
    ),
    *(
        "[[layer]]\n" * 30,
        "{" * 500,
        "a = [" * 60,
        "σ(",
        "check",
        "line",
        "hint",
        "numbers",
        "shape",
        "add",
        "next",
        "page",
        "pdf",
        "md",
    ),
)
NAMES = (
    *(
        "net",
        "do",
        "at",
        "to",
        "view",
        "notation",
        "numbers",
        "language",
        "example",
        "number:w[1][1][1]",
        "units",
        "activation",
        "inputs",
    ),
    *("loss", "line", "lines", "shown", "hint", "hints", "seed", "wrt", "answers", "reader", "told", "format", "odd"),
)


def statuses(chance: random.Random, many: int) -> set[int]:
    """What so many forms with anything in them are answered with."""
    found = set()
    for _ in range(many):
        fields = [(chance.choice(NAMES), chance.choice(PIECES)) for _ in range(chance.randint(0, 8))]
        if chance.random() < 0.7:
            fields.append(("net", cut(chance, NETWORK)))
        path = chance.choice(("/explain", "/practise", "/check", "/export", "/save"))
        found.add(post(path, fields).status)
    return found


def cut(chance: random.Random, text: str) -> str:
    """The text, as often as not with a piece of it gone or doubled."""
    if chance.random() < 0.5:
        return text
    start, size = chance.randrange(len(text)), chance.randint(1, 30)
    return text[:start] + text[start : start + size] * chance.choice((0, 2)) + text[start + size :]


def test_an_answer_is_made_without_an_event_loop() -> None:
    assert asyncio.run(directly(Visit("save"))).kind == "application/toml"
