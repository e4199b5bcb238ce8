#!/usr/bin/python3
"""The same training as bench/mlp.c in PyTorch:  peer_torch.py WAY ACTIVATION BATCH ROWS DIM...

WAY is eager or jit for plain gradient descent, adam or foreach for Adam, tensor by tensor or over lists of them.
OMP_NUM_THREADS says on how many threads.  Data are preloaded tensors, one index_select per batch and source; the model is the plain one
that users write.  Speaks like mlp.c: "ready ...", then a line "MICROSECONDS COST" for every line "SECONDS".
"""
import os
import sys
import time

import torch


def model_of(activation, dims):
    layers = []
    for inputs, outputs in zip(dims, dims[1:]):
        layers += [torch.nn.Linear(inputs, outputs), {"Tanh": torch.nn.Tanh, "Rectifier": torch.nn.ReLU}[activation]()]
    return torch.nn.Sequential(*layers[:-1])


def main():
    way, activation, batch, rows = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    dims = [int(dim) for dim in sys.argv[5:]]
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    labels = torch.randint(dims[-1], (rows,))
    features = (torch.rand(dims[-1], dims[0]) - 0.5)[labels] + torch.rand(rows, dims[0]) * 2 - 1
    wrong = torch.rand(rows) < 0.15
    labels[wrong] = torch.randint(dims[-1], (int(wrong.sum()),))
    model = model_of(activation, dims)
    if way == "jit":
        model = torch.jit.trace(model, features[:batch])
    if way in ("adam", "foreach"):
        optimizer = torch.optim.Adam(model.parameters(), lr=0.0001, foreach=way == "foreach")
    else:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    cost_of = torch.nn.CrossEntropyLoss()
    order, place = torch.randperm(rows), 0
    cost = None

    def iterate():
        nonlocal order, place, cost
        if place + batch > rows:
            order, place = torch.randperm(rows), 0
        chosen = order[place:place + batch]
        place += batch
        optimizer.zero_grad()
        cost = cost_of(model(features.index_select(0, chosen)), labels.index_select(0, chosen))
        cost.backward()
        optimizer.step()

    print("ready PyTorch %s %s" % (torch.__version__, way), flush=True)
    for line in sys.stdin:
        seconds, iterations, at_once, start = float(line), 0, 1, time.perf_counter()
        while True:
            for _ in range(at_once):
                iterate()
            iterations += at_once
            spent = time.perf_counter() - start
            if spent >= seconds:
                break
            if spent < seconds / 100:
                at_once *= 2
        print("%.3f %.6f" % (spent / iterations * 1e6, cost.item()), flush=True)


main()
