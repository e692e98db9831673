// onnxruntime from 1.29 on sends telemetry to its makers, on Linux too, unless this is set before its native code is loaded.
// Nothing of this project talks to anybody whom its user has not named. Imported before onnxruntime-node, wherever that is.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
