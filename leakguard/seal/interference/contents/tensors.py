"""What PyTorch's values hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from leakguard.seal.interference.contents import KEPT, Branch, Leaf

if TYPE_CHECKING:
    from leakguard.seal.interference.contents import Contents


def read(value: object) -> Contents:
    """Return what a tensor, module, optimizer or generator holds; None for anything else."""
    match value:
        case torch.Tensor():
            return _tensor(value.detach())
        case torch.nn.Module():
            own = [(f".{name}", one) for name, one in sorted(vars(value).items()) if not name.startswith("_")]
            return Branch([(".state_dict()", dict(value.state_dict())), *own])
        case torch.optim.Optimizer():
            return Branch([(".state_dict()", value.state_dict())])
        case torch.Generator():
            return Branch([(".state", value.get_state())])
        case torch.dtype() | torch.device():
            return Leaf(str(value).encode(), (str(value),))
    return None


def _tensor(tensor: torch.Tensor) -> Contents:
    if tensor.layout is not torch.strided:
        dense = tensor.to_dense()
        return Branch([(".layout", str(tensor.layout)), (".dense", dense)])
    flat = tensor.cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
    data = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
    head = f"{tensor.dtype} {tuple(tensor.shape)} ".encode()
    return Leaf(head + data, flat.tolist() if flat.numel() <= KEPT else (), tuple(tensor.shape))
