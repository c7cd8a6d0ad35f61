"""Reference values for the optimisers, schedules and a short training run, by PyTorch in double precision.
usage: make-reference.py > reference.json   (numpy, torch; recorded with torch 2.15)
"""
import json, math
import numpy as np, torch
torch.set_default_dtype(torch.float64)


def wave(n, a, b, c):
    """The same made-up numbers as `wave` in the test."""
    return torch.tensor([c * math.sin(a * i + b) for i in range(n)])


def optimiser_trace(make, steps=5, n=6):
    p = wave(n, 1.7, 0.3, 1.0).clone().requires_grad_(True)
    opt = make([p])
    trace = []
    for t in range(steps):
        p.grad = wave(n, 0.9, 0.5 * t, 0.7)
        opt.step()
        trace.append(p.detach().tolist())
    return trace


optim = torch.optim
optimisers = {
    "sgd": optimiser_trace(lambda p: optim.SGD(p, 0.1, momentum=0.0)),
    "sgd momentum": optimiser_trace(lambda p: optim.SGD(p, 0.1, momentum=0.9)),
    "sgd nesterov decay": optimiser_trace(lambda p: optim.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.01)),
    "adam": optimiser_trace(lambda p: optim.Adam(p, 0.01, betas=(0.9, 0.99), eps=1e-7)),
    "adam decay": optimiser_trace(lambda p: optim.Adam(p, 0.01, betas=(0.9, 0.99), eps=1e-7, weight_decay=0.1)),
    "adamw": optimiser_trace(lambda p: optim.AdamW(p, 0.01, betas=(0.9, 0.99), eps=1e-7, weight_decay=0.1)),
}


def schedule_trace(make, steps):
    opt = optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    s = make(opt)
    out = []
    for _ in range(steps):
        out.append(opt.param_groups[0]["lr"])
        opt.step(); s.step()
    return out


sched = optim.lr_scheduler
schedules = {
    "step": schedule_trace(lambda o: sched.StepLR(o, 8, 0.5), 20),
    # 20 steps in all: T_max 19 makes the last step the lowest.
    "cosine": schedule_trace(lambda o: sched.CosineAnnealingLR(o, 19, 0.1), 20),
    "one-cycle": schedule_trace(lambda o: sched.OneCycleLR(o, 1.0, total_steps=20, pct_start=0.3, div_factor=25, final_div_factor=40, cycle_momentum=False), 20),
}


def network_losses():
    """Losses of 12 Adam steps on a small CNN; layers and parameters as in the test."""
    N, R, C, K, S = 8, 10, 9, 3, 4
    shapes = [(S, 1, 3, 3), (S,), (S,), (S,), (6, S, 3, 3), (6,), (6 * 2 * 2, K), (K,)]
    total = sum(int(np.prod(s)) for s in shapes)
    flat = wave(total, 12.9898, 1.0, 0.4) + 0.05
    # Single precision once, as the file and the runtime hold them.
    flat = flat.to(torch.float32).to(torch.float64)
    params, at = [], 0
    for s in shapes:
        n = int(np.prod(s)); params.append(flat[at:at + n].reshape(s).clone().requires_grad_(True)); at += n
    opt = optim.Adam(params, 0.01, betas=(0.9, 0.999), eps=1e-7)
    y = torch.tensor([i % K for i in range(N)])
    losses = []
    for t in range(12):
        x = torch.tensor([((i * 7919 + 131 * t) % 256 - 127.5) / 127.5 for i in range(N * R * C)]).reshape(N, 1, R, C)
        z = torch.relu(torch.nn.functional.conv2d(x, params[0], params[1], padding=1))
        z = torch.nn.functional.batch_norm(z, None, None, params[2], params[3], True, 0.1, 1e-3)
        z = torch.nn.functional.max_pool2d(z, 2)
        z = torch.relu(torch.nn.functional.conv2d(z, params[4], params[5], padding=1))
        z = torch.nn.functional.max_pool2d(z, 2)
        loss = torch.nn.functional.cross_entropy(z.reshape(N, -1) @ params[6] + params[7], y)
        opt.zero_grad(); loss.backward(); opt.step()
        losses.append(loss.item())
    return losses


print(json.dumps({"optimisers": optimisers, "schedules": schedules, "losses": network_losses()}, indent=1))
