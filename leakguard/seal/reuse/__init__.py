"""Ways to ask a test set more than once whose answers stay close to the truth although later questions follow earlier.

    asked = Reusable(sealed, Thresholdout(budget=50, seed=0), training=(X_train, y_train))
    score = asked.ask(lambda X, y: model.predict(X) == y, reason="depth 5")

Dwork et al., The reusable holdout, Science 349 (2015); Blum and Hardt, The Ladder, ICML 2015.
"""

from __future__ import annotations

from leakguard.seal.reuse.asking import Reusable
from leakguard.seal.reuse.mechanisms import AnswersUsedUp, Ladder, ParameterFreeLadder, Thresholdout

__all__ = ["AnswersUsedUp", "Ladder", "ParameterFreeLadder", "Reusable", "Thresholdout"]
