"""The pages of the server in a real Chromium: somebody builds a network, asks, steps, practises, is checked, and takes a PDF along."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.render.test_html import CHROMIUM, axe
from tests.web.asked import NETWORK

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server that the command itself has started."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "derivegen", "serve", "--port", "0", "--workers", "1", "--rate", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", line)
        yield line.strip()
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        expect.set_options(timeout=40_000)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened.set_default_timeout(40_000)
    yield opened
    opened.close()


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what goes wrong on it: faults of the script, and what the policy forbids."""
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page, faults


def violations(page: Page) -> list[Any]:
    """What axe finds; the contrast of each letter of each formula is that of all pages, and looked at there."""
    page.evaluate(axe())
    run = """async () => {
      const all = await axe.run({resultTypes: ["violations"], rules: {"color-contrast": {enabled: false}}});
      const words = await axe.run({exclude: [["math"]]}, {resultTypes: ["violations"], runOnly: ["color-contrast"]});
      return [...all.violations, ...words.violations].map(({id, nodes}) => [id, nodes.slice(0, 2).map(node => node.html.slice(0, 200))]);
    }"""
    found: list[Any] = page.evaluate(run)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([["wider than the window", wide]] if wide else [])


def test_from_a_network_to_a_pdf(address: str, context: BrowserContext) -> None:
    page, faults = watched(context)
    page.goto(f"{address}explain")

    # build a network: another layer, other units
    page.locator("summary", has_text="The layers").click()
    page.locator("#units-1").fill("3")
    page.locator("#units-1").press("Tab")
    expect(page.locator("#net")).to_have_value(re.compile(r"units = 3"))
    expect(page.locator("#n-w\\[1\\]\\[3\\]\\[2\\]")).to_be_visible()
    page.locator("#activation-2").select_option("tanh")
    expect(page.locator("h1")).to_have_text("A 2–3–2 network")
    expect(page.locator("#net")).to_have_value(re.compile("tanh"))
    page.locator("#activation-2").select_option("sigmoid")  # the panel is still open
    expect(page.locator("#net")).not_to_have_value(re.compile("tanh"))

    # click a weight: its derivation, with the factors in the colours of the figure
    page.locator('#centre [data-at="w[1][1][1]"]').click()
    expect(page.locator('.stop[data-stop="w[1][1][1]"] h2')).to_contain_text("The derivative with respect to")
    colours = page.evaluate("""() => ["1", "2", "3"].map(role => {
      const formula = getComputedStyle(document.querySelector(`.stop munder:has(> mtext[data-role="${role}"])`)).color;
      const inks = [...document.querySelectorAll('.stop figure svg[role] :is([fill*="fig-"], [stroke*="fig-"])')]
        .flatMap(shape => [getComputedStyle(shape).fill, getComputedStyle(shape).stroke]);
      return inks.includes(formula);
    })""")
    assert colours == [True] * 3

    # a unit forward, and once more for its way back; step on
    page.locator('#centre [data-at="z[1][1]"]').click()
    expect(page.locator('.stop[data-stop="z[1][1]"]')).to_be_visible()
    page.locator('#centre [data-at="z[1][1]"]').click()
    expect(page.locator('.stop[data-stop="delta[1][1]"]')).to_be_visible()
    page.locator("#next").click()
    expect(page.locator(".stop")).not_to_have_attribute("data-stop", "delta[1][1]")

    # change a number: the figure, the lines and the file follow
    page.locator("#n-w\\[1\\]\\[1\\]\\[1\\]").fill("")
    expect(page.locator("#n-w\\[1\\]\\[1\\]\\[1\\][aria-invalid]")).to_be_focused()
    expect(page.locator("#fault")).to_contain_text("expected a number")
    page.locator("#n-w\\[1\\]\\[1\\]\\[1\\]").fill("0.75")
    expect(page.locator("#net")).to_have_value(re.compile(r"0\.75"))
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    page.locator("#r-x\\[1\\]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#net")).to_have_value(re.compile(r"inputs = \[\[0\.51"))

    # a fault is said beside the editor, which opened at the one before, with its line, and the last figure stays
    whole = page.locator("#net").input_value()
    page.locator("#net").fill(whole.replace('"sigmoid"', '"sigmoit"', 1))
    expect(page.locator("#fault")).to_contain_text("did you mean")
    expect(page.locator(".stop")).to_be_visible()
    page.locator("#net").fill(whole)
    expect(page.locator("#fault")).to_have_count(0)

    page.locator("#to-format").select_option("pdf")
    with page.expect_download() as download:
        page.locator("#export").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")

    # the link holds it all, and the server never sees it
    link = page.url
    assert "#" in link and len(link) > 200
    other, others = watched(context)
    other.goto(link)
    expect(other.locator("#net")).to_have_value(whole)
    expect(other.locator("#n-w\\[1\\]\\[1\\]\\[1\\]")).to_have_value("0.75")
    other.get_by_role("link", name="Practise").click()
    expect(other.locator("#net")).to_have_value(whole)
    assert faults == [error for error in faults if "422" in error] and others == []


