"""What Keras' EarlyStopping and ReduceLROnPlateau do on made-up validation losses; writes stopping-reference.json.

usage: make-stopping-reference.py      (needs keras and jax)
"""

import json
import os
import pathlib
import random
import types

os.environ["KERAS_BACKEND"] = "jax"
import keras  # noqa: E402


def scenario(losses, stop_patience, stop_delta, plateau):
    optimizer = types.SimpleNamespace(learning_rate=1.0)
    model = types.SimpleNamespace(stop_training=False, optimizer=optimizer, get_weights=lambda: None)
    callbacks = [
        keras.callbacks.EarlyStopping(
            monitor="val_loss", mode="min", patience=stop_patience, min_delta=stop_delta
        ),
        keras.callbacks.ReduceLROnPlateau(
            monitor="val_loss",
            mode="min",
            patience=plateau["patience"],
            factor=plateau["factor"],
            min_delta=plateau["minDelta"],
            min_lr=plateau["minFactor"],
            cooldown=0,
        ),
    ]
    for callback in callbacks:
        callback.set_model(model)
        callback.on_train_begin()
    factors, ended = [], None
    for epoch, loss in enumerate(losses):
        for callback in callbacks:
            callback.on_epoch_end(epoch, {"val_loss": loss})
        factors.append(float(keras.ops.convert_to_numpy(optimizer.learning_rate)))
        if model.stop_training:
            ended = epoch + 1
            break
    return factors, ended


random.seed(5)
scenarios = []
for index in range(40):
    losses, level = [], 1.0
    for _ in range(30):
        level -= random.choice([0, 0, 0.005, 0.02, 0.05, -0.01])
        losses.append(round(level + random.uniform(-0.02, 0.02), 4))
    stopping = {"patience": random.choice([1, 2, 3, 5, 8]), "minDelta": random.choice([0, 0, 0.01])}
    plateau = {
        "patience": random.choice([1, 2, 3, 4]),
        "factor": random.choice([0.5, 0.2, 0.1]),
        "minDelta": random.choice([0, 0.01, 0.0001]),
        "minFactor": random.choice([0, 0.05, 0.3]),
    }
    factors, ended = scenario(losses, stopping["patience"], stopping["minDelta"], plateau)
    scenarios.append(
        {"losses": losses, "stopping": stopping, "plateau": plateau, "factors": factors, "ended": ended}
    )

path = pathlib.Path(__file__).resolve().with_name("stopping-reference.json")
record = {"made with": {"keras": keras.__version__}, "scenarios": scenarios}
lines = ",\n  ".join(json.dumps(scenario) for scenario in scenarios)
path.write_text(f'{{"made with": {json.dumps(record["made with"])}, "scenarios": [\n  {lines}\n]}}\n')
