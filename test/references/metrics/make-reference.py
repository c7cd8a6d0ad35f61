"""Computes with scikit-learn and SciPy what src/metrics must compute, on small recorded samples.

usage: python make-reference.py > reference.json      (scikit-learn >= 1.7, SciPy, NumPy)
"""

import json
import warnings

import numpy as np
from scipy.stats import binomtest
from sklearn import metrics as m

warnings.simplefilter("ignore")
rng = np.random.default_rng(20261120)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).astype(np.float32)


def noisy(truth, classes, sharpness):
    z = rng.normal(size=(len(truth), classes))
    z[np.arange(len(truth)), truth] += sharpness
    return softmax(2 * z)


def samples():
    t = rng.integers(0, 5, 60)
    yield "ordinary", t, noisy(t, 5, 1.2)
    t = rng.integers(0, 4, 60)
    coarse = rng.multinomial(8, [0.25] * 4, size=60) / 8
    yield "ties", t, coarse.astype(np.float32)
    t = rng.choice([0, 1, 3], 50)
    yield "class 2 absent, sometimes predicted", t, noisy(t, 4, 0.8)
    t = rng.choice([0, 1, 3], 50)
    p = noisy(t, 5, 1.5)
    p[:, 4] = 0
    yield "class 4 neither true nor predicted", t, p
    t = rng.integers(0, 3, 30)
    yield "perfect", t, np.eye(3, dtype=np.float32)[t]
    t = rng.integers(0, 3, 30)
    yield "all wrong and sure", t, np.eye(3, dtype=np.float32)[(t + 1) % 3]
    t = rng.integers(0, 4, 40)
    yield "uniform", t, np.full((40, 4), 0.25, dtype=np.float32)
    t = np.full(20, 1)
    yield "one true class", t, noisy(t, 3, 0.5)
    t = np.full(20, 1)
    yield "one true class, only it predicted", t, noisy(t, 3, 9)
    t = rng.integers(0, 2, 40)
    yield "two classes", t, noisy(t, 2, 0.7)
    t = rng.choice(26, 80, p=np.arange(1, 27) / 351)
    yield "26 classes, unequal", t, noisy(t, 26, 2.5)
    yield "one image", np.array([2]), noisy(np.array([2]), 4, 1)


def ece(confidence, right, bins=15):
    """Guo et al. 2017: bins (low, high], the first closed below."""
    edges = np.arange(bins + 1) / bins
    total, table = 0.0, []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high) | ((low == 0) & (confidence == 0))
        n = int(inside.sum())
        if n:
            c, a = float(confidence[inside].mean()), float(right[inside].mean())
            total += n / len(confidence) * abs(a - c)
            table.append([n, c, a])
        else:
            table.append([0])
    return total, table


def reference(truth, p):
    classes = p.shape[1]
    labels = list(range(classes))
    prediction = p.argmax(axis=1)
    onehot = np.eye(classes, dtype=int)[truth]
    p64 = p.astype(np.float64)
    prf = lambda average, labels=None: [
        float(v)
        for v in m.precision_recall_fscore_support(
            truth, prediction, labels=labels, average=average, zero_division=0
        )[:3]
    ]
    each = m.precision_recall_fscore_support(truth, prediction, labels=labels, zero_division=0)
    ap = [
        float(m.average_precision_score(onehot[:, c], p64[:, c])) if onehot[:, c].any() else None
        for c in labels
    ]
    auc = [
        float(m.roc_auc_score(onehot[:, c], p64[:, c])) if 0 < onehot[:, c].sum() < len(truth) else None
        for c in labels
    ]
    mean = lambda values: float(np.mean([v for v in values if v is not None])) if any(
        v is not None for v in values
    ) else None
    confidence = p64[np.arange(len(truth)), prediction]
    error, bins = ece(confidence, prediction == truth)
    interval = binomtest(int((prediction == truth).sum()), len(truth)).proportion_ci(0.95, "wilson")

    def top(k):
        if k >= classes:
            return None
        return float(m.top_k_accuracy_score(truth, p64, k=k, labels=labels))

    kappa = float(m.cohen_kappa_score(truth, prediction))
    figures = {
        "accuracy": float(m.accuracy_score(truth, prediction)),
        "accuracyLow": float(interval.low),
        "accuracyHigh": float(interval.high),
        "top2Accuracy": top(2),
        "top3Accuracy": top(3),
        "top5Accuracy": top(5),
        "balancedAccuracy": float(m.balanced_accuracy_score(truth, prediction)),
        **dict(zip(["macroPrecision", "macroRecall", "macroF1"], prf("macro"))),
        **dict(zip(["weightedPrecision", "weightedRecall", "weightedF1"], prf("weighted"))),
        "cohenKappa": None if np.isnan(kappa) else kappa,
        "matthewsCorrelation": float(m.matthews_corrcoef(truth, prediction)),
        "logLoss": float(m.log_loss(truth, p, labels=labels)),
        "brierScore": float(m.brier_score_loss(truth, p64, labels=labels, scale_by_half=False)),
        "expectedCalibrationError": error,
        "microAveragePrecision": float(m.average_precision_score(onehot.ravel(), p64.ravel())),
        "macroAveragePrecision": mean(ap),
        "microRocAuc": float(m.roc_auc_score(onehot.ravel(), p64.ravel())),
        "macroRocAuc": mean(auc),
        "thresholdPrecision": float(
            m.precision_score(onehot, p >= np.float32(THRESHOLD), average="micro", zero_division=0)
        ),
        "thresholdRecall": float(
            m.recall_score(onehot, p >= np.float32(THRESHOLD), average="micro", zero_division=0)
        ),
    }
    return {
        "figures": figures,
        "confusion": m.confusion_matrix(truth, prediction, labels=labels).tolist(),
        "perClass": [
            dict(zip(["precision", "recall", "f1"], map(float, row))) for row in zip(*each[:3])
        ],
        "averagePrecision": ap,
        "rocAuc": auc,
        "bins": bins,
    }


THRESHOLD = 0.4
print("[")
cases = [
    json.dumps(
        {
            "name": name,
            "threshold": THRESHOLD,
            "truth": truth.tolist(),
            "prediction": p.argmax(axis=1).tolist(),
            "probabilities": [[float(str(v)) for v in row] for row in p],
            **reference(truth, p),
        }
    )
    for name, truth, p in samples()
]
print(",\n".join(cases))
print("]")
