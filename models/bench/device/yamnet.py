"""YAMNet as Frigate runs it: TFLite, one thread, one window of 0.975 s a call. Each line on stdin asks for one round of
windows; the answer is the CPU time of the round in milliseconds per second of audio."""
import sys
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter

WINDOW_S = 0.975
WINDOWS = 40

interpreter = Interpreter(model_path=sys.argv[1], num_threads=1)
interpreter.allocate_tensors()
given = interpreter.get_input_details()[0]
made = interpreter.get_output_details()[0]
sound = ((np.random.default_rng(1).random(given["shape"]) - 0.5) * 0.04).astype(np.float32)


def round_of_windows():
    before = time.process_time()
    for _ in range(WINDOWS):
        interpreter.set_tensor(given["index"], sound)
        interpreter.invoke()
        interpreter.get_tensor(made["index"])
    return (time.process_time() - before) * 1000 / (WINDOWS * WINDOW_S)


round_of_windows()
print("ready", flush=True)
for _ in sys.stdin:
    print(round_of_windows(), flush=True)
