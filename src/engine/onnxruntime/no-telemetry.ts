/**
 * Telemetry switch of ONNX Runtime: off. From 1.29 on, its Linux and macOS builds report sessions, models and a device
 * identifier to its maker unless this is set before it starts
 * (https://github.com/microsoft/onnxruntime/pull/27379). Training data and models are private. Must be imported in the
 * main thread: a worker's `process.env` does not reach native code.
 */

process.env.ORT_DISABLE_TELEMETRY = '1';
