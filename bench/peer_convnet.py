#!/usr/bin/python3
"""The training of bench/workloads/W4.json in PyTorch:  peer_convnet.py WAY

WAY is eager or channels-last.  Data are preloaded tensors, one index_select per batch and source; the model is the plain
one that users write.  Speaks like mlp.c: "ready ...", then a line "MICROSECONDS COST" for every line "SECONDS".
"""
import os
import sys
import time

import torch

BATCH, ROWS = 128, 6400


def main():
    way = sys.argv[1]
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    labels = torch.randint(10, (ROWS,))
    features = (torch.rand(10, 1, 28, 28) - 0.5)[labels] + torch.rand(ROWS, 1, 28, 28) * 2 - 1
    wrong = torch.rand(ROWS) < 0.15
    labels[wrong] = torch.randint(10, (int(wrong.sum()),))
    nn = torch.nn
    model = nn.Sequential(nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.ReLU(),
                          nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))
    if way == "channels-last":
        model = model.to(memory_format=torch.channels_last)
        features = features.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    cost_of = nn.CrossEntropyLoss()
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
