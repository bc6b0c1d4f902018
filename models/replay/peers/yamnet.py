"""YAMNet in TFLite for `earshot replay --with yamnet`: samples in on stdin, scores out on stdout.

Needs Python with ai-edge-litert (or tflite-runtime) and numpy:  python3 -m venv venv && venv/bin/pip install ai-edge-litert numpy
Protocol, little-endian: int32 count of samples, then that many float32; answer: int32 count of windows, then for each window one
float32 per wanted class. A count of 0 or the end of input ends it. Windows overlap by half, as Frigate runs it.
"""
import struct
import sys

import numpy as np

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    from tflite_runtime.interpreter import Interpreter

WINDOW = 15600
HOP = WINDOW // 2


def read_exactly(stream, size):
    data = b""
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            return None
        data += more
    return data


def main(model, classes):
    interpreter = Interpreter(model_path=model, num_threads=1)
    interpreter.allocate_tensors()
    inputs, outputs = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    shape = inputs["shape"]
    while True:
        head = read_exactly(sys.stdin.buffer, 4)
        count = struct.unpack("<i", head)[0] if head else 0
        if count <= 0:
            return
        samples = np.frombuffer(read_exactly(sys.stdin.buffer, 4 * count), dtype="<f4")
        if count < WINDOW:
            samples = np.concatenate([samples, np.zeros(WINDOW - count, dtype=np.float32)])
        # The last window is filled with silence, so that the end of a clip is scored, too.
        steps = 1 + -(-(len(samples) - WINDOW) // HOP)
        samples = np.concatenate([samples, np.zeros((steps - 1) * HOP + WINDOW - len(samples), dtype=np.float32)])
        rows = []
        for step in range(steps):
            interpreter.set_tensor(inputs["index"], samples[step * HOP : step * HOP + WINDOW].reshape(shape))
            interpreter.invoke()
            scores = interpreter.get_tensor(outputs["index"]).reshape(-1, 521).max(axis=0)
            rows.append(scores[classes])
        sys.stdout.buffer.write(struct.pack("<i", steps) + np.asarray(rows, dtype="<f4").tobytes())
        sys.stdout.buffer.flush()


main(sys.argv[1], [int(c) for c in sys.argv[2].split(",")])
