"""Which hyperparameters live on a log scale: their effect depends on the exponent, not on the value.

The names are the common ones of scikit-learn, XGBoost, LightGBM, CatBoost, Keras and PyTorch for step sizes, penalties,
kernel widths and tolerances; compare the default search spaces in Bergstra and Bengio, "Random Search for
Hyper-Parameter Optimization", JMLR 13 (2012), section 3.
"""

from __future__ import annotations

LOG_SCALE = frozenset(
    {
        ("lr",),
        ("learning", "rate"),
        ("learning", "rate", "init"),
        ("eta",),
        ("step", "size"),
        ("weight", "decay"),
        ("wd",),
        ("c",),
        ("gamma",),
        ("alpha",),
        ("lambda",),
        ("lamda",),
        ("lam",),
        ("reg",),
        ("reg", "alpha"),
        ("reg", "lambda"),
        ("reg", "param"),
        ("alpha", "init"),
        ("penalty", "weight"),
        ("tol",),
        ("tolerance",),
        ("epsilon",),
        ("length", "scale"),
        ("noise", "level"),
        ("var", "smoothing"),
    }
)

# Names with digits, as they are spelled.
LOG_SCALE_SPELLED = frozenset(
    {"l1", "l2", "eta0", "lambda_l1", "lambda_l2", "l2_leaf_reg", "l2_regularization", "lambda1", "lambda2"}
)

# Names that end like one of the above and are searched linearly: tree pruning, the shape of the focal loss.
LINEAR_SCALE = frozenset({("ccp", "alpha"), ("focal", "gamma"), ("focal", "alpha"), ("lr", "gamma")})

# Names of many meanings: behind another word (mixup_alpha, gae_lambda) they only count if it is one of LEARNERS.
AMBIGUOUS = frozenset(
    {("c",), ("gamma",), ("alpha",), ("lambda",), ("lamda",), ("lam",), ("epsilon",), ("step", "size")}
)

# Words for penalties, kernels, and learners that have one; words are split at digits (l1, l2).
LEARNERS = frozenset(
    "reg regularization regularisation l penalty weight decay kernel rbf sigmoid poly svm svc svr nusvc linearsvc "
    "logit logistic logreg lr ridge lasso elastic elasticnet enet net sgd perceptron mlp nb mnb bnb multinomial "
    "bernoulli bayes krr huber glm lgb lgbm lightgbm xgb xgboost cat catboost gb gbm gbdt model clf classifier "
    "regressor reg estimator adam optimizer opt".split()
)

# Alone and between 0 and 1 these may be the share of one of two things in a mixture.
SHARES = frozenset({("alpha",), ("lambda",), ("lamda",), ("lam",), ("epsilon",)})

# Learners whose alpha is a share: of labels that are clamped, or the quantile of a loss.
SHARING = frozenset({"LabelSpreading", "GradientBoostingRegressor", "LGBMRegressor", "LGBMModel"})

# From zero on, these are thresholds of boosting, not the widths of kernels.
ZERO_IS_OFF = frozenset({("gamma",)})

# Shares of rows, columns or units, and mixtures: no library takes more than 1.
AT_MOST_ONE = frozenset(
    {
        ("subsample",),
        ("colsample", "bytree"),
        ("colsample", "bylevel"),
        ("colsample", "bynode"),
        ("rsm",),
        ("fraction",),
        ("frac",),
        ("l", "ratio"),  # ElasticNet's l1_ratio
        ("sampling", "ratio"),
        ("max", "features"),
        ("max", "samples"),
        ("min", "samples", "split"),
        ("min", "samples", "leaf"),
        ("test", "size"),
        ("train", "size"),
        ("dropout",),
        ("dropout", "rate"),
        ("momentum",),
        ("keep", "prob"),
    }
)
