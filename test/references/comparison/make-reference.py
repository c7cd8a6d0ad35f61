"""Computes with SciPy and statsmodels what src/evaluate/comparison must compute.

usage: python make-reference.py > reference.json      (SciPy >= 1.15, statsmodels >= 0.14, NumPy)
"""

import json

import numpy as np
from scipy.stats import binom, bootstrap
from statsmodels.stats.contingency_tables import mcnemar

rng = np.random.default_rng(20261121)


def tests(only_old, only_new):
    table = [[100, only_old], [only_new, 100]]
    exact = mcnemar(table, exact=True).pvalue
    chi = mcnemar(table, exact=False, correction=False).pvalue if only_old + only_new else 1.0
    k, n = min(only_old, only_new), only_old + only_new
    mid = 2 * binom.cdf(k, n, 0.5) - binom.pmf(k, n, 0.5)
    return {
        "onlyOld": only_old,
        "onlyNew": only_new,
        "exactP": float(min(1, exact)),
        "midP": float(min(1, mid)),
        "chiSquareP": float(chi),
    }


def intervals(images, only_old, only_new, confidence):
    d = np.zeros(images)
    d[:only_new] = 1
    d[only_new : only_new + only_old] = -1
    found = bootstrap(
        (d,), np.mean, n_resamples=20000, batch=500, method="percentile",
        confidence_level=confidence, random_state=rng,
    ).confidence_interval
    return {
        "images": images,
        "onlyOld": only_old,
        "onlyNew": only_new,
        "confidence": confidence,
        "low": float(found.low),
        "high": float(found.high),
    }


pairs = [(0, 0), (0, 1), (1, 0), (0, 8), (5, 5), (3, 9), (12, 4), (30, 51), (115, 51), (240, 250)]
pairs += [(1200, 1000), (6000, 5000), (40000, 40600), (0, 300)]
sets = [(50, 0, 3, 0.95), (120, 6, 33, 0.95), (500, 12, 31, 0.9), (1000, 40, 40, 0.99)]
sets += [(5000, 51, 115, 0.95), (2000, 900, 1000, 0.95), (60, 60, 0, 0.95), (40, 15, 25, 0.95)]
print(
    json.dumps(
        {"tests": [tests(*p) for p in pairs], "intervals": [intervals(*s) for s in sets]}, indent=1
    )
)
