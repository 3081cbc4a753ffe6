"""Subjects: a project's data and pipeline, with which every reference tuner is run under all seals.

Importing this package loads nothing but the standard library; scikit-learn comes with the first examination.
"""

from __future__ import annotations

from leakguard.subjects.budgets import BUDGETS, Budget
from leakguard.subjects.examining import CHECKS, examine
from leakguard.subjects.subject import Subject, SubjectError

__all__ = ["BUDGETS", "CHECKS", "Budget", "Subject", "SubjectError", "examine"]
