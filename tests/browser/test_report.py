"""The report opens offline, clean, in light and dark, with and without scripts."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="module")
def browser():
    found = shutil.which("chromium")
    if found is None and (os.geteuid() == 0 or os.environ.get("CI")):
        pytest.fail("chromium is missing: .ci/run installs it where it is root")
    if found is None:
        pytest.skip("there is neither chromium nor root nor CI")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, headless=True, args=ARGS)
        yield opened
        opened.close()


def axe():
    import axe_playwright_python

    return next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["credit", "penguins", "diabetes"])
def test_the_report_has_no_error_no_request_and_no_axe_violation(browser, request, scheme, name):
    report = request.getfixturevalue(name).report
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    errors, requests = [], []
    page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: errors.append(str(one)))
    page.on(
        "request", lambda one: requests.append(one.url) if not one.url.startswith("data:") else None
    )
    page.goto(report.as_uri())
    assert errors == []
    assert requests == [report.as_uri()]
    page.evaluate(axe())
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3))"
    )
    assert found == []
    assert report.stat().st_size <= 300_000
    context.close()


@pytest.mark.filterwarnings("ignore")
def test_the_page_is_whole_without_scripts_and_its_policy_lets_its_own_script_run(
    browser, penguins
):
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(penguins.report.as_uri())
    assert "Not ready" in plain.inner_text("header")
    assert "get_dummies" in plain.inner_text("main")
    strict = browser.new_context().new_page()
    errors = []
    strict.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    strict.goto(penguins.report.as_uri())
    assert strict.evaluate("document.documentElement.classList.contains('scripted')")
    assert errors == []
    strict.click("button[data-filter=Failed]")
    assert "checks shown" in strict.inner_text("#shown")
