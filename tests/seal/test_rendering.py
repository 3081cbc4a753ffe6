"""Verdicts as text, JSON and HTML: the same words everywhere, and nothing in them that breaks out."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from leakguard.seal import Breach, Evidence, Ruling, Verdict, join
from leakguard.seal.causes import Cause
from leakguard.seal.reader import Reader
from leakguard.seal.rendering import as_data, as_fragment, as_page, as_text, from_data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODE = """\
def tune(X, y, X_test, y_test):
    models = [fit(C, X, y) for C in (0.1, 1)]
    return max(models, key=lambda model: model.score(X_test, y_test))


y = "</td></table><script>alert(1)</script>" + "\x1b[2J" + "\u202e"
"""
PAGES = Evidence("referenced pages", Ruling.HELD, "0 kB of the 80 kB of held-out pages were touched")
RUNS = Evidence(
    "non-interference", Ruling.NOT_PROVEN, "two runs with the same rows differ", limits=("coef_: 1 against 2",)
)


def violated(file: Path, line: int = 3) -> Verdict:
    file.write_text(CODE, "utf-8")
    messages = ("C: 1 against 0.1", "coef_[0, 0]: 0.5 against 0.7")
    reader = Reader(str(file), line, "tune")
    breaches = tuple(Breach(Cause.TEST_ROWS_CHOOSE, message, reader) for message in messages)
    apart = Breach(Cause.TEST_FILE_READ, "`cat data/test.csv` read the file <b>&", None)
    found = Evidence("non-interference", Ruling.VIOLATED, "with other values, C: 1 against 0.1", (*breaches, apart))
    return Verdict("X_test, y_test", (PAGES, found, RUNS))


def test_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert as_text(violated(tmp_path / "tune.py")).splitlines() == [
        "X_test, y_test: violated",
        "  held by referenced pages: 0 kB of the 80 kB of held-out pages were touched",
        "  violated by non-interference: with other values, C: 1 against 0.1",
        "    tune.py:3: error[LG101] test-set-in-tuning",
        "      C: 1 against 0.1",
        "      coef_[0, 0]: 0.5 against 0.7",
        "      2 |     models = [fit(C, X, y) for C in (0.1, 1)]",
        "    > 3 |     return max(models, key=lambda model: model.score(X_test, y_test))",
        f"      why: {Cause.TEST_ROWS_CHOOSE.why}",
        f"      help: {Cause.TEST_ROWS_CHOOSE.advice}",
        "    error[LG104] test-path-in-tuning",
        "      `cat data/test.csv` read the file <b>&",
        f"      why: {Cause.TEST_FILE_READ.why}",
        f"      help: {Cause.TEST_FILE_READ.advice}",
        "  not proven by non-interference: two runs with the same rows differ",
        "    limit: coef_: 1 against 2",
    ]


def test_text_in_colour_says_the_same(tmp_path: Path) -> None:
    verdict = violated(tmp_path / "tune.py")
    painted = as_text(verdict, color=True)
    assert "\x1b[1;31mviolated\x1b[0m" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == as_text(verdict)


def test_code_cannot_steer_the_terminal(tmp_path: Path) -> None:
    text = as_text(violated(tmp_path / "tune.py", line=6))
    assert not any(sign in text for sign in "\x1b\u202e")


@pytest.mark.parametrize("line", [0, 7, 1000])
def test_lines_that_are_not_there(tmp_path: Path, line: int) -> None:
    verdict = violated(tmp_path / "tune.py", line=line)
    assert " | " not in as_text(verdict)
    assert "<table" not in as_fragment(verdict)


def test_a_file_that_cannot_be_read() -> None:
    reader = Reader("<stdin>", 1, "<module>")
    found = Evidence("seal", Ruling.VIOLATED, "1 read", (Breach(Cause.TEST_ROWS_CHOOSE, "read the values", reader),))
    verdict = Verdict("X_test", (found,))
    assert "<stdin>:1: error[LG101]" in as_text(verdict)
    assert "&lt;stdin&gt;:1 in &lt;module&gt;" in as_fragment(verdict)


def test_without_a_witness() -> None:
    assert as_text(Verdict("X_test", ())) == "X_test: not proven\n  no witness was there\n"
    assert "No witness was there." in as_fragment(Verdict("X_test", ()))
    assert "Nothing was watched." in as_page([])


def test_data_has_these_keys(tmp_path: Path) -> None:
    data = json.loads(json.dumps(as_data(violated(tmp_path / "tune.py"))))
    assert list(data) == ["version", "subject", "ruling", "evidence"]
    assert (data["version"], data["ruling"]) == (1, "violated")
    pages, found, runs = data["evidence"]
    assert pages == {
        "witness": "referenced pages",
        "ruling": "held",
        "shown": "0 kB of the 80 kB of held-out pages were touched",
        "breaches": [],
        "limits": [],
    }
    assert found["breaches"][0] == {
        "rule": "test-set-in-tuning",
        "code": "LG101",
        "message": "C: 1 against 0.1",
        "advice": Cause.TEST_ROWS_CHOOSE.advice,
        "file": str(tmp_path / "tune.py"),
        "line": 3,
        "function": "tune",
    }
    assert [found["breaches"][2][key] for key in ("file", "line", "function")] == [None, None, None]
    assert runs["limits"] == ["coef_: 1 against 2"]


def test_never_no_leakage(tmp_path: Path) -> None:
    for verdict in (violated(tmp_path / "tune.py"), Verdict("X_test", (PAGES,)), Verdict("X_test", (RUNS,))):
        for text in (as_text(verdict), json.dumps(as_data(verdict)), as_page([verdict])):
            assert str(verdict.ruling) in text
            assert not re.search(r"no leak|leak.?free|\bsafe\b", text, re.IGNORECASE)


class Balance(HTMLParser):
    """Fails at an end without its beginning, and gathers names and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs)}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("line", [3, 6])
