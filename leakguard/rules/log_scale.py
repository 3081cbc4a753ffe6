"""Which samples concern a hyperparameter that lives on a log scale, and how wide they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.knowledge.hyperparameters import (
    AMBIGUOUS,
    LEARNERS,
    LINEAR_SCALE,
    LOG_SCALE,
    LOG_SCALE_SPELLED,
    SHARES,
    SHARING,
    ZERO_IS_OFF,
)
from leakguard.semantic.names import words

if TYPE_CHECKING:
    from leakguard.semantic.events import Sample
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.trace import Trace


def lives_on_log_scale(label: str, options: AnalysisOptions) -> bool:
    """Whether a hyperparameter's name, behind any prefix (`svc__C`, `logit_c`), is one whose exponent matters."""
    parameter = label.rpartition("__")[2]
    if parameter in options.log_scale_names or parameter.lower() in LOG_SCALE_SPELLED:
        return True
    spelled = words(parameter)
    if len(parameter) == 1 and parameter.islower():  # the SVM's C is a capital
        return False
    own = {words(name) for name in options.log_scale_names}
    if any(spelled[-len(name) :] == name for name in own if name):
        return True
    if any(spelled[-len(name) :] == name for name in LINEAR_SCALE) or _is_logarithm(spelled):
        return False
    found = [name for name in LOG_SCALE if spelled[-len(name) :] == name]
    return any(name not in AMBIGUOUS or _is_qualified(spelled[: -len(name)]) for name in found)


def _is_logarithm(spelled: tuple[str, ...]) -> bool:
    return spelled[:1] == ("log",) and spelled[1:2] != ("reg",)


def _is_qualified(before: tuple[str, ...]) -> bool:
    """Whether the words before a name of many meanings say that it is a penalty or of a model that has one."""
    return not before or not LEARNERS.isdisjoint(before)


def spans_decades(sample: Sample, options: AnalysisOptions) -> bool:
    """Whether the range is so wide that most linear draws fall into its last decade; a range from 0 always is."""
    low, high = sample.low, sample.high
    if _counts_steps(sample):
        return False
    if sample.values:  # zero switches a penalty off and stands beside the scale
        low = min((value for value in sample.values if value > 0), default=None)
    if low is None or high is None or high <= low or high <= 0 or low < 0:
        return False
    if low == 0 and words(sample.label)[-1:] in ZERO_IS_OFF:
        return False
    return low == 0 or high / low >= options.log_scale_span * (1 - 1e-9)


def meant_otherwise(sample: Sample, trace: Trace) -> bool:
    """Whether the program uses the values as exponents or as shares, whatever their name says."""
    return sample.site.node in trace.raised or _is_share(sample, trace)


def _is_share(sample: Sample, trace: Trace) -> bool:
    """Whether an alpha, lambda or epsilon between 0 and 1 mixes two things, as no learner takes it for a penalty."""
    name = sample.label.rpartition("__")[2]
    spelled = words(name)
    shrinks = spelled[-2:] == ("reg", "param")  # from a covariance to its diagonal
    if not (spelled in SHARES or shrinks) or name in trace.options.log_scale_names:
        return False
    takers = trace.takers.get(sample.site.node, set())
    from_zero = (min(sample.values) if sample.values else sample.low) == 0
    within = sample.high is not None and sample.high <= 1
    return within and (not takers.isdisjoint(SHARING) if takers else from_zero)


def _counts_steps(sample: Sample) -> bool:
    return words(sample.label)[-2:] == ("step", "size") and sample.low is not None and sample.low >= 1


def in_last_decade(sample: Sample) -> str:
    """How large a share of a linear draw falls between a tenth of the upper bound and the bound."""
    low, high = sample.low or 0.0, sample.high or 0.0
    share = (high - max(low, high / 10)) / (high - low) if high > low else 0.0
    where = "fall into the last decade" if low else "lie above a tenth of the upper bound"
    return f"{share:.0%} of the draws {where}"


def advice(sample: Sample) -> str:
    """What to do instead: a log scale, which cannot begin at zero."""
    return "draw it on a log scale" if sample.low else "give it a small positive lower bound and draw it on a log scale"


def are_exponents(sample: Sample) -> bool:
    """Whether the bounds of a log scale are exponents: no value on it is negative."""
    bounds = sample.bounds
    if bounds is None or sample.scale != "log" or bounds.meaning != "range":
        return False
    first, second = bounds.first, bounds.second
    if first is None or second is None or not first < 0 or second <= first:
        return False
    return second <= 0 or (first.is_integer() and second.is_integer())
