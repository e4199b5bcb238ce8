#!/usr/bin/python3
"""The training of bench/workloads/W5.json in PyTorch:  peer_lstm.py WAY

WAY is eager or foreach, of the optimizer.  Data are preloaded tensors, one index_select per batch and source; the model
is the plain one that users write, time-major inside.  It has no peepholes, so it does a little less than Kiln.  Speaks
like mlp.c: "ready ...", then a line "MICROSECONDS COST" for every line "SECONDS".
"""
import os
import sys
import time

import torch

BATCH, ROWS, STEPS, COLUMNS, UNITS, CLASSES = 128, 12800, 28, 28, 128, 10


class Model(torch.nn.Module):
    """The last states decide."""

    def __init__(self):
        super().__init__()
        self.lstm, self.top = torch.nn.LSTM(COLUMNS, UNITS), torch.nn.Linear(UNITS, CLASSES)

    def forward(self, x):
        states, _ = self.lstm(x.transpose(0, 1))
        return self.top(states[-1])


def main():
    way = sys.argv[1]
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    labels = torch.randint(CLASSES, (ROWS,))
    features = (torch.rand(CLASSES, STEPS, COLUMNS) - 0.5)[labels] + torch.rand(ROWS, STEPS, COLUMNS) * 2 - 1
    wrong = torch.rand(ROWS) < 0.15
    labels[wrong] = torch.randint(CLASSES, (int(wrong.sum()),))
    model = Model()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002, foreach=way == "foreach")
    cost_of = torch.nn.CrossEntropyLoss()
    order, place, cost = torch.randperm(ROWS), 0, None

    def iterate():
        nonlocal order, place, cost
        if place + BATCH > ROWS:
            order, place = torch.randperm(ROWS), 0
        chosen = order[place:place + BATCH]
        place += BATCH
        optimizer.zero_grad()
        cost = cost_of(model(features.index_select(0, chosen)), labels.index_select(0, chosen))
        cost.backward()
        optimizer.step()

    print("ready PyTorch %s %s" % (torch.__version__, way), flush=True)
    for line in sys.stdin:
        seconds, iterations, start = float(line), 0, time.perf_counter()
        while True:
            iterate()
            iterations += 1
            spent = time.perf_counter() - start
            if spent >= seconds:
                break
        print("%.3f %.6f" % (spent / iterations * 1e6, cost.item()), flush=True)


main()
