"""What PyTorch's values hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from leakguard.seal.interference.contents import KEPT, Branch, Leaf

if TYPE_CHECKING:
    from leakguard.seal.interference.contents import Contents


_OWN = frozenset(vars(torch.nn.Module())) - {"training"}  # what any module has: hooks, and what is read below


def read(value: object) -> Contents:
    """Return what a tensor, module, optimizer or generator holds; None for anything else."""
    match value:
        case torch.Tensor():
            return _tensor(value.detach())
        case torch.nn.Module():
            kept = value.state_dict()
            buffers = {name: one for name, one in value.named_buffers(recurse=False) if name not in kept}
            own = [(f".{name}", one) for name, one in sorted(vars(value).items()) if name not in _OWN]
            inner = [(f".{name}", one) for name, one in value.named_children()]
            return Branch(
                [(".state_dict()", dict(kept)), *own, *((f".{n}", one) for n, one in buffers.items()), *inner]
            )
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
