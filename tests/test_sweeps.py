"""W&B sweeps in YAML files are checked as the same sweeps in Python are; all other YAML is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

SWEEP = """\
program: train.py
method: bayes
metric: {name: val_loss, goal: minimize}
parameters:
  learning_rate:
    min: 1e-5
    max: 0.1  # linear
  weight_decay:
    distribution: log_uniform_values
    min: 0.000001
    max: 0.01
  alpha: {distribution: log_uniform, min: 0.0001, max: 0.1}
  eta: {min: 0.05, max: 0.5}
  tol:
    distribution: log_uniform_values
    min: 0
    max: 1
  batch_size:
    values: [16, 32, 64]
  C:
    values: [1, 51, 101, 151, 201]
  optimizer:
    value: adam
"""


def test_a_sweep_is_found_and_judged(project: Project) -> None:
    project.write("configs/sweep.yaml", SWEEP)
    assert project.places() == [
        ("configs/sweep.yaml", None, 5, "uniform-prior-on-log-scale"),
        ("configs/sweep.yaml", None, 12, "exponents-as-bounds"),
        ("configs/sweep.yaml", None, 14, "log-scale-from-zero"),
        ("configs/sweep.yaml", None, 21, "linear-grid-on-log-scale"),
    ]


def test_a_sweep_on_the_log_scale_is_clean(project: Project) -> None:
    project.write(
        "sweep.yml",
        "method: random\nparameters:\n"
        "  lr: {distribution: log_uniform_values, min: 1e-5, max: 1e-1}\n"
        "  dropout: {min: 0.0, max: 0.5}\n"
        "  alpha: {values: [0.001, 0.01, 0.1, 1]}\n",
    )
    assert project.places() == []
    assert project.places("sweep.yml") == []


GRID = """\
program: train.py
method: grid
metric: {name: val_loss, goal: minimize}
parameters:
  lr: {values: [0.0001, 0.0003, 0.001, 0.003, 0.01]}
  batch_size: {values: [16, 32, 64, 128, 256]}
  optimizer:
    parameters:
      name: {values: [adam, sgd]}
      weight_decay: {values: [0, 0.001, 0.01]}
  dropout: {values: [0.1, 0.2, 0.3, 0.4]}
"""


def test_a_grid_is_counted_with_its_nested_parameters(project: Project) -> None:
    project.write("pyproject.toml", '[tool.leakguard]\nextend-select = ["LG402"]\n')
    project.write("sweep.yaml", GRID)
    assert project.places() == [
        ("sweep.yaml", None, 2, "grid-explosion"),
        ("sweep.yaml", None, 2, "too-many-hyperparameters"),
    ]
    assert "the sweep tries 600 combinations" in project.findings()[0]["message"]
    project.write("sweep.yaml", GRID.replace("[0, 0.001, 0.01]", "[0, 0.001]").replace("[0.1, 0.2, 0.3, 0.4]", "[0.1]"))
    assert project.places() == []
    project.write("sweep.yaml", f"{GRID}run_cap: 60\n")
    assert project.places() == [("sweep.yaml", None, 2, "too-many-hyperparameters")]
    project.write("sweep.yaml", f"{GRID}early_terminate: {{type: hyperband, min_iter: 3}}\n")
    assert project.places() == [("sweep.yaml", None, 2, "too-many-hyperparameters")]
    project.write("sweep.yaml", GRID.replace("method: grid", "method: bayes"))
    assert project.places() == []


RANDOM = """\
program: train.py
method: random
run_cap: 19
parameters:
  lr: {distribution: log_uniform_values, min: 1e-5, max: 1e-1}
  seed: {values: [1, 2, 3]}
  epochs: {values: [10, 20]}
"""


def test_random_draws_are_counted_and_seeds_and_epochs_seen(project: Project) -> None:
    project.write("pyproject.toml", '[tool.leakguard]\nextend-select = ["LG403", "LG404"]\n')
    project.write("sweep.yaml", RANDOM)
    assert project.places() == [
        ("sweep.yaml", None, 2, "too-few-random-trials"),
        ("sweep.yaml", None, 6, "seed-in-search-space"),
        ("sweep.yaml", None, 7, "no-early-stopping"),
    ]
    stopped = f"{RANDOM}early_terminate: {{type: hyperband, min_iter: 3}}\n"
    for clean in (stopped, RANDOM.replace("run_cap: 19", "run_cap: 20").replace("[10, 20]", "[10]")):
        project.write("sweep.yaml", clean.replace("{values: [1, 2, 3]}", "{value: 1}"))
        assert project.places() == []
    project.write(
        "sweep.yaml", RANDOM.replace("random", "grid").replace("epochs: {values: [10, 20]}", "depth: {value: 2}")
    )
    assert project.places() == []  # a grid of seeds may be run to average over them


@pytest.mark.parametrize(
    "text",
    [
        "on: push\njobs: {test: {steps: [{run: 'a'}]}}\n",
        "parameters: {lr: {min: 0.00001, max: 0.1}}\n",
        "a: [1, 2\nb: }\n",
        "nested:\n  method: grid\n  parameters: {lr: {min: 0.00001, max: 0.1}}\n",
        "",
        "- method: grid\n",
        "\x00\x01",
    ],
)
def test_other_yaml_is_left_alone(project: Project, text: str) -> None:
    project.write("settings.yaml", text)
    assert project.places() == []
    assert project.places("settings.yaml") == []


def test_yaml_that_is_no_utf8_is_passed_over_in_folders(project: Project) -> None:
    project.write("latin.yaml", "name: Zo\xeb\n".encode("latin-1"))
    assert project.places() == []


def test_a_broken_sweep_says_where(project: Project) -> None:
    project.write("sweep.yaml", "method: grid\nparameters:\n  lr: {min: 0.1, max: [}\n")
    assert project.places() == [("sweep.yaml", None, 3, "syntax-error")]


def test_a_comment_silences_a_parameter(project: Project) -> None:
    project.write("sweep.yaml", SWEEP.replace("0.1  # linear", "0.1  # leakguard: ignore[LG301] known to be large"))
    assert [row for _, _, row, _ in project.places()] == [12, 14, 21]
    head = SWEEP.replace("learning_rate:", "learning_rate:  # leakguard: ignore[uniform-prior-on-log-scale] as before")
    project.write("sweep.yaml", head)
    assert [row for _, _, row, _ in project.places()] == [12, 14, 21]


def test_deep_and_odd_values_do_no_harm(project: Project) -> None:
    deep = "[" * 200 + "]" * 200
    project.write(
        "sweep.yaml", f"method: grid\nparameters:\n  a: {{values: {deep}}}\n  lr: {{min: .inf, max: -.nan}}\n"
    )
    assert project.places() == []
    project.write("sweep.yaml", "method: grid\nparameters: &p\n  a: *p\n")
    assert project.places() == []
    project.write("sweep.yaml", "method: grid\nparameters:\n---\nmethod: grid\n")
    assert project.places() == []


def test_several_documents_are_no_sweep(project: Project) -> None:
    project.write("sweeps.yaml", f"{SWEEP}---\n{SWEEP}")
    project.write("broken.yaml", f"{SWEEP}---\na: [1\n")
    assert project.places() == [("broken.yaml", None, 26, "syntax-error")]
