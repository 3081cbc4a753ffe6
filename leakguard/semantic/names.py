"""What a variable's or a file's name says about rows. Evidence only where the flow of values knows nothing."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """What a part of the rows is for."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


PARTS = {role.value: role for role in Role}  # what parts are for that are called after it


_WORDS = {
    **dict.fromkeys(("train", "training", "trn", "tr", "trainset", "xtrain", "ytrain"), Role.TRAIN),
    **dict.fromkeys(
        ("val", "valid", "validation", "dev", "vld", "va", "cv", "xval", "yval", "xvalid", "yvalid"), Role.VALIDATION
    ),
    **dict.fromkeys(("test", "testing", "tst", "te", "holdout", "heldout", "testset", "xtest", "ytest"), Role.TEST),
}
ROLE_WORDS = frozenset(_WORDS)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# Words written together: testloader, valset, traindata.
_COMPOUND = re.compile(
    r"(train|training|val|valid|validation|dev|test)"
    r"(loaders?|sets?|data|datasets?|dataloaders?|gen|generator|iter|iterator|dl|ds|df|images?|labels?|features?|files?)"
)
_HELD_OUT = re.compile(r"(hold|held)[_-]out", re.IGNORECASE)
# Not the rows themselves but a statement about them, a size, or a question that is asked of them.
_ABOUT = frozenset(
    "size sizes ratio frac fraction pct percent len length num count n score scores acc accuracy loss losses error "
    "errors rmse mse mae auc f1 r2 is do run name names path dir file filename url id ids time split".split(),
)

# What names a column beside the role when its values say which rows have that role.
_MARKS = frozenset("is in mask masks flag flags idx index indices set split".split())
_NOUNS = frozenset(
    "x y set sets data dataset datasets loader loaders dataloader dataloaders dl ds df iter iterator gen generator "
    "images labels features targets".split(),
)
# What else is kept in files, beside rows.
_OTHER_THINGS = frozenset(
    "model models net network classifier clf scaler encoder transformer pipeline tokenizer vectorizer vocab vocabulary "
    "weights weight checkpoint ckpt state best optimizer optim epoch config cfg conf settings params parameters args "
    "options mapping map word dict classes names log logs history result results report metrics metric score scores "
    "pred preds prediction predictions output outputs loss acc accuracy stats cache".split(),
)
# What else is kept in folders: what tests of the program leave, beside the above.
_OTHER_FOLDERS = _OTHER_THINGS | frozenset(
    "app apps automl unit integration smoke run runs experiment experiments project workspace tmp temp case cases "
    "suite".split(),
)


_TRUTH = frozenset("y label labels target targets truth true actual actuals ytest yval yvalid ytrain outcome".split())


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """Split a name at underscores, digits and capitals, in lower case: `X_testDF2` gives x, test, df."""
    found = (word.lower() for word in _WORD.findall(_HELD_OUT.sub("holdout", name)))
    return tuple(part for word in found for part in _taken_apart(word))


def _taken_apart(word: str) -> tuple[str, ...]:
    compound = None if word in _WORDS else _COMPOUND.fullmatch(word)
    return (word,) if compound is None else (compound[1], compound[2])


def is_seed(parameter: str) -> bool:
    """Whether a parameter, behind any prefix, seeds random numbers: random_state, seed, bagging_seed."""
    spelled = words(parameter.rpartition("__")[2])
    return spelled[-2:] == ("random", "state") or spelled[-1:] == ("seed",)


def names_truth(name: str) -> bool:
    """Whether a name says that these are the true answers: y_test, labels, data.target, true_values."""
    return not _TRUTH.isdisjoint(words(name.rpartition(".")[2]))


def asks_for_best(name: str) -> bool:
    """Whether an attribute of a tuner or its results is the best trial: best_params, best_config, get_best_result."""
    return name.startswith(("best_", "get_best_")) and not name.endswith("_")


@lru_cache(maxsize=4096)
def role_of(name: str) -> Role | None:
    """The role that exactly one word of a variable's name tells, None when it tells none or several."""
    found = words(name)
    if not _ABOUT.isdisjoint(found):
        return None
    roles = {_WORDS[word] for word in found if word in _WORDS}
    return roles.pop() if len(roles) == 1 else None


@lru_cache(maxsize=1024)
def role_of_mark(name: str) -> Role | None:
    """The role of the rows that a column of marks picks (`train_mask`, `is_test`), None if it may hold other things."""
    found = words(name)
    roles = {_WORDS[word] for word in found if word in _WORDS}
    return roles.pop() if len(roles) == 1 and _MARKS.issuperset(word for word in found if word not in _WORDS) else None


@lru_cache(maxsize=1024)
def role_of_path(path: str) -> Role | None:
    """The role that the last telling component of a file's path tells (`data/test/images`, `train.csv`).

    A folder that is named for something else tells none: `AppTest`, `test_results`.
    """
    for place, component in enumerate(reversed(re.split(r"[\\/]", path))):
        if place and not _OTHER_FOLDERS.isdisjoint(words(component)):
            continue
        stem, _, ending = component.rpartition(".")
        told = component if ending in _WORDS else stem or component  # adult.test, train.csv
        roles = {_WORDS[word] for word in words(told) if word in _WORDS}
        if roles:
            return roles.pop() if len(roles) == 1 else None
    return None


def holds_rows(path: str) -> bool:
    """Whether a file's name doesn't say that it holds something else: a model, settings, results."""
    return _OTHER_THINGS.isdisjoint(words(re.split(r"[\\/]", path)[-1]))


def data_role_of(name: str) -> Role | None:
    """The role of a name that says no more than that it holds such rows: `train_set`, `testloader`, `X_val`."""
    nouns = [word for word in words(name) if word not in _WORDS]
    return role_of(name) if nouns and _NOUNS.issuperset(nouns) else None
