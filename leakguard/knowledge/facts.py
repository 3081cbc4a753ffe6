"""The vocabulary of the knowledge files, and one fact of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# How a search goes through its space: all of it, draws, draws that earlier scores guide, or races among candidates.
KINDS = frozenset({"exhaustive", "random", "model-based", "halving"})
SEARCHING = frozenset({"kind", "trials", "default_trials", "default_folds", "seed", "global_seed"})

# effect -> the options that it takes beside `names` and `parameters`.
# An option that says "parameter" holds the name of a parameter of the call.
EFFECTS: Mapping[str, frozenset[str]] = {
    # A class whose objects learn from rows by `fit`; `learns` is one of LEARNS. `incremental = true`: a further
    # fit goes on where the last one stopped (Keras, torch). `baseline = true`: a dummy that is no candidate.
    # `fixed` names a parameter that, given as anything but a string or None (or equal to `fixed_value`), leaves nothing
    # to learn: vocabulary={...}, strategy="constant".
    # `watch` names parameters of its fit; `stops` those of its fit or constructor. `rounds` names those, of either,
    # that say how many rounds or epochs it trains. `function` names the parameter that holds what it does to rows
    # (FunctionTransformer); `parts` those with what it is made of and may have learned before (layers that were
    # adapted). `predicts = true`: if it is a model, its `transform` adds predictions (Spark).
    # `holds` names parameters of the constructor: it is made with the rows that `fit()` then learns from.
    # `distance = true`: it works with distances between rows, so that the scale of the columns decides; `measure` names
    # the parameter that chooses the distance or kernel. Of clusterings `count` names the parameter with the number of
    # clusters; `uncounted = true`: it finds as many as there are, one or none but noise among them.
    "learner": frozenset(
        {"learns", "incremental", "baseline", "watch", "stops", "always_stops", "decides", "fixed", "fixed_value"}
        | {"function", "parts", "predicts", "rounds", "distance", "measure", "count", "uncounted", "holds"}
    ),
    # A learner made of other learners, given by the parameters in `parts` (Pipeline: steps).
    "wrapper": frozenset({"parts", "predicts"}),
    # A learner that chooses hyperparameters: parameters for the estimator, the search space and the folds.
    # `kind` is one of KINDS; `trials` and `seed` name parameters; several `trials` are counted together.
    # `default_trials` and `default_folds` hold where nothing is given. `global_seed = true`: without a seed of its own
    # it draws from the global random state. `refit` names a flag; `study` the parameter that holds an Optuna study.
    # `entries`: see ENTRIES. `algorithm` names a parameter that, given as anything but "random", lets earlier scores
    # guide it, and `pruner` one that, when given, ends trials early.
    "search": frozenset({"estimator", "space", "folds", "refit", "study", "predicts", "entries"})
    | {"algorithm", "pruner"}
    | SEARCHING,
    # An object whose `split` yields pairs of fold indices. `groups = true` keeps groups together, `time = true` the
    # order. `shuffle` names a parameter that, when true, makes it cut at random; `shuffled = true`: it does where that
    # parameter is absent. `count` names the parameter that says how many pairs, `default` is its value where it isn't
    # given; `repeats` and `default_repeats` say how often that is done.
    "splitter": frozenset({"groups", "time", "shuffle", "shuffled", "count", "default", "repeats", "default_repeats"}),
    # Rows cut in two: `data` lists the parameters with rows ("*" for all positional ones), `gives` how the
    # results come: "pairs" (a_train, a_test, b_train, b_test), "parts" (one result for each part), "dict" (the parts
    # under "train" and "test"), or "folds" (an iterable of pairs of row indices, train and test). `size` names the
    # shares of several parts, `places` the number of parts or the places between them: only names tell their roles.
    # `order` lists the parts as they come, where these are others than train and test. `shuffle` and `shuffled` as for
    # a splitter.
    "split": frozenset({"data", "gives", "places", "seed", "size", "order", "shuffle", "shuffled"}),
    # A library's data set: `gives` "whole", "features-target", or "train-test" (two pairs). `part` names a parameter
    # that chooses the part ("train", "test", "train[:80%]", or several in a list), `pair` a flag that turns "whole"
    # into "features-target", `info` a flag that adds something that is no rows, `name` what tells data sets apart.
    # `gives` "anything" is what a file may hold beside rows (pickle.load): rows only if its name tells that.
    # `whole` lists names of loaders that know one part only. `role` says that the call always gives that part.
    # `columns` says what the columns are: "named" by a file, so that they may be anything, or in several "units".
    # `index` names the parameter that says which column becomes the index, `dates` one that, when true, makes it dates.
    "load": frozenset({"path", "gives", "part", "pair", "info", "name", "whole", "role", "columns", "index", "dates"}),
    # Cross-validation of `estimator` on the rows in `data`; `gives` is "scores" (also where absent) or "predictions".
    "cross-validate": frozenset({"estimator", "data", "space", "folds", "gives", "default_folds"}),
    # A function that learns from `data` and gives it back changed (sklearn.preprocessing.scale). `fixed` names a
    # parameter that, given as a list, leaves nothing to learn (pandas.cut bins=[...]); `axis` one that, when 1, does.
    "learn": frozenset({"learns", "data", "fixed", "axis"}),
    # A score of `prediction` against `truth`. `curve = true`: a score for each of many thresholds or steps.
    "judge": frozenset({"truth", "prediction", "curve", "estimator", "data"}),
    # A score of a clustering, given the rows and their `labels`, that needs two clusters at least.
    "cluster-score": frozenset({"data", "labels"}),
    # Trains from `data`; `watch` holds further rows, scored while training; `stops` names the parameters that make
    # that score choose the length of training; `always_stops = true` where watching alone does.
    # `decides = "last"`: of several watched sets only the last one's score does (XGBoost).
    # `watch_method` and `data_method` name methods of the given objects that hand out such rows (val_dataloader);
    # `settings` names the parameter with a dictionary in which one of `stop_settings` has the same effect as `stops`.
    # `rounds` names the parameter that says how many rounds or epochs.
    "train": frozenset(
        {"data", "watch", "stops", "always_stops", "decides", "learns", "rounds"}
        | {"watch_method", "data_method", "settings", "stop_settings"}
    ),
    # Calls `objective` and keeps the best of what it returns. An objective that gives or reports several numbers by
    # name is judged by the one that is called `key`, or as a parameter in `metric` says (a text, or what holds one).
    # Parameters that a method doesn't have are those of the constructor. With a `kind` it is a search of
    # hyperparameters, and what is said of "search" holds; `sampler` names the parameter that holds a sampler, `pruner`
    # one that, when given, ends trials early, `settings` one that holds an object with further parameters. With
    # `spread = true` the objective gets the values of the space by keyword. With `program = true` a program elsewhere
    # is run where no objective is given.
    "optimize": frozenset({"objective", "space", "entries", "metric", "key", "sampler", "pruner", "settings", "spread"})
    | {"program"}
    | SEARCHING,
    # Decides for a search which values are tried next: its `kind`, its `seed`, and the `space` where it holds that.
    "sampler": frozenset({"kind", "seed", "space", "entries"}),
    # An object that holds parameters of a search.
    "settings": frozenset({"trials", "default_trials", "seed", "sampler", "pruner", "space", "entries"}),
    # An object that holds a search space: `space` names the parameters with parts of it ("**": all keywords, "*": all
    # positional ones). With `spread = true` an objective gets its values by keyword.
    "space": frozenset({"space", "entries", "spread"}),
    # Adds `space` to what the receiver searches.
    "widen": frozenset({"space", "entries"}),
    # Gives a trial that the program runs by itself: otherwise as "optimize". `gives` names the trial's class.
    "ask": frozenset({"space", "entries", "sampler", "settings", "gives"}) | SEARCHING,
    # Gives one setting of hyperparameters after another from `space` (ParameterGrid).
    "candidates": frozenset({"space", "entries", "trials"}),
    # A watcher whose score decides (early stopping, checkpoints); `monitor` names the parameter and `default` its
    # value; `flag` names a parameter without which (true) it only watches (save_best_only); `training` lists the
    # values to monitor that are of the training rows, if they are not Keras's; `unless` names a parameter with which
    # (true) it only watches (every_epoch). `hook` names the method by which a class of the program that inherits from
    # it ends the training: by returning anything but false.
    "stopper": frozenset({"monitor", "default", "flag", "training", "unless", "hook"}),
    # `of` (a parameter; absent: the number `base`, or e) raised to the power of `exponent`.
    "power": frozenset({"data", "of", "exponent", "base"}),
    # Draws a hyperparameter, or lays out its values: `label`, `low`, `high` name parameters; `scale` is "linear" or
    # "log" (absent: neither); `count` (`default_count` where absent) or `step` name the parameter that says how many
    # values are laid out, `endpoint` one that, when false, leaves out the last; `log` names a parameter that, when true
    # (or equal to `log_value`), makes it "log";
    # `bounds` says what low and high mean: "range" (low to high), "width" (low to low + high), "exponents" (base `base`
    # or e); `range` names a parameter with a pair of bounds; where `log` is among `log_exponents` they are exponents;
    # `values` names a parameter with the list of choices; `function` one that
    # draws when it is called; `layout = true` for grids (linspace), not draws;
    # `every = true`: each of the values is tried, however many are drawn of others.
    # `log_form` is what does the same on a log scale (a method's bare name for a method); `immediate = true` gives the
    # number itself, not a distribution, so that it can stand in an exponent.
    "sample": frozenset(
        {"label", "low", "high", "range", "scale", "log", "log_value", "log_exponents"}
        | {"bounds", "base", "values", "layout", "count", "default_count", "step", "every", "endpoint", "function"}
        | {"log_form", "immediate"}
    ),
    # A number or table computed over rows (mean, quantile, corr) that can flow back into them. `function` names the
    # parameter that says what is computed (agg, transform, apply): "mean" learns, a row-wise function does not.
    # `broadcast = true`: what is computed goes back into the rows at once (transform, fill_null).
    "statistic": frozenset({"data", "axis", "function", "broadcast"}),
    # Rows grouped by `keys` (groupby): what is computed next is a statistic of each group.
    "group": frozenset({"data", "keys"}),
    # Rows seen together with their neighbours (rolling, expanding, ewm): what is computed next stays row by row.
    "window": frozenset({"data", "axis"}),
    # Rows held against those before them (shift, diff): the result stays row by row.
    "lag": frozenset({"data", "axis"}),
    # About the shape, not the values (len, shape, columns): learns nothing.
    "shape": frozenset(),
    # Works row by row or by fixed rules: the result is made of its arguments' rows.
    "rowwise": frozenset({"data"}),
    # Rows put together (concat, vstack): all rows of the arguments in `data`.
    "combine": frozenset({"data"}),
    # Whether two values agree, row by row, as `==` does (eq, torch.eq, numpy.equal).
    "compare": frozenset({"data"}),
    # The best of several scores (max, argmax, sorted).
    "choose": frozenset({"data"}),
    # Random rows drawn from rows: `size` names the count, `fraction` the share, `replace` the redraw flag.
    "draw": frozenset({"data", "size", "fraction", "replace"}),
    # The rows of `data` (or of the receiver) that `indices` select; all of them where none are given.
    "take": frozenset({"data", "indices"}),
    # Neighbouring rows: from `start`, up to `stop`, `size` many, or the `last` so many.
    "slice": frozenset({"start", "stop", "size", "last"}),
    # One of `count` pieces, the one numbered `index`.
    "shard": frozenset({"count", "index"}),
    # The rows, or their numbers, that are left when those in `gone` are taken away.
    "without": frozenset({"data", "gone"}),
    # A mask: which values of `data` are found in `of`.
    "among": frozenset({"data", "of"}),
    # The rows for which the conditions in `where` hold: masks, expressions, functions of a row, or texts.
    "filter": frozenset({"where"}),
    # A column of whatever frame it is evaluated on (polars.col); `computes = true`: a statistic of it (polars.mean).
    "expression": frozenset({"column", "computes"}),
    # Columns computed by expressions on the receiver's rows (with_columns, select).
    "evaluate": frozenset({"data"}),
    # Saves a model (torch.save, joblib.dump).
    "save": frozenset({"data"}),
    # Shows values to a person (print, plots).
    "show": frozenset(),
    # Hands a score to the tuner while a trial runs (trial.report). `logs = true`: also numbers that the tuner doesn't
    # look at, so that only the one that it is known to look at counts (wandb.log).
    "report": frozenset({"score", "logs"}),
    # Copies of rows, in another order or with new index: same rows. `alone = true`: only where no more arguments are
    # given (numpy.where).
    "same": frozenset({"data", "alone"}),
    # Makes an object of a class, or of another known class (`gives` is its qualified name), such as
    # optuna.create_study. Its `space` is searched through its methods. `sampler` names the parameter that holds its
    # sampler, `store` the one that says where its trials are kept. In a space that is a dict, `method` is the key of
    # "grid", "random" or "bayes", `cap` that of the largest number of trials, and those in `stop_settings` end trials
    # early. With `functions = true` functions in its space draw. `reopens` names the parameter of what
    # is made that this call stands for: the store may exist already.
    "make": frozenset({"gives", "space", "entries", "sampler", "store", "method", "cap", "stop_settings", "reopens"})
    | {"functions"},
    # Methods of a learner. `fit` learns from `data` and `truth`; `watch` and `stops` as for "train"; `then` is what it
    # gives back: "self", "transform", "predict" or "resample"; `incremental = true` goes on where the last one stopped.
    # `history` names the parameter with callbacks of a call that keeps a history of scores on the watched rows (Keras).
    # `search = true` chooses hyperparameters by cross-validation first; `kind`, `space` and `trials` as for "search".
    # `rounds` names parameters of a search's own call that say how long each trial trains.
    "fit": frozenset({"data", "truth", "watch", "stops", "always_stops", "then", "incremental", "history", "search"})
    | {"rounds"}
    | {"kind", "space", "trials", "default_trials"},
    # `inverse = true`: back to what the rows were before.
    "transform": frozenset({"data", "inverse"}),
    "predict": frozenset({"data"}),
    # A score on rows, of the learner itself (score, evaluate).
    "score": frozenset({"data", "truth"}),
    # Predictions after each step of training (staged_predict): a score of them is a curve.
    "staged": frozenset({"data"}),
}

# A table `entries` says which tuples and dicts in a space the library reads as draws. It has the options of "sample":
# a tuple holds the `parameters` in turn, a dict holds them by name. `lists = true`: lists are read as tuples are;
# `choices = true`: a list under a name holds the values of a choice.
ENTRIES = EFFECTS["sample"] | {"parameters", "lists", "choices"}

# What `on` of a method may be beside a qualified class.
RECEIVERS = frozenset({"data", "learner", "splitter", "any"})

# Options that the loader always gives as a tuple of names, also where the file has a single one.
PLURAL = frozenset(
    {"data", "watch", "stops", "parts", "stop_settings", "training", "where", "holds", "metric", "rounds", "pruner"}
)

# Options that name parameters of the call.
PARAMETER_OPTIONS = frozenset(
    (
        "algorithm axis column count data dates endpoint estimator exponent fixed flag folds fraction function gone "
        "high history holds index indices info keys label labels last log low measure metric monitor name objective of "
        "pair part parts path places prediction pruner range refit repeats replace rounds sampler score seed settings "
        "shuffle size space start step stop stops store study trials truth unless values watch where"
    ).split()
)

# Options that are true or absent.
FLAGS = frozenset(
    {
        "alone",
        "always_stops",
        "baseline",
        "broadcast",
        "choices",
        "computes",
        "curve",
        "distance",
        "every",
        "functions",
        "global_seed",
        "groups",
        "immediate",
        "incremental",
        "inverse",
        "layout",
        "lists",
        "logs",
        "predicts",
        "program",
    }
    | {"search", "shuffled", "spread", "time", "uncounted"}
)

# Options that hold a whole number; `default_trials` may have several, that are counted together.
NUMBERS = frozenset({"base", "default_count", "default_folds", "default_repeats", "default_trials"})

_ROLES = frozenset({"train", "validation", "test"})
# (effect, option) -> the words that the option may hold.
WORDS: Mapping[tuple[str, str], frozenset[str]] = {
    ("split", "gives"): frozenset({"pairs", "parts", "dict", "folds"}),
    ("split", "order"): _ROLES,
    ("load", "gives"): frozenset({"anything", "whole", "features-target", "train-test"}),
    ("load", "role"): _ROLES,
    ("load", "columns"): frozenset({"named", "units"}),
    ("cross-validate", "gives"): frozenset({"scores", "predictions"}),
    ("fit", "then"): frozenset({"self", "transform", "predict", "resample"}),
    ("sample", "scale"): frozenset({"linear", "log"}),
    ("sample", "bounds"): frozenset({"range", "width", "exponents"}),
    ("fit", "kind"): KINDS,
    ("search", "kind"): KINDS,
    ("optimize", "kind"): KINDS,
    ("ask", "kind"): KINDS,
    ("sampler", "kind"): KINDS,
    ("learner", "decides"): frozenset({"last"}),
    ("train", "decides"): frozenset({"last"}),
}

# Of these the options that may hold several words in a list.
SEVERAL_WORDS = frozenset({("split", "order")})

# What a learner takes from the rows.
LEARNS = frozenset(
    {
        "nothing",  # stateless: Normalizer, PolynomialFeatures, HashingVectorizer
        "labels",  # the set of the target's classes: LabelEncoder
        "categories",  # the set of a feature's values: OneHotEncoder, get_dummies
        "scale",  # means, deviations, ranges, quantiles
        "impute",  # fill values
        "vocabulary",  # words and document frequencies
        "decomposition",  # PCA, SVD, manifold
        "bins",  # bin edges
        "cluster",  # cluster centres
        "selection",  # which features to keep
        "target",  # statistics of the target: target encoding
        "resample",  # which rows to add or drop
        "statistic",  # computed by hand
        "model",  # a predictor
        "unknown",
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """What one call does: a function or class by qualified name, or a method by name and receiver."""

    name: str  # "sklearn.svm.SVC", or the bare name of a method
    library: str  # the TOML file's stem
    effect: str
    parameters: tuple[str, ...] = ()  # positional parameters in order, without self; "*name" takes the rest
    options: Mapping[str, object] = field(default_factory=dict)
    on: str = ""  # for a method: "data", "learner", "splitter", "any", or the qualified name of a class
