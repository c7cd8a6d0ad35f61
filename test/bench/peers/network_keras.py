"""The reference CNN in Keras (needs keras and a backend)."""
import keras
from keras import layers


def stage(filters):
    return [layers.Conv2D(filters, 3, padding="same", activation="relu"), layers.BatchNormalization(),
            layers.MaxPooling2D(2), layers.Dropout(0.25)]


def reference_network():
    """Takes [n, 28, 28, 1]; gives logits of ten classes."""
    return keras.Sequential([keras.Input((28, 28, 1)), *stage(32), *stage(64), *stage(128), layers.Flatten(),
                             layers.Dense(128, activation="relu"), layers.BatchNormalization(), layers.Dropout(0.5),
                             layers.Dense(10)])
