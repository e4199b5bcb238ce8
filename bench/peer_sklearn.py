#!/usr/bin/python3
"""A workload that is an MLP in scikit-learn:  peer_sklearn.py WORKLOAD

MLPClassifier knows whole epochs only, so that every answer is for at least one.  Two classes are one logistic output there,
which is a little less than Kiln's Softmax of two.
"""
import sys
import warnings

import numpy
import sklearn
from sklearn.neural_network import MLPClassifier

import peer

ACTIVATIONS = {"Tanh": "tanh", "Rectifier": "relu"}


def data_of(workload):
    """As in peer_torch.py."""
    random = numpy.random.default_rng(1)
    labels = random.integers(workload.classes, size=workload.rows)
    features = random.random((workload.rows, *workload.shape), dtype=numpy.float32)
    features *= 2
    features -= 1
    features += (random.random((workload.classes, *workload.shape), dtype=numpy.float32) - numpy.float32(0.5))[labels]
    wrong = random.random(workload.rows) < 0.15
    labels[wrong] = random.integers(workload.classes, size=int(wrong.sum()))
    return features, labels


def main():
    workload = peer.Workload(sys.argv[1])
    mlp, rule = workload.bricks["mlp"], workload.rule
    features, labels = data_of(workload)
    net = MLPClassifier(hidden_layer_sizes=mlp["dims"][1:-1], activation=ACTIVATIONS[mlp["activations"][0]],
                        solver="adam" if rule["type"] == "Adam" else "sgd", learning_rate_init=rule["learning_rate"],
                        momentum=0, nesterovs_momentum=False, alpha=0, batch_size=workload.batch, tol=0, n_iter_no_change=10**9, random_state=1)
    per_epoch = -(-workload.rows // workload.batch)
    warnings.simplefilter("ignore")  # that it has not converged

    def train(epochs):
        net.set_params(max_iter=epochs).fit(features, labels)
        return net.loss_

    def first():
        net.partial_fit(features[:workload.batch], labels[:workload.batch], classes=numpy.arange(workload.classes))
        net.set_params(warm_start=True)

    peer.serve("scikit-learn %s" % sklearn.__version__, first, train, per_epoch)


main()
