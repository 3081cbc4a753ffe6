"""Executes a program the way Python would, on abstract values: every branch, every loop twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic import calls, expressions, operations, statements
from leakguard.semantic.effects.searching import settle_asked
from leakguard.semantic.entries import run_entries, run_unentered
from leakguard.semantic.gate import open_gate
from leakguard.semantic.machine import BudgetSpentError, Machine

if TYPE_CHECKING:
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.program import Program
    from leakguard.semantic.project import Project
    from leakguard.semantic.trace import Trace

# Imported for the handlers that they register.
HANDLERS = (calls, expressions, operations, statements)


def run(program: Program, options: AnalysisOptions, project: Project | None = None) -> Trace:
    """Execute the module, then every function and method in it that nobody called, and return what happened.

    What it uses of other modules of the project is executed with it.
    """
    machine = Machine(program.filename, options, project)
    machine.gate = open_gate(options)
    try:
        machine.execute(program.body)
        run_entries(machine)
        if machine.gate is not None:
            run_unentered(machine)
    except BudgetSpentError:
        machine.trace.complete = False
    settle_asked(machine)
    return machine.trace
