"""Runs the reference CNN in Keras on TensorFlow, as a tf.function on raw bytes, and prints a JSON line a batch size,
then one for single images.
usage: infer_keras.py FILE SECONDS BATCH...   (needs numpy, keras, tensorflow)
"""
import json, os, sys
os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
import keras
import tensorflow as tf
from keras import layers
from idx import read_set
from network_keras import reference_network
from pace import latencies, speed

path, seconds, batches = sys.argv[1], float(sys.argv[2]), [int(word) for word in sys.argv[3:]]
images = read_set(path)[1][..., None].copy()

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(1 / 90.0, -72.9 / 90.0), reference_network(),
                          layers.Softmax()])
run = tf.function(lambda x: model(x, training=False))
program = f"Keras {keras.__version__}, TensorFlow {tf.__version__}"
for batch in batches:
    pace = speed(lambda at: run(tf.constant(images[at:at + batch])).numpy(), len(images), batch, seconds)
    print(json.dumps({"program": program, "batch": batch, "imagesPerSecond": pace}), flush=True)
p50, p99 = latencies(lambda at: run(tf.constant(images[at:at + 1])).numpy(), len(images), seconds)
print(json.dumps({"program": program, "p50": p50, "p99": p99}))