def test_practise_with_a_slip_and_a_hint_to_the_end(address: str, context: BrowserContext) -> None:
    page, faults = watched(context)
    page.goto(f"{address}practise")
    page.locator("#file-panel summary").click()
    page.locator("#net").fill(NETWORK)
    expect(page.locator("h1")).to_contain_text("Small")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator("#wrt").select_option("w[2][1][1]")
    expect(page.locator("#centre")).to_contain_text("Find")
    line = page.locator("#line")

    def typed(text: str, verdict: str, number: int) -> None:
        line.fill(text)
        line.press("Enter")
        expect(page.locator(".lines li")).to_have_count(number)
        expect(page.locator(".lines li").last).to_have_class(verdict)
        assert page.evaluate("document.activeElement.id") == "line"

    typed("z = 0.4*0.5 + 0.1 = 0.3", "right", 1)
    typed("h = 0.9134", "wrong", 2)
    page.locator("#hint").click()
    expect(page.locator("#help .box")).to_be_visible()
    page.locator("#next").click()
    expect(page.locator("#help")).to_contain_text("can be found now")
    typed("h = 0.5744", "right", 3)
    typed("y = 0.3*0.5744 + 0.2 = 0.3723", "right", 4)
    typed("dL/dw2 = (0.3723 - 0.6)*0.5744 = -0.1308", "right", 5)
    expect(page.locator(".summary")).to_contain_text("You found 1 of 1 derivative")
    page.locator("#new").click()
    expect(page.locator(".lines")).to_have_count(0)
    assert faults == []


def test_check_a_file(address: str, context: BrowserContext, tmp_path: Path) -> None:
    page, faults = watched(context)
    page.goto(f"{address}check")
    page.locator("#file-panel summary").click()
    page.locator("#net").fill(NETWORK)
    expect(page.locator("h1")).to_contain_text("Small")
    work = tmp_path / "work.md"
    work.write_text("z = 0.4*0.5 + 0.1 = 0.3\n\nh = 0.9134\n", encoding="utf-8")
    page.locator("#file").set_input_files(work)
    page.locator("#mark").click()
    expect(page.locator("#found")).to_contain_text("work.md")
    page.get_by_label("the teacher").check()
    expect(page.locator("#found")).to_contain_text("0.5744")
    assert faults == []


@pytest.mark.parametrize("name", ["explain", "matrices", "practise", "check"])
def test_axe_finds_nothing(address: str, context: BrowserContext, name: str) -> None:
    page, faults = watched(context)
    page.goto(f"{address}{'explain' if name == 'matrices' else name}")
    if name == "matrices":
        page.get_by_label("In matrices").check()
        expect(page.locator(".solution:not(.staged)")).to_be_visible()
    elif name == "practise":
        page.locator("#line").fill("z1 = 9")
        page.locator("#line").press("Enter")
        expect(page.locator(".lines li")).to_have_count(1)
        page.locator("#hint").click()
        expect(page.locator("#help .box")).to_be_visible()
    elif name == "check":
        page.locator("#answers").fill("z1 = 9")
        page.locator("#mark").click()
        expect(page.locator("#found h2").first).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    looks: list[tuple[int, Any]] = [(1280, "dark"), (390, "light"), (390, "dark"), (1280, "light")]
    for width, scheme in looks[: 1 if name == "matrices" else None]:  # a long page
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate("async () => { await Promise.all(document.getAnimations().map(each => each.finished)); }")
        assert violations(page) == [], (width, scheme)
    assert faults == []


