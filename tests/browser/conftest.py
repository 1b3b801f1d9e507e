"""One headless chromium for the tests of a file, with nothing that would go to the network."""

from __future__ import annotations

import os
import shutil

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
