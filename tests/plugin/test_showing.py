"""What a run leaves behind: properties in JUnit's XML, a page, and facts that ride on the workers' reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from suites import Suite

READS = """\
def test_reads(sealed):
    try:
        np.asarray(sealed(X, name="X_test"))
    except BaseException:
        pass

def test_does_not(sealed):
    sealed(X, name="<X> & y")
"""


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_page_properties_and_summary(suite: Suite, workers: str) -> None:
    suite.write("test_rows.py", READS)
    run = suite.run(workers, "--leakguard-report", "report.html", "--junitxml", "junit.xml")
    assert run.tests == {"test_reads": "FAILED", "test_does_not": "PASSED"}
    line = "X_test: violated by handles (LG101 test-set-in-tuning at test_rows.py:9)"
    assert f"test_rows.py::test_reads: {line}" in run.text
    assert "1 violated, 1 held" in run.text
    junit = (suite.folder / "junit.xml").read_text("utf-8")
    assert f'<property name="leakguard" value="{line}" />' in junit
    page = (suite.folder / "report.html").read_text("utf-8")
    assert "test_rows.py::test_does_not: &lt;X&gt; &amp; y" in page
    assert "LG101" in page


def test_a_page_that_cannot_be_written_is_refused_at_once(suite: Suite) -> None:
    suite.write("test_rows.py", READS)
    run = suite.run("--leakguard-report", "nowhere/report.html")
    assert run.code == 4
    assert "--leakguard-report nowhere/report.html: no such folder" in run.text


def test_last_failed_and_first_failure_work(suite: Suite) -> None:
    suite.write("test_rows.py", READS)
    result = suite.pytester.runpytest_subprocess("-x", "-q", "-p", "no:randomly")
    result.assert_outcomes(failed=1)
    result = suite.pytester.runpytest_subprocess("--lf", "-q", "-p", "no:randomly")
    assert result.parseoutcomes()["failed"] == 1
    assert "passed" not in result.parseoutcomes()