def test_the_file_offers_what_can_stand_where_one_types(address: str, context: BrowserContext) -> None:
    page, faults = watched(context)
    page.goto(f"{address}explain")
    page.locator("#file-panel summary").click()
    offers, net = page.locator("#offers button"), page.locator("#net")

    def offered(text: str) -> list[str]:
        net.fill(text)
        page.evaluate("async () => { await offer(); }")
        return offers.all_inner_texts()

    assert offered("no")[:1] == ["notation"]
    expect(page.locator(".centre.stale:not([aria-busy])")).to_be_visible()
    page.evaluate("async () => { await Promise.all(document.getAnimations().map(each => each.finished)); }")
    assert violations(page) == []
    assert offered("notation = ")[:2] == ["indexed", "plain"]
    assert offered('layer = [{ units = 1, activation = "si') == ["sigmoid", "silu"]
    assert offered("[[layer]]\nweights = [[1, 2]]\nunits = 2\nac") == ["activation"]
    assert offered('[[layer]]\nkind = "at') == ["attention"] and offered("[[lay") == ["layer"]
    assert offered("[training]\nlearning_rate = 0.1\noptimizer = ad") == ["adagrad", "adadelta", "adam", "adamw"]
    assert offered("[loss] # or ") == offered("units ") == offered('notation = "plain"') == offered("title = ") == []

    assert offered("[loss]\nname = hu") == ["huber"]
    net.press("Tab")
    page.keyboard.press("Enter")
    expect(net).to_have_value('[loss]\nname = "huber"')
    expect(net).to_be_focused()
    assert offered("[[lay") == ["layer"]
    offers.first.click()
    expect(net).to_have_value("[[layer]]")
    assert [each for each in faults if "422" not in each] == []  # files of which half is typed are none yet


def test_the_keyboard_alone_reaches_everything(address: str, context: BrowserContext) -> None:
    page, faults = watched(context)
    page.goto(f"{address}explain")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip to the content
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.spots')"):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    there = page.evaluate("document.activeElement.dataset.at")
    page.keyboard.press("Enter")
    expect(page.locator(".stop")).to_have_attribute("data-stop", there)
    expect(page.locator("#centre .spots [aria-current]").first).to_be_focused()
    assert faults == []


def test_the_keyboard_alone_practises_and_checks(address: str, context: BrowserContext) -> None:
    page, faults = watched(context)

    def reach(place: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == place:
                return
        raise AssertionError(f"no way to {place}")

    page.goto(f"{address}practise")
    reach("line")
    page.keyboard.type("z[1][1] = 9")
    page.keyboard.press("Enter")
    expect(page.locator(".lines .wrong")).to_be_visible()
    reach("hint")
    page.keyboard.press("Enter")
    expect(page.locator("#help .box")).to_be_visible()
    expect(page.locator("#hint")).to_be_focused()
    page.goto(f"{address}check")
    reach("answers")
    page.keyboard.type("a1 = 0.515")
    reach("mark")
    page.keyboard.press("Enter")
    expect(page.locator("#found h2").first).to_be_visible()
    assert faults == []


def test_with_scripts_off_the_page_still_explains(address: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}explain")
    expect(page.locator(".stop h2")).to_contain_text("Forward")
    page.locator("#next").click()
    expect(page.locator(".stop")).to_have_attribute("data-stop", "z[1][2]")
    page.locator("#to").select_option("w[1][1][1]")
    page.locator("#centre button", has_text="Show").click()
    expect(page.locator(".stop h2")).to_contain_text("The derivative with respect to")
    page.locator("#n-w\\[1\\]\\[1\\]\\[1\\]").fill("0.75")
    page.locator("#n-w\\[1\\]\\[1\\]\\[1\\]").press("Enter")
    expect(page.locator("#net")).to_have_value(re.compile(r"0\.75"))
    page.goto(f"{address}practise")
    page.locator("#line").fill("z1 = 0.06")
    page.locator("#line").press("Enter")
    expect(page.locator(".lines li")).to_have_count(1)
    context.close()
