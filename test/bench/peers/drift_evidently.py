"""Evidently's verdicts, with its defaults: usage: python drift_evidently.py speed REFERENCE LOG | windows FOLDER N"""

import json
import os
import sys
import warnings
from pathlib import Path

from chunks import report_peak

report_peak()
# Modules beside this file have names that others import too.
sys.path.pop(0)
warnings.filterwarnings("ignore")
os.environ.setdefault("DO_NOT_TRACK", "1")
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from evidently import DataDefinition, Dataset, Report  # noqa: E402
from evidently import __version__ as version  # noqa: E402
from evidently.presets import DataDriftPreset  # noqa: E402


def definition(frame):
    numbers = [name for name in frame.columns if name not in ("prediction", "label")]
    return DataDefinition(numerical_columns=numbers, categorical_columns=["prediction"])


def drifted(reference, current):
    """How many of the columns drift, and what share of them that is."""
    shape = definition(reference)
    report = Report([DataDriftPreset()]).run(
        Dataset.from_pandas(current, shape), Dataset.from_pandas(reference, shape)
    )
    value = report.dict()["metrics"][0]["value"]
    return value["count"], value["share"]


def log(path):
    return pd.read_json(path, lines=True)[["brightness", "contrast", "confidence", "prediction"]]


if sys.argv[1] == "speed":
    count, share = drifted(log(sys.argv[2]), log(sys.argv[3]))
    json.dump({"version": version, "drifted": count}, sys.stdout)
else:
    folder, windows = Path(sys.argv[2]), int(sys.argv[3])
    frames = {path.stem: pd.read_csv(path).drop(columns="label") for path in sorted(folder.glob("*.csv"))}
    reference = frames.pop("reference")
    random = np.random.default_rng(0)
    sources = []
    for name, frame in frames.items():
        found = [
            drifted(reference, frame.iloc[random.choice(len(frame), 200, replace=False)]) for _ in range(windows)
        ]
        # By default a data set drifts where at least half of its columns do.
        whole = sum(share >= 0.5 for _, share in found)
        sources.append({"name": name, "whole": whole, "any": sum(count > 0 for count, _ in found)})
    json.dump({"version": version, "windows": windows, "sources": sources}, sys.stdout)
