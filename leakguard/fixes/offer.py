"""From a rule's proposal to the fix that is offered, or to none where the proposal cannot be written without doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Edit, Fix
from leakguard.fixes.behind_split import behind_split
from leakguard.fixes.bounds import exponents_as_bounds, values_as_bounds, width_of_range
from leakguard.fixes.log_scale import Written, on_log_scale, open_low
from leakguard.fixes.page import CannotFixError, Page, is_clean
from leakguard.fixes.parallel import in_parallel
from leakguard.fixes.pipeline import into_pipeline
from leakguard.fixes.seed import seed
from leakguard.fixes.transform_only import transform_only
from leakguard.rules import proposals as p
from leakguard.source import is_yaml

if TYPE_CHECKING:
    from leakguard.modules import Module
    from leakguard.rules.proposals import Proposal


def fix_for(proposal: Proposal, module: Module) -> Fix | None:
    """Return the fix that a proposal comes to in the module that it is about."""
    if is_yaml(module.source.filename):
        return None
    page = Page(module)
    if not page.is_sound():
        return None
    try:
        written = _write(page, proposal)
    except CannotFixError:
        return None
    if not is_clean(page, written.changes):
        return None
    edits = tuple(Edit(page.place(one.start, one.end), one.text) for one in sorted(written.changes))
    return Fix(written.title, written.applicability, edits)


def _write(page: Page, proposal: Proposal) -> Written:
    match proposal:
        case p.OnLogScale(sample=sample):
            return on_log_scale(page, sample)
        case p.LowerBound(sample=sample):
            return open_low(page, sample)
        case p.ValuesAsBounds(sample=sample):
            return values_as_bounds(page, sample)
        case p.ExponentsAsBounds(sample=sample):
            return exponents_as_bounds(page, sample)
        case p.WidthOfRange(sample=sample):
            return width_of_range(page, sample)
        case _:
            return _write_around(page, proposal)


def _write_around(page: Page, proposal: Proposal) -> Written:
    """Write what concerns a fit or a whole search."""
    match proposal:
        case p.TransformOnly(fit=fit, earlier=earlier):
            return transform_only(page, fit, earlier)
        case p.BehindSplit(fit=fit, split=split):
            return behind_split(page, fit, split)
        case p.IntoPipeline(fit=fit, validated=validated):
            return into_pipeline(page, fit, validated)
        case p.Seed(search=search):
            return seed(page, search)
        case p.InParallel(search=search):
            return in_parallel(page, search)
        case _:
            raise CannotFixError