def test_markup_is_whole_and_escaped(tmp_path: Path, line: int) -> None:
    verdict = violated(tmp_path / "a<script>.py", line=line)
    for text in (as_fragment(verdict), as_page([verdict, Verdict("<X&>", (PAGES,))], title="<T>")):
        parser = Balance()
        parser.feed(text)
        assert not parser.open
        assert not parser.seen & {"script", "b", "img", "link", "src", "href", "onerror"}
        assert "\u202e" not in text


class Seal:
    """Stands for whatever gives evidence when asked."""

    def evidence(self) -> tuple[Evidence, ...]:
        return (PAGES,)


def test_joining() -> None:
    verdict = join("X_test", Seal(), RUNS, Verdict("other", (PAGES, RUNS)))
    assert verdict == Verdict("X_test", (PAGES, RUNS))
    assert join("X_test").ruling is Ruling.NOT_PROVEN


BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
LEAST_CONTRAST = 4.5  # WCAG AA for text of normal size
CONTRASTS = """
const channels = (colour) => {
  const found = colour.match(/[\\d.]+/g).map(Number);
  return [...found.slice(0, 3).map((one) => one / 255), found[3] ?? 1];
};
const light = ([r, g, b]) => [r, g, b]
  .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
  .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
const texts = [...document.querySelectorAll('main *')].filter((one) =>
  [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
return texts.map((one) => {
  let behind = one;
  while (behind !== document.documentElement && channels(getComputedStyle(behind).backgroundColor)[3] === 0)
    behind = behind.parentElement;
  const pair = [getComputedStyle(one).color, getComputedStyle(behind).backgroundColor].map(channels).map(light);
  return [one.tagName + '.' + one.className, (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)];
});
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    if BROWSER is None or DRIVER is None:
        pytest.skip("there is no Chromium with its driver")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"):
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_the_page_in_a_browser(browser: Any, tmp_path: Path, scheme: str, width: int) -> None:  # noqa: ANN401 - untyped
    """It asks for nothing, does not scroll sideways, and can be read in either scheme."""
    file = tmp_path / "verdicts.html"
    shown = [violated(tmp_path / "tune.py"), Verdict("data/test.csv", (PAGES,)), Verdict("y_test", (RUNS,))]
    file.write_text(as_page(shown), "utf-8")
    browser.get_log("performance")
    media = {"media": "", "features": [{"name": "prefers-color-scheme", "value": scheme}]}
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.get(file.as_uri())
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = {one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"}
    assert {url for url in sent if not url.startswith(("data:", "chrome:", "chrome-untrusted:"))} == {file.as_uri()}
    assert browser.get_log("browser") == []
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    contrasts = dict(browser.execute_script(CONTRASTS))
    assert len(contrasts) > 8
    assert {name: one for name, one in contrasts.items() if one < LEAST_CONTRAST} == {}


def test_a_verdict_comes_back_from_its_data(tmp_path: Path) -> None:
    verdict = violated(tmp_path / "tune.py")
    assert from_data(json.loads(json.dumps(as_data(verdict)))) == verdict
