"""A hostile notebook opened in a browser: nothing runs, nothing is added, everything is shown as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from o16n.reports.cards import package_card
from o16n.reports.explanation import explanation_page
from o16n.reports.readiness import readiness_page
from tests.conftest import chromium
from tests.reports.contents import ATTACKS, EVERY

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
]
DRAWN = {
    "readiness": lambda: readiness_page(EVERY["hostile"]),
    "explanation": lambda: explanation_page(EVERY["hostile"]),
    # a card stands in somebody else's page, which has no policy that would help
    "card": lambda: "<main>" + package_card(EVERY["hostile"], bundle=ATTACKS[0], report=ATTACKS[2]),
}


@pytest.fixture(scope="module")
def browser():
    found = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, headless=True, args=ARGS)
        yield opened
        opened.close()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("bypass", [False, True], ids=["policy", "no policy"])
@pytest.mark.parametrize("name", DRAWN)
def test_nothing_of_a_hostile_notebook_runs_and_all_of_it_is_shown(browser, tmp_path, name, bypass):
    place = tmp_path / "page.html"
    place.write_text(DRAWN[name](), encoding="utf-8")
    context = browser.new_context(bypass_csp=bypass)
    page = context.new_page()
    dialogs, errors, requests = [], [], []
    page.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    page.on("pageerror", lambda one: errors.append(str(one)))
    page.on(
        "request", lambda one: requests.append(one.url) if not one.url.startswith("data:") else None
    )
    page.goto(place.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    shown = page.evaluate("document.querySelector('main').textContent")
    assert dialogs == []
    assert errors == []
    assert requests == [place.as_uri()]
    assert page.evaluate("document.querySelectorAll('[onload],[onerror],svg').length") == 0
    assert page.evaluate("document.querySelectorAll('script').length") == (
        0 if name == "card" else 2
    )
    broken = "[...document.images].filter((one) => !one.complete || !one.naturalWidth).length"
    assert page.evaluate(broken) == 0
    for attack in ATTACKS[:3:2] if name == "card" else ATTACKS:
        assert attack in shown, attack
    context.close()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("shape", EVERY)
@pytest.mark.parametrize(
    "draw", [readiness_page, explanation_page], ids=["readiness", "explanation"]
)
def test_every_shape_fits_a_phone_and_has_no_axe_violation(browser, tmp_path, draw, shape):
    import axe_playwright_python

    axe = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
    place = tmp_path / "page.html"
    place.write_text(draw(EVERY[shape]), encoding="utf-8")
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 390, "height": 800}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(place.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.evaluate(axe)
    found = "async () => (await axe.run()).violations.map((one) => one.id)"
    assert page.evaluate(found) == []
    context.close()
