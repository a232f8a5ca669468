"""The package of SCORM 1.2 in a browser: an interface as a platform has it stands above; what the page tells it is what the answers are
worth, and what was typed is there again at the next visit.
"""

from __future__ import annotations

import functools
import http.server
import threading
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from derivegen.classroom.sheet import Work, exercises
from derivegen.interop.platform import About, files
from derivegen.render.format import PLATFORMS
from tests.render.test_html import CHROMIUM

(SCORM,) = (form for form in PLATFORMS if form.key == "scorm")
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
PLATFORM = """<!DOCTYPE html><title>platform</title><script>
const known = Object.assign({"cmi.core.student_id": "ada", "cmi.suspend_data": ""}, JSON.parse(localStorage.kept || "{}"));
const calls = [];
const one = name => (...given) => { calls.push(name); return "true"; };
window.API = {LMSInitialize: one("LMSInitialize"), LMSFinish: one("LMSFinish"), LMSGetLastError: () => "0",
  LMSCommit: (...given) => { calls.push("LMSCommit"); localStorage.kept = JSON.stringify(known); return "true"; },
  LMSGetValue: name => known[name] || "", LMSSetValue: (name, value) => { known[name] = value; return "true"; }};
</script><iframe id="sco" src="index.html" width="900" height="700"></iframe>"""


@functools.lru_cache(maxsize=1)
def works() -> tuple[Work, ...]:
    made = exercises("example:article-004", kinds=["values", "choice", "order", "symbolic"], seed=3)
    return tuple(made.work(variant) for variant in made.variants(["a", "b"]))


@functools.lru_cache(maxsize=1)
def package() -> dict[str, bytes]:
    quiz = works()[0].questions()
    about = About(quiz.title, quiz.stem, works()[0].exercise.questions, quiz.press.words, quiz.press.templates)
    ((name, content),) = files(SCORM, [work.platform(SCORM) for work in works()], about)
    assert name == "article-004-scorm.zip"
    with zipfile.ZipFile(BytesIO(b"".join(content))) as packed:
        return {each: packed.read(each) for each in packed.namelist()}


def test_the_manifest_names_every_file_and_the_page_that_is_opened() -> None:
    root = ElementTree.fromstring(package()["imsmanifest.xml"])
    own = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
    assert [each.tag for each in root] == [f"{own}{part}" for part in ("metadata", "organizations", "resources")]
    assert [each.text for each in root[0]] == ["ADL SCORM", "1.2"]
    assert {each.get("href") for each in root.iter(f"{own}file")} == {*package()} - {"imsmanifest.xml"}
    (item,), (resource,) = root.iter(f"{own}item"), root.iter(f"{own}resource")
    assert item.get("identifierref") == resource.get("identifier")
    assert resource.get("href") == "index.html" in package()
    assert resource.get("{http://www.adlnet.org/xsd/adlcp_rootv1p2}scormtype") == "sco"


def test_the_page_does_not_say_that_nothing_is_kept() -> None:
    (page, *_) = (text.decode() for name, text in package().items() if name.startswith("sheets/"))
    assert "is kept by the platform" in page and "stored or sent" not in page


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("scorm")
    for name, content in package().items() | {("platform.html", PLATFORM.encode())}:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


def sheet(page: Page) -> Frame:
    page.frame_locator("#sco").frame_locator("#sheet").locator("#all").wait_for()
    return next(frame for frame in page.frames if "/sheets/" in frame.url)


def told(page: Page, name: str) -> str:
    return str(page.evaluate(f"known['{name}']"))


@in_browser
def test_the_platform_is_told_what_the_answers_are_worth_and_has_them_again(served: str, browser: Browser) -> None:
    page, faults = browser.new_page(), list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda said: faults.append(said.text) if said.type == "error" and "404" not in said.text else None
    )
    page.goto(f"{served}/platform.html")
    frame = sheet(page)
    (work,) = (each for each in works() if f"/{each.variant.code}.html" in frame.url)
    answers = [answer for _, answer in work.exercise.answers()]
    full = sum(each.marks for each in answers if each.form != "formula")
    texts = [work.printed(each.quantity) if each.form == "number" else each.right for each in answers]
    got = full * 0
    for place, (answer, text) in enumerate(zip(answers, texts, strict=True)):
        box = frame.locator(f"#a{place}")
        if place == 0:
            box.fill("123")
        elif answer.form == "letter":
            box.select_option(text)
        elif answer.form != "formula":
            box.fill(text)
        box.dispatch_event("change")
        got += answer.marks if place and answer.form != "formula" else 0
        assert float(told(page, "cmi.core.score.raw")) == pytest.approx(float(100 * got / full), abs=0.006)
        last = place == len([each for each in answers if each.form != "formula"]) - 1
        assert told(page, "cmi.core.lesson_status") == (
            "completed" if last or place >= len(texts) - 1 else "incomplete"
        )
    assert (told(page, "cmi.core.score.min"), told(page, "cmi.core.score.max")) == ("0", "100")
    assert len(told(page, "cmi.suspend_data")) <= 4096
    calls = page.evaluate("calls")
    assert calls[0] == "LMSInitialize" and calls.count("LMSInitialize") == 1 and "LMSFinish" not in calls
    page.evaluate("document.getElementById('sco').remove()")
    page.wait_for_function("calls.includes('LMSFinish')")
    assert told(page, "cmi.core.exit") == "suspend" and len(told(page, "cmi.core.session_time")) == 10
    page.reload()
    again = sheet(page)
    page.wait_for_function("calls.includes('LMSCommit')")
    assert again.url == frame.url
    assert again.locator("#a0").input_value() == "123" and again.locator("#a1").get_attribute("class") == "right"
    assert faults == []
    page.close()


@in_browser
def test_without_a_platform_it_says_so_and_checks_all_the_same(served: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{served}/index.html")
    page.frame_locator("#sheet").locator("#all").click()
    assert page.locator("#said").inner_text() == "There is no learning platform here: nothing is kept or reported."
    page.close()
