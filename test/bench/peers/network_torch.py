"""The reference CNN in PyTorch, with Keras' epsilon and optimiser settings (needs torch)."""
import torch
from torch import nn


def stage(inputs, filters):
    return [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(filters, eps=1e-3),
            nn.MaxPool2d(2), nn.Dropout(0.25)]


def reference_network():
    """Takes [n, 1, 28, 28], channels last; gives logits of ten classes."""
    model = nn.Sequential(*stage(1, 32), *stage(32, 64), *stage(64, 128), nn.Flatten(),
                          nn.Linear(1152, 128), nn.ReLU(), nn.BatchNorm1d(128, eps=1e-3), nn.Dropout(0.5),
                          nn.Linear(128, 10))
    # On these processors PyTorch's convolutions are fastest with the channels last.
    return model.to(memory_format=torch.channels_last)
