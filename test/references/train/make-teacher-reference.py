"""Losses and gradients with a teacher and soft targets, by PyTorch in double precision.
usage: make-teacher-reference.py > teacher-reference.json   (torch; recorded with torch 2.15)
"""
import json, math
import torch
import torch.nn.functional as F
torch.set_default_dtype(torch.float64)

N, P, K, T, w = 3, 4, 4, 3.0, 0.7
wave = lambda n, a, b, c: torch.tensor([c * math.sin(a * i + b) for i in range(n)])
x = torch.tensor([((i * 7919 + 13) % 256 - 127.5) / 127.5 for i in range(N * P)]).reshape(N, P)
kernel = wave(P * K, 12.9898, 1.0, 0.8).reshape(P, K).requires_grad_(True)
bias = wave(K, 3.1, 0.2, 0.3).requires_grad_(True)
teacher = wave(N * K, 2.3, 0.7, 6.0).reshape(N, K)
targets = torch.tensor([[0.7, 0.1, 0.1, 0.1], [0.025, 0.625, 0.325, 0.025], [0.0, 0.0, 0.4, 0.6]])

logits = x @ kernel + bias
hard = F.cross_entropy(logits, targets, reduction="none")
soft = F.kl_div(F.log_softmax(logits / T, 1), F.log_softmax(teacher / T, 1), reduction="none", log_target=True).sum(1)
losses = (1 - w) * hard + w * T * T * soft
losses.mean().backward()
print(json.dumps({"losses": losses.tolist(), "kernel": kernel.grad.flatten().tolist(), "bias": bias.grad.tolist()}, indent=1))
