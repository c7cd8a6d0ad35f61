"""Computes with SciPy and NumPy what src/statistics must compute, on small recorded samples.

usage: python make-reference.py > reference.json      (SciPy >= 1.15, NumPy)
"""

import json

import numpy as np
from scipy import stats
from scipy.spatial.distance import cdist, jensenshannon, pdist

rng = np.random.default_rng(20261121)
plain = lambda a: np.asarray(a).tolist()


def samples():
    yield "same", rng.normal(size=60), rng.normal(size=45)
    yield "moved", rng.normal(size=80), rng.normal(0.7, size=50)
    yield "wider", rng.normal(size=300), rng.normal(0, 1.6, size=120)
    yield "ties", rng.integers(0, 6, 70) / 4, rng.integers(1, 7, 30) / 4
    yield "equal sizes", rng.gamma(2, size=64), rng.gamma(2.5, size=64)
    yield "apart", rng.normal(size=40), rng.normal(6, size=35)
    yield "one against many", rng.normal(size=200), np.array([2.5])


def psi(a, b):
    p, q = a / a.sum(), b / b.sum()
    return float(((p - q) * np.log(p / q)).sum())


def two_samples():
    for name, a, b in samples():
        a, b = np.round(a, 6), np.round(b, 6)
        ks = stats.ks_2samp(a, b, method="exact")
        yield dict(
            name=name, a=plain(a), b=plain(b),
            ks=ks.statistic, p=ks.pvalue,
            wasserstein=stats.wasserstein_distance(a, b),
            mean=a.mean(), deviation=a.std(),
            median=np.quantile(a, 0.5, method="inverted_cdf"),
        )


def large():
    """Too large for the exact distribution: the asymptotic p is held against SciPy's exact one."""
    for n, m, move in [(5000, 2000, 0.03), (20000, 500, 0.1), (4000, 4000, 0.06), (3000, 3000, 0)]:
        a, b = np.round(rng.normal(size=n), 2), np.round(rng.normal(move, size=m), 2)
        low = -600
        count = lambda x: np.bincount(np.round(x * 100).astype(int) - low, minlength=1201)
        x, y = count(a), count(b)
        kept = (x + y) > 0
        ks = stats.ks_2samp(a, b, method="exact")
        yield dict(values=plain((np.arange(1201) + low)[kept] / 100), a=plain(x[kept]), b=plain(y[kept]),
                   ks=ks.statistic, p=ks.pvalue)


def tables():
    for a, b in [
        ([10, 20, 30], [12, 18, 35]),
        ([100, 100, 100, 100], [30, 10, 25, 35]),
        ([600] * 10, [45, 62, 50, 55, 48, 52, 50, 41, 49, 48]),
        ([5, 900], [60, 400]),
    ]:
        a, b = np.array(a), np.array(b)
        chi = stats.chi2_contingency([a, b], correction=False)
        index = psi(a, b)
        scale = 1 / a.sum() + 1 / b.sum()
        yield dict(a=plain(a), b=plain(b), chiSquare=chi.statistic, p=chi.pvalue, degrees=int(chi.dof),
                   jensenShannon=jensenshannon(a, b, base=2), psi=index,
                   psiThreshold=scale * stats.chi2.isf(0.01, len(a) - 1),
                   psiP=stats.chi2.sf(index / scale, len(a) - 1))


def fisher():
    for table in [[3, 1, 1, 3], [8, 2, 1, 5], [0, 30, 4, 200], [25, 25, 30, 2], [1, 999, 6, 994]]:
        grid = [table[:2], table[2:]]
        yield dict(table=table, p=stats.fisher_exact(grid).pvalue,
                   pLess=stats.fisher_exact(grid, alternative="less").pvalue)


def proportions():
    for x, n, y, m in [(930, 1000, 270, 300), (4650, 5000, 455, 500), (90, 100, 95, 100), (500, 1000, 480, 1000)]:
        pooled = (x + y) / (n + m)
        z = (x / n - y / m) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        yield dict(counts=[x, n, y, m], z=z, p=stats.norm.sf(z), pTwoSided=2 * stats.norm.sf(abs(z)))


def corrections():
    p = np.array([0.0004, 0.04, 0.012, 0.6, 0.03, 0.0004, 0.99, 0.2])
    order = np.argsort(p, kind="stable")
    steps = np.minimum(1, np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))))
    holm = np.empty_like(p)
    holm[order] = steps
    return dict(p=plain(p), bh=plain(stats.false_discovery_control(p)), holm=plain(holm))


def discrepancy():
    for name, move in [("same", 0), ("moved", 1.2)]:
        a, b = np.round(rng.normal(size=(40, 5)), 4), np.round(rng.normal(move, size=(30, 5)), 4)
        width = np.median(pdist(np.vstack([a, b])))
        x = np.vstack([a, b])
        k = np.exp(-cdist(x, x, "sqeuclidean") / (2 * width**2))
        n, m = len(a), len(b)
        value = lambda k: ((k[:n, :n].sum() - n) / (n * (n - 1)) + (k[n:, n:].sum() - m) / (m * (m - 1)) - 2 * k[:n, n:].mean())
        orders = [rng.permutation(n + m) for _ in range(20000)]
        p = np.mean([value(k[np.ix_(o, o)]) >= value(k) for o in orders])
        yield dict(name=name, a=plain(a), b=plain(b), statistic=value(k), bandwidth=width, p=p)


def tails():
    return dict(
        normal=[[z, stats.norm.sf(z)] for z in (-3, -0.5, 0, 0.3, 1.96, 5, 12, 30)],
        chiSquare=[[x, d, stats.chi2.sf(x, d)] for x, d in [(0.1, 1), (3.84, 1), (9, 9), (30, 9), (400, 9), (900, 1000), (60, 2)]],
        quantile=[[p, d, stats.chi2.isf(p, d)] for p, d in [(0.05, 1), (0.01, 9), (0.001, 50), (1e-9, 3)]],
        kolmogorov=[[x, stats.kstwobign.sf(x)] for x in (0.2, 0.5, 0.99, 1.01, 1.36, 2, 4)],
    )


print(json.dumps(dict(
    twoSamples=list(two_samples()), large=list(large()), tables=list(tables()), fisher=list(fisher()),
    proportions=list(proportions()), corrections=corrections(), discrepancy=list(discrepancy()), tails=tails(),
), default=float))
