"""Takes the time of predictions."""
import time


def speed(predict, images, batch, seconds):
    """Images a second of predict(start), over and over."""
    for _ in range(3):
        predict(0)
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        predict(done % (images - batch + 1))
        done += batch
    return done / (time.perf_counter() - started)


def latencies(predict, images, seconds):
    """Median and 99th percentile, in milliseconds, of predict(index) on one image after another."""
    started, times = time.perf_counter(), []
    while time.perf_counter() - started < seconds or len(times) < 200:
        begun = time.perf_counter()
        predict(len(times) % images)
        times.append(1000 * (time.perf_counter() - begun))
    times = sorted(times[100:])
    return times[len(times) // 2], times[len(times) * 99 // 100]
