"""The page in headless Chromium: no request leaves it, it reads without JavaScript, fits a phone, and has contrast."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pages
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"),
)
LEAST_CONTRAST = 4.5  # WCAG AA for text of normal size
PAIRS = (
    *("body", "h1", ".lead", ".brand .quiet", "#scheme", ".tiles dt", ".tiles .error dd", ".tiles .warning dd"),
    *(
        ".counts a",
        ".counts thead th",
        "td.none",
        "#filters label",
        "#words",
        "#fold",
        "h2",
        ".code",
        ".count",
        ".about",
    ),
    *(".about a", "h3", ".advice", ".where code", ".where .quiet", ".error .kind", ".warning .kind", ".self"),
    *(".path th", ".path td", ".path .file td", ".path .gap td", ".path .said span", ".path .said.blamed span"),
    *("article.error mark.blamed", "article.warning mark.blamed", ".path mark:not(.blamed)", ".path b", ".blamed b"),
    *(".gone td", ".come td", ".gone th", ".rules h4", ".rules p", ".rules pre", ".rules a"),
)

# The colours of a text and of what lies behind it, as numbers from 0 to 1.
COLOURS = """
const numbers = (colour) => {
  const found = colour.match(/[\\d.]+/g).map(Number);
  return [...found.slice(0, 3).map((one) => one / 255), found[3] ?? 1];
};
const element = document.querySelector(arguments[0]);
if (!element) return null;
let behind = element;
while (behind && numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
return [element, behind || document.body].map((one, at) =>
  numbers(at ? getComputedStyle(one).backgroundColor : getComputedStyle(one).color));
"""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser without network, and a folder for pages."""

    driver: Chrome
    folder: Path

    def show(self, name: str, *, width: int = 1200, dark: bool = False, script: bool = True) -> None:
        """Load one of the pages."""
        file = self.folder / "page.html"
        file.write_text(pages.html(name), "utf-8")
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [scheme]})
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        self.driver.get(file.as_uri())

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the script returns
        return self.driver.execute_script(script, *arguments)

    def text(self) -> str:
        """Return what can be seen."""
        seen: str = self.run("return document.body.innerText")
        return seen

    def shown(self) -> list[str]:
        """Return the ids of the findings that are not filtered out."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll('article[data-file]')].filter((one) => one.checkVisibility())"
            ".map((one) => one.id)"
        )
        return found

    def choose(self, field: str, value: str) -> None:
        self.run(
            "const one = document.getElementById(arguments[0]); one.value = arguments[1];"
            "one.dispatchEvent(new Event('input', {bubbles: true}))",
            field,
            value,
        )

    def requests(self) -> set[str]:
        """Return the addresses that pages asked for since the last call; the browser's own are left out."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]  # type: ignore[no-untyped-call]
        sent = [one["params"] for one in events if one["method"] == "Network.requestWillBeSent"]
        return {
            one["request"]["url"] for one in sent if not one["documentURL"].startswith(("chrome:", "chrome-untrusted:"))
        }


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    if BROWSER is None or DRIVER is None:
        pytest.skip("there is no Chromium with its driver")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield Browser(driver, tmp_path_factory.mktemp("pages"))
    driver.quit()


@pytest.mark.parametrize("name", pages.ALL)
def test_the_page_asks_for_nothing_but_itself(browser: Browser, name: str) -> None:
    browser.requests()
    browser.driver.get_log("browser")  # type: ignore[no-untyped-call]
    browser.show(name)
    asked = browser.requests()
    assert {one for one in asked if not one.startswith("data:")} == {(browser.folder / "page.html").as_uri()}
    assert browser.driver.get_log("browser") == []  # type: ignore[no-untyped-call]


def test_scripts_of_others_do_not_run(browser: Browser) -> None:
    browser.show("two files")
    browser.run(
        "const one = document.createElement('script'); one.textContent = 'document.title = 1';"
        "document.body.append(one);"
        "const button = document.createElement('button'); button.setAttribute('onclick', 'document.title = 2');"
        "document.body.append(button); button.click()"
    )
    assert browser.driver.title == "2 problems in 1 file - leakguard"


def test_the_page_reads_without_javascript(browser: Browser) -> None:
    browser.show("two files", script=False)
    text = browser.text()
    assert "choose by cross-validation" in text
    assert "rows split here" in text
    assert "return train_test_split(frame)" in text
    assert "Why is this bad" in text
    assert "Severity" not in text
    browser.show("many", script=False)
    assert browser.shown() == []
    browser.driver.find_element("css selector", ".group summary").click()
    assert len(browser.shown()) == 50


def test_findings_can_be_filtered(browser: Browser) -> None:
    browser.show("many")
    for field, value, left in (
        ("rule", "fit-before-split", {f"f{number}" for number in range(2, 101, 2)}),
        ("file", "part3.py", {f"f{number}" for number in range(32, 41, 2)}),
        ("severity", "error", set()),
        ("rule", "", {f"f{number}" for number in range(31, 41, 2)}),
        ("words", "PART3.PY:9:1", {f"f{number}" for number in range(31, 41, 2)}),
        ("words", "nowhere", set()),
    ):
        browser.choose(field, value)
        assert set(browser.shown()) == left
        assert f"{len(left)} of 100 shown" in browser.text()


def test_a_link_unfolds_the_finding_it_leads_to(browser: Browser) -> None:
    browser.show("many")
    browser.run("location.hash = '#f77'")
    assert "f77" in browser.run("return [document.querySelector(':target').id]")
    assert browser.run("return document.querySelector(':target').checkVisibility()")


def test_groups_can_be_folded_with_the_keyboard(browser: Browser) -> None:
    browser.show("two files")
    assert browser.shown() == ["f1", "f2"]
    browser.driver.find_element("css selector", "#rule-test-set-in-tuning summary").send_keys("\ue007")
    assert browser.shown() == ["f2"]


@pytest.mark.parametrize("name", pages.ALL)
def test_nothing_is_wider_than_a_phone(browser: Browser, name: str) -> None:
    browser.show(name, width=400)
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert browser.run("return document.documentElement.scrollWidth") <= 400
    frames = browser.run(
        "return [...document.querySelectorAll('figure')].map((one) => one.getBoundingClientRect().right)"
    )
    assert max(frames, default=0) <= 400


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["two files", "unchecked", "nothing found"])
def test_texts_have_contrast(browser: Browser, name: str, *, dark: bool) -> None:
    browser.show(name, dark=dark)
    assert measured(browser, name) == {}
    browser.driver.find_element("id", "scheme").click()
    assert measured(browser, name) == {}


def measured(browser: Browser, name: str) -> dict[str, float]:
    """Return the texts that have too little contrast."""
    found = {one: contrast(*colours) for one in PAIRS if (colours := browser.run(COLOURS, one))}
    assert name != "two files" or set(PAIRS) - set(found) == set()
    return {one: ratio for one, ratio in found.items() if ratio < LEAST_CONTRAST}


def contrast(text: list[float], behind: list[float]) -> float:
    """Return the ratio of two colours' luminances as WCAG defines it."""
    dark, light = sorted(map(luminance, (text, behind)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: list[float]) -> float:
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
