"""Trains the reference CNN in Keras on TensorFlow by its documented recipe, and prints accuracy and training time an epoch.
Adam at 0.001, batches of 32, the rate times 0.2 after 3 epochs without a lower validation loss, the end after 10.
usage: accuracy_keras.py TRAIN VALIDATION SECONDS AUGMENT SEED   (AUGMENT 0 or 1; needs numpy, keras, tensorflow)
"""
import json, os, sys, time
os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
import keras
import tensorflow as tf
from idx import read_set
from network_keras import reference_network

limit, augmenting, seed = float(sys.argv[3]), sys.argv[4] == "1", int(sys.argv[5])
keras.utils.set_random_seed(seed)


def arrays(path):
    labels, images = read_set(path)
    return images[..., None].astype("float32"), labels.astype("int32")


def augment(images, labels):
    """Rotation by 15 degrees, shift, shear and zoom by 15 %, flip; what is beyond the edge is the edge."""
    n, middle = tf.shape(images)[0], 13.5
    spread = lambda most: tf.random.uniform([n], -most, most)
    angle, shear = spread(15 * 3.141592653589793 / 180), spread(0.15)
    wide, high = 1 + spread(0.15), 1 + spread(0.15)
    side = tf.where(tf.random.uniform([n]) < 0.5, -1.0, 1.0)
    cos, sin = tf.cos(angle), tf.sin(angle)
    a, b = side * wide * cos, side * wide * (shear * cos - sin)
    d, e = high * sin, high * (shear * sin + cos)
    x, y = spread(0.15) * 28, spread(0.15) * 28
    none = tf.zeros([n])
    transforms = tf.stack([a, b, middle * (1 - a - b) + x, d, e, middle * (1 - d - e) + y, none, none], 1)
    moved = tf.raw_ops.ImageProjectiveTransformV3(images=images, transforms=transforms, output_shape=[28, 28],
                                                  fill_value=0.0, interpolation="BILINEAR", fill_mode="NEAREST")
    return moved, labels


x, y = arrays(sys.argv[1])
vx, vy = arrays(sys.argv[2])
mean, deviation = x.mean(), x.std()
x, vx = (x - mean) / deviation, (vx - mean) / deviation
model = reference_network()
model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True),
              metrics=["accuracy"])
data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(32)
if augmenting:
    data = data.map(augment, num_parallel_calls=tf.data.AUTOTUNE)


class Clock(keras.callbacks.Callback):
    """Stops while the validation images are judged."""
    spent = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.perf_counter()

    def on_test_begin(self, logs=None):
        self.spent += time.perf_counter() - self.started

    def on_epoch_end(self, epoch, logs=None):
        print(json.dumps({"type": "epoch", "program": f"Keras {keras.__version__}", "epoch": epoch + 1,
                          "seconds": self.spent, "validationAccuracy": logs["val_accuracy"]}), flush=True)
        if self.spent >= limit:
            self.model.stop_training = True


model.fit(data.prefetch(tf.data.AUTOTUNE), epochs=1000, verbose=0, validation_data=(vx, vy), validation_batch_size=500,
          callbacks=[keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.2, patience=3),
                     keras.callbacks.EarlyStopping("val_loss", patience=10), Clock()])
