"""The fixtures `sealed` and `opened_once`, and the marker `sealed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suites import Suite


def test_the_ledger_decides_whatever_became_of_the_error(suite: Suite) -> None:
    suite.write(
        "test_rows.py",
        """\
        def swallow(rows):
            try:
                np.asarray(rows)
            except BaseException:
                pass

        def test_passes(sealed):
            assert sealed(X).shape == (4, 2)

        def test_raises(sealed):
            sealed(X).sum()

        def test_swallows(sealed):
            rows, labels = sealed(X, np.ones(4), name="X_test")
            swallow(rows)

        def test_in_a_thread(sealed):
            thread = threading.Thread(target=swallow, args=[sealed(X)])
            thread.start()
            thread.join()

        def test_fails_by_itself(sealed):
            swallow(sealed(X))
            assert "its own" == "error"

        def test_skips(sealed):
            swallow(sealed(X))
            pytest.skip("afterwards")

        @pytest.mark.xfail(strict=True)
        def test_is_expected(sealed):
            swallow(sealed(X))

        @pytest.fixture
        def reads_first(sealed):
            swallow(sealed(X))

        def test_after_a_fixture(reads_first):
            pass

        @pytest.fixture
        def reads_last(sealed):
            rows = sealed(X)
            yield
            swallow(rows)

        def test_before_a_finaliser(reads_last):
            pass

        def test_needs_rows(sealed):
            sealed()
        """,
    )
    run = suite.run("-rfEpxs")
    assert run.tests == {
        "test_passes": "PASSED",
        "test_raises": "FAILED",
        "test_swallows": "FAILED",
        "test_in_a_thread": "FAILED",
        "test_fails_by_itself": "FAILED",
        "test_skips": "FAILED",
        "test_is_expected": "XFAIL",
        "test_after_a_fixture": "ERROR",
        "test_before_a_finaliser": "ERROR",
        "test_needs_rows": "FAILED",
    }
    assert "AssertionError: assert 'its own' == 'error'" in run.text
    assert "nothing to seal: write sealed(X_test, y_test)" in run.text


def test_the_message_says_who_what_why_and_what_to_do(suite: Suite) -> None:
    suite.write(
        "test_rows.py",
        """\
        def choose(rows):
            return rows.sum()

        def test_it(sealed):
            choose(sealed(X, name="X_test"))
        """,
    )
    text = suite.run().text
    for part in (
        "X_test: violated by handles (LG101 test-set-in-tuning at test_rows.py:8)",
        "read the values of ndarray of shape (4, 2) and dtype float64 by .sum",
        "> 8 |     return rows.sum()",
        "why: what was chosen by these rows",
        "help: choose by cross-validation",
        "allow: open the rows in the final evaluation, with the fixture `opened_once`",
        "more: leakguard rule test-set-in-tuning",
        "FAILED test_rows.py::test_it - Leak: X_test: violated",
    ):
        assert part in text, part
    assert "Traceback" not in text


def test_rows_stay_sealed_as_long_as_their_fixture(suite: Suite) -> None:
    suite.write(
        "test_rows.py",
        """\
        @pytest.fixture(scope="module")
        def split(sealed):
            return sealed(X, name="X_module")

        def test_first(split):
            assert split.shape == (4, 2)

        def test_second(split):
            try:
                np.asarray(split)
            except BaseException:
                pass

        def test_third(split):
            with pytest.raises(BaseException, match="sealed"):
                np.asarray(split)

        def test_fourth(split):
            assert len(split) == 4
        """,
    )
    run = suite.run()
    assert run.tests == {
        "test_first": "PASSED",
        "test_second": "FAILED",
        "test_third": "FAILED",
        "test_fourth": "PASSED",
    }


def test_files(suite: Suite) -> None:
    suite.write("train.py", "try:\n    print(open('data/test.csv').read())\nexcept BaseException:\n    pass\n")
    suite.write("tool/__main__.py", "import sys\nprint('arguments', sys.argv[1:])\nopen('data/test.csv')\n")
    suite.write(
        "test_files.py",
        """\
        def test_honest(sealed):
            seal = sealed.path("data/test.csv")
            done = sealed.run([sys.executable, "-c", "print('trained')"], capture_output=True, text=True)
            assert done.stdout == "trained\\n"
            with seal.allow():
                assert open("data/test.csv").read()

        def test_script(sealed):
            sealed.path("data")
            sealed.run([sys.executable, "train.py"])

        def test_module(sealed):
            sealed.path("data/*.csv")
            sealed.run([sys.executable, "-m", "tool", "--depth", "3"])

        def test_other_program(sealed):
            sealed.path("data/test.csv")
            sealed.run(["cat", "data/test.csv"])

        def test_failing_program(sealed):
            sealed.run([sys.executable, "-c", "raise SystemExit(3)"])

        @pytest.mark.sealed(paths=["data/test.csv"])
        def test_marked():
            try:
                open("data/test.csv")
            except BaseException:
                pass

        @pytest.mark.sealed
        def test_marked_without_paths():
            pass
        """,
    )
    run = suite.run()
    assert run.tests == {
        "test_honest": "PASSED",
        "test_script": "FAILED",
        "test_module": "FAILED",
        "test_other_program": "FAILED",
        "test_failing_program": "FAILED",
        "test_marked": "FAILED",
        "test_marked_without_paths": "ERROR",
    }
    assert "at train.py:2)" in run.text
    assert "arguments ['--depth', '3']" in run.text
    assert "tool/__main__.py:3" in run.text
    assert "let another process read" in run.text
    assert "write @pytest.mark.sealed(paths=[...])" in run.text


def test_rows_are_opened_once_over_all_runs(suite: Suite) -> None:
    suite.write(
        "test_final.py",
        """\
        def test_final(opened_once):
            with opened_once(X, np.arange(4), reason="release 1.2", name="X_test") as opening:
                rows, labels = opening
                opening.record_score(rows.mean())
        """,
    )
    first, second = suite.run(), suite.run()
    assert first.tests == {"test_final": "PASSED"}
    assert "X_test: 1 opening of a budget of 1" in first.text
    assert second.tests == {"test_final": "FAILED"}
    assert "X_test was opened once already, and its budget is 1" in second.text
    assert "release 1.2, score 1" in second.text
    assert "LG103 test-set-reuse" in second.text
    suite.write("pyproject.toml", "[tool.leakguard]\nopenings-budget = 2\n")
    assert suite.run().tests == {"test_final": "PASSED"}
    assert suite.run().tests == {"test_final": "FAILED"}


def test_an_opening_needs_a_reason(suite: Suite) -> None:
    suite.write("test_final.py", "def test_final(opened_once):\n    with opened_once(X, reason=' '):\n        pass\n")
    assert "an opening needs a reason" in suite.run().text


def test_assert_sealed(suite: Suite) -> None:
    suite.write(
        "test_tuners.py",
        """\
        from pytest_leakguard import assert_sealed
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GridSearchCV

        rng = np.random.default_rng(0)
        X, X_test = rng.normal(size=(60, 3)), rng.normal(size=(30, 3))
        y, y_test = (rows[:, 0] > 0 for rows in (X, X_test))

        def honest(X, y, X_test, y_test):
            return GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=3).fit(X, y)

        def leaky(X, y, X_test, y_test):
            models = [LogisticRegression(C=C).fit(X, y) for C in (0.001, 0.1, 1)]
            return max((model.score(X_test, y_test), model.C) for model in models)

        def unseeded(X, y, X_test, y_test):
            return np.random.default_rng().random()

        @pytest.mark.parametrize("tune", [honest, leaky, unseeded])
        def test_tuner(tune):
            assert_sealed(tune, (X, y), (X_test, y_test), folds=tune is honest)
        """,
    )
    run = suite.run()
    assert run.tests == {
        "test_tuner[honest]": "PASSED",
        "test_tuner[leaky]": "FAILED",
        "test_tuner[unseeded]": "FAILED",
    }
    assert "violated by non-interference: with other values in the held-out rows" in run.text
    assert "not proven by non-interference: two runs with the same rows and seeds returned different values" in run.text


def test_an_environment_that_tests_change_hides_and_repeats_nothing(suite: Suite) -> None:
    suite.write(
        "test_rows.py",
        """\
        import os
        from unittest import mock

        @pytest.fixture(scope="module")
        def rows(sealed):
            return sealed(X)

        def read(rows):
            try:
                np.asarray(rows)
            except BaseException:
                pass

        def test_reads(rows):
            read(rows)

        def test_changes_the_environment(rows, monkeypatch):
            for name in list(os.environ):
                monkeypatch.delenv(name)

        def test_names_another_ledger(rows, monkeypatch, tmp_path):
            monkeypatch.setenv("LEAKGUARD_LEDGER", str(tmp_path / "own.jsonl"))

        def test_is_innocent(rows):
            pass

        def test_reads_without_an_environment(rows):
            with mock.patch.dict(os.environ, clear=True):
                read(rows)

        def test_opens_without_an_environment(sealed):
            sealed.path("data/test.csv")
            with mock.patch.dict(os.environ, clear=True):
                try:
                    open("data/test.csv")
                except BaseException:
                    pass
        """,
    )
    run = suite.run()
    assert run.tests == {
        "test_reads": "FAILED",
        "test_changes_the_environment": "PASSED",
        "test_names_another_ledger": "PASSED",
        "test_is_innocent": "PASSED",
        "test_reads_without_an_environment": "FAILED",
        "test_opens_without_an_environment": "FAILED",
    }
    assert "left running" not in run.text


def test_scripts_under_a_marker_and_commands_as_text(suite: Suite) -> None:
    suite.write("train.py", "open('data/test.csv')\n")
    suite.write(
        "test_files.py",
        """\
        from pathlib import Path

        @pytest.mark.sealed(paths=Path("data/test.csv"))
        def test_marked(sealed):
            sealed.run([sys.executable, "train.py"], check=False)

        def test_text(sealed):
            sealed.run("exit 0", shell=True)

        @pytest.mark.sealed(path=["data/test.csv"])
        def test_wrong_mark():
            pass

        def test_afterwards():
            pass
        """,
    )
    run = suite.run()
    assert run.tests == {
        "test_marked": "FAILED",
        "test_text": "PASSED",
        "test_wrong_mark": "ERROR",
        "test_afterwards": "PASSED",
    }
    assert "at train.py:1)" in run.text
    assert "KeyError" not in run.text


def test_a_path_without_a_file_proves_nothing(suite: Suite) -> None:
    suite.write("test_rows.py", "def test_it(sealed):\n    sealed.path('data/tset.csv')\n")
    run = suite.run()
    assert run.tests == {"test_it": "PASSED"}
    assert "data/tset.csv: not proven" in run.text


def test_what_cannot_be_sealed_is_told_at_the_users_line(suite: Suite) -> None:
    suite.write("test_rows.py", "def test_it(sealed):\n    sealed({'a': 1})\n")
    text = suite.run().text
    assert "TypeError: builtins.dict cannot be sealed; what can be: NumPy arrays" in text
    assert "sealing.py" not in text
