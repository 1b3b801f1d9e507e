"""The report opens offline, clean, in light and dark, with and without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest


def axe():
    import axe_playwright_python

    return next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()


VIOLATIONS = "async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3))"
OPEN = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
WIDER = "document.documentElement.scrollWidth - innerWidth"


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
    assert page.evaluate(VIOLATIONS) == []
    page.evaluate(OPEN)
    assert page.evaluate(VIOLATIONS) == []
    for button in page.query_selector_all("button[data-filter]"):
        button.click()
        assert page.evaluate(VIOLATIONS) == []
    assert report.stat().st_size <= 300_000
    context.close()


@pytest.mark.filterwarnings("ignore")
def test_the_page_is_whole_without_scripts_and_its_policy_lets_its_own_script_run(browser, ranked):
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(ranked.report.as_uri())
    assert "Not ready" in plain.inner_text("header")
    assert "rank" in plain.inner_text("main")
    strict = browser.new_context().new_page()
    errors = []
    strict.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    strict.goto(ranked.report.as_uri())
    assert strict.evaluate("document.documentElement.classList.contains('scripted')")
    assert errors == []
    strict.click("button[data-filter=Failed]")
    assert "checks shown" in strict.inner_text("#shown")


@pytest.fixture
def page(browser, ranked):
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(ranked.report.as_uri())
    yield opened
    context.close()


def visible(page):
    return page.evaluate(
        "[...document.querySelectorAll('details[data-state]')].filter((one) => one.offsetHeight).map((one) => one.id)"
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["credit", "penguins", "diabetes"])
@pytest.mark.parametrize("width", [390, 1200])
def test_no_page_scrolls_sideways_also_with_everything_open(browser, request, name, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    report = request.getfixturevalue(name).report
    for place in (report, report.with_name("explanation.html")):
        page.goto(place.as_uri())
        assert page.evaluate(WIDER) <= 0
        page.evaluate(OPEN)
        assert page.evaluate(WIDER) <= 0
    context.close()


@pytest.mark.filterwarnings("ignore")
def test_filter_and_find_work_together_and_say_how_many_are_shown(page):
    every = visible(page)
    page.click("button[data-filter=Failed]")
    failed = visible(page)
    assert "REC-01" in failed
    assert len(failed) < len(every)
    page.fill("#find", "raw rows SCORED")
    assert visible(page) == ["REC-01"]
    assert page.inner_text("#shown") == f"1 of {len(every)} checks shown"
    assert page.get_attribute("#shown", "role") == "status"
    headings = page.evaluate(
        "[...document.querySelectorAll('main section h3')].filter((one) => one.offsetHeight).length"
    )
    assert headings == 1
    page.click("button[data-filter=all]")
    page.fill("#find", "")
    assert visible(page) == every


@pytest.mark.filterwarnings("ignore")
def test_a_link_to_a_check_opens_it_and_moves_the_focus_also_where_a_filter_hid_it(page):
    page.click("button[data-filter=Passed]")
    assert "REC-01" not in visible(page)
    page.click("header a[href='#REC-01']")
    page.wait_for_function("document.activeElement.parentElement.id === 'REC-01'")
    assert "REC-01" in visible(page)
    assert page.evaluate("document.getElementById('REC-01').open")


@pytest.mark.filterwarnings("ignore")
def test_print_opens_everything_ignores_filters_and_closes_again(page):
    page.click("button[data-filter=Failed]")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    assert len(visible(page)) == page.evaluate(
        "document.querySelectorAll('details[data-state]').length"
    )
    assert not page.is_visible(".filter")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.querySelectorAll('details[open]').length") == 0


@pytest.mark.filterwarnings("ignore")
def test_the_explanation_page_prints_its_details_too(browser, penguins):
    page = browser.new_page()
    page.goto(penguins.report.with_name("explanation.html").as_uri())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    assert page.evaluate("document.querySelectorAll('details[open]').length") > 1
    page.close()


@pytest.mark.filterwarnings("ignore")
def test_the_keyboard_reaches_verdict_filters_and_checks_in_that_order_with_a_visible_focus(page):
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(() => { const one = document.activeElement; return [one.tagName, one.getAttribute('href') || one.dataset.filter || one.id || one.parentElement.id, getComputedStyle(one).outlineStyle] })()"
        )
        if told[0] == "BODY":
            break
        reached.append(told)
    assert all(outline != "none" for *_, outline in reached)
    names = [name for _, name, _ in reached]
    order = [names.index(one) for one in ("#REC-01", "all", "Failed", "find", "DAT-04", "REC-01")]
    assert order == sorted(order)
