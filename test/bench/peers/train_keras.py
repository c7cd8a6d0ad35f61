"""Trains the reference CNN in Keras on TensorFlow and prints one JSON line an epoch.
usage: train_keras.py FILE BATCH EPOCHS   (needs numpy, keras, tensorflow)
"""
import json, os, sys, time
os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
import keras
import tensorflow as tf
from idx import read_set
from network_keras import reference_network

path, batch, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
labels, images = read_set(path)
x = images[..., None].astype("float32")
x = (x - x.mean()) / x.std()
steps = len(x) // batch

keras.utils.set_random_seed(0)
model = reference_network()
model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
data = tf.data.Dataset.from_tensor_slices((x, labels)).shuffle(len(x)).batch(batch, drop_remainder=True)


class Clock(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.started
        print(json.dumps({"type": "epoch", "program": f"Keras {keras.__version__}, TensorFlow {tf.__version__}",
                          "epoch": epoch + 1, "loss": logs["loss"], "imagesPerSecond": steps * batch / seconds}),
              flush=True)


model.fit(data, epochs=epochs, verbose=0, callbacks=[Clock()])
