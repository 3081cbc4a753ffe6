"""What leakguard reports beside its rules' findings: remarks on the checked files, and on its own failures."""

from __future__ import annotations

from dataclasses import dataclass

from leakguard.diagnostic import Confidence, Diagnostic, Place, Severity


@dataclass(frozen=True, slots=True)
class Remark:
    """A kind of diagnostic that no rule makes; `documentation` is laid out like a rule's."""

    code: str
    name: str
    severity: Severity
    documentation: str

    def at(self, place: Place, message: str) -> Diagnostic:
        """Return this remark about a place."""
        return Diagnostic(self.code, self.name, message, place, self.severity, Confidence.HIGH)


SYNTAX_ERROR = Remark(
    "LG001",
    "syntax-error",
    Severity.ERROR,
    """\
The file is not valid Python, so that nothing in it was checked.

## What it does
Reports where the parser stopped. Other files are still checked. A notebook loses only the cells that do not parse.
In runs over more than 400 files, those that hold nothing that a finding needs are only read, not looked at for syntax
errors; a note at the end says how many these were.

## Why is this bad
A file that was not checked must not look like a clean one.

## Example
```python
print "accuracy", score
```

## Use instead
```python
print("accuracy", score)
```

Name files that are not meant to be Python 3 under `exclude`.""",
)

UNREADABLE_FILE = Remark(
    "LG002",
    "unreadable-file",
    Severity.ERROR,
    """\
The file could not be read as text, or not as a notebook, so that nothing in it was checked.

## What it does
Reports files that vanished or may not be opened, text in another encoding than the declared one,
`.ipynb` files that hold no notebook, and code that is nested too deeply to analyse.

## Why is this bad
A file that was not checked must not look like a clean one.

## Use instead
Save the file as UTF-8, or declare its encoding in the first row:
```python
# -*- coding: latin-1 -*-
```

Name generated and broken files under `exclude`.""",
)

INTERNAL_ERROR = Remark(
    "LG003",
    "internal-error",
    Severity.ERROR,
    """\
leakguard itself failed on the file. Other files are still checked; the exit code is 2.

## What it does
Names the file, the error and the place in leakguard where it came up. It cannot be turned off.

## Why is this bad
The file was not checked, or not by all rules.

## Use instead
Report it with the message and, if you may, the file. `LEAKGUARD_TRACEBACK=1` prints the whole traceback.
Until it is mended, name the file under `exclude`.""",
)

UNUSED_SUPPRESSION = Remark(
    "LG004",
    "unused-suppression",
    Severity.WARNING,
    """\
A suppression comment that suppresses nothing.

## What it does
Reports each name in `# leakguard: ignore[...]` and `# leakguard: ignore-file[...]` that matches no finding,
names that are no rule, and comments without names: there is no form that silences everything.
`ignore` counts on the first and on the last row of a statement, `ignore-file` in a row of its own.

## Why is this bad
A comment that outlives its finding hides the next one.

## Example
```python
scaler.fit(X_train)  # leakguard: ignore[fit-before-split] only for the plot
```

## Use instead
```python
scaler.fit(X_train)
```""",
)

ANALYSIS_LIMIT = Remark(
    "LG005",
    "analysis-limit",
    Severity.WARNING,
    """\
The file is so large that it was analysed only in part.

## What it does
Reports a file of which the analysis took as many steps as one file may take, or which has more than 40,000 rows that
are not empty, or 300,000 words, written-out data not counted: of that, the statements up to there are analysed. What
was found is reported.

## Why is this bad
What was not analysed must not look clean.

## Example
A generated module with a hundred thousand statements.

## Use instead
Name generated files under `exclude`, or split the file.""",
)

_ALL = (SYNTAX_ERROR, UNREADABLE_FILE, INTERNAL_ERROR, UNUSED_SUPPRESSION, ANALYSIS_LIMIT)
REMARKS = {remark.name: remark for remark in _ALL}
