#!/usr/bin/python3
"""A workload in PyTorch:  peer_torch.py WORKLOAD WAY

WAY is eager, or some of these joined by "+": jit (the net is traced), channels-last (of images), foreach (of the
optimizer).  OMP_NUM_THREADS says on how many threads.  Data are preloaded tensors, one index_select per batch and source;
the nets are the plain ones that users write.  Recurrent nets are PyTorch's own: LSTM has no peepholes, and GRU resets
behind its product instead of before it.
"""
import os
import sys

import torch
from torch import nn

import peer

ACTIVATIONS = {"Tanh": nn.Tanh, "Rectifier": nn.ReLU}


class LastState(nn.Module):
    """The last state of a recurrent net, time-major inside."""

    def __init__(self, net, columns):
        super().__init__()
        self.net, self.columns = net, columns

    def forward(self, x):
        states, _ = self.net(x.reshape(x.shape[0], -1, self.columns).transpose(0, 1))
        return states[-1]


def mlp_layers(brick):
    """Without the last Softmax, which is part of the cost."""
    layers = []
    for inputs, outputs, activation in zip(brick["dims"], brick["dims"][1:], brick["activations"]):
        layers.append(nn.Linear(inputs, outputs))
        if activation != "Softmax":
            layers.append(ACTIVATIONS[activation]())
    return layers


def image_layers(brick):
    channels, layers = brick["num_channels"], []
    for layer in brick["layers"]:
        if isinstance(layer, str):
            layers.append(ACTIVATIONS[layer]())
        elif layer["type"] == "Convolutional":
            layers.append(nn.Conv2d(channels, layer["num_filters"], layer["filter_size"], bias=layer.get("use_bias", True)))
            channels = layer["num_filters"]
        elif layer["type"] == "SpatialBatchNormalization":
            layers.append(nn.BatchNorm2d(channels))
        else:
            layers.append(nn.MaxPool2d(layer["pooling_size"]))
    return layers


def model_of(bricks):
    layers = []
    for brick in bricks.values():
        if brick["type"] == "MLP":
            layers += mlp_layers(brick)
        elif brick["type"] == "ConvolutionalSequence":
            layers += image_layers(brick) + [nn.Flatten()]
        elif brick["type"] in ("LSTM", "GatedRecurrent"):  # the Linear before it is part of PyTorch's layer
            columns = bricks["rows"]["input_dim"]
            net = nn.LSTM if brick["type"] == "LSTM" else nn.GRU
            layers.append(LastState(net(columns, brick["dim"]), columns))
    return nn.Sequential(*layers)


def data_of(workload):
    """Classes differ by their means; 15 in 100 labels are wrong, so that gradients do not vanish."""
    rows, classes = workload.rows, workload.classes
    labels = torch.randint(classes, (rows,))
    features = torch.rand(rows, *workload.shape).mul_(2).sub_(1)
    features += (torch.rand(classes, *workload.shape) - 0.5)[labels]
    wrong = torch.rand(rows) < 0.15
    labels[wrong] = torch.randint(classes, (int(wrong.sum()),))
    return features, labels


def optimizer_of(rule, parameters, foreach):
    if rule["type"] == "Adam":
        return torch.optim.Adam(parameters, lr=rule["learning_rate"], foreach=foreach)
    return torch.optim.SGD(parameters, lr=rule["learning_rate"], momentum=rule.get("momentum", 0), foreach=foreach)


def main():
    workload, ways = peer.Workload(sys.argv[1]), sys.argv[2].split("+")
    rows, batch = workload.rows, workload.batch
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    features, labels = data_of(workload)
    model = model_of(workload.bricks)
    if "channels-last" in ways:
        model = model.to(memory_format=torch.channels_last)
        features = features.contiguous(memory_format=torch.channels_last)
    if "jit" in ways:
        model = torch.jit.trace(model, features[:batch], check_trace=False)
    optimizer = optimizer_of(workload.rule, model.parameters(), "foreach" in ways)
    cost_of = nn.CrossEntropyLoss()
    order, place = torch.randperm(rows), 0

    def train(iterations):
        nonlocal order, place
        for _ in range(iterations):
            if place + batch > rows:
                order, place = torch.randperm(rows), 0
            chosen = order[place:place + batch]
            place += batch
            optimizer.zero_grad()
            cost = cost_of(model(features.index_select(0, chosen)), labels.index_select(0, chosen))
            cost.backward()
            optimizer.step()
        return cost.item()

    peer.serve("PyTorch %s %s" % (torch.__version__, sys.argv[2]), lambda: train(1), train)


main()
