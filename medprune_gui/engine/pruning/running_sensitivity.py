"""How sensitive the loss is to each weight, as a running mean over the batches of a training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from medprune_gui.engine.pruning.masking import maskable_weights
from medprune_gui.engine.pruning.masks.layouts import Layout, layouts
from medprune_gui.engine.pruning.stored_weights import stored

Sensitivity = Literal["fisher", "taylor", "wanda", "magnitude"]


class RunningSensitivity:
    """S_k = m S_{k-1} + (1 - m) s(batch k) for every weight that may be zeroed.

    * ``fisher``: s = w^2 g^2, the squared first-order effect of taking the weight out (Molchanov et al. 2019,
      arXiv:1906.10771; with a batch's gradient in place of a case's).
    * ``taylor``: s = |w g| (the same, without the square).
    * ``wanda``: s = |w| times the root mean square of the input that it multiplies (Sun et al. 2024, arXiv:2306.11695).
      Weights of which no input is seen, such as position embeddings and the projections inside
      ``torch.nn.MultiheadAttention``, count as if it were 1.
    * ``magnitude``: s = |w|, the baseline that knows no inputs.

    Parameters
    ----------
    kind
        Which of them.
    memory
        m, from 0 to below 1.
    """

    def __init__(self, kind: Sensitivity, memory: float) -> None:
        self._kind: Sensitivity = kind
        self._memory = memory
        self._handles: list[RemovableHandle] = []
        self._layouts: dict[str, Layout] = {}
        self._inputs: dict[str, Tensor] = {}
        self.values: dict[str, Tensor] = {}

    def watch(self, model: nn.Module) -> None:
        """Begin anew; for ``wanda``, listen to the layers' inputs in training mode."""
        self.values = {}
        if self._kind != "wanda":
            return
        self._layouts = layouts(model)
        names = {id(weight): name for name, weight in model.named_parameters()}
        for module in model.modules():
            kept = stored(module)
            name = names.get(id(kept.tensors.get(kept.zeros or "")), "")
            if name in self._layouts:
                self._handles.append(module.register_forward_pre_hook(self._listener(name, self._layouts[name])))

    def ignore(self) -> None:
        """Stop listening."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def update(self, model: nn.Module) -> None:
        """Take in a batch, whose gradients the weights have."""
        with torch.no_grad():
            for name, weight in maskable_weights(model).items():
                now = self._of(name, weight)
                before = self.values.get(name)
                if before is not None:
                    now = before.to(now.device).mul(self._memory).add_(now, alpha=1 - self._memory)
                self.values[name] = now

    def _of(self, name: str, weight: nn.Parameter) -> Tensor:
        values = weight.detach().float()
        if self._kind == "magnitude":
            return values.abs()
        if self._kind == "wanda":
            seen = self._inputs.get(name)
            return values.abs() if seen is None else values.abs() * _spread(seen, self._layouts[name])
        if weight.grad is None:
            return torch.zeros_like(values)
        effect = values * weight.grad.float()
        return effect.square() if self._kind == "fisher" else effect.abs()

    def _listener(self, name: str, layout: Layout) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def listen(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            if not module.training or not inputs:
                return
            values = inputs[0].detach().float()
            if layout.convolution:
                # (batch, channel, ...), the batch left out by some: channels stand before the spatial axes.
                channel = values.ndim - (len(layout.shape) - 2) - 1
                other = [axis for axis in range(values.ndim) if axis != channel]
            else:
                other = list(range(values.ndim - 1))
            self._inputs[name] = values.square().mean(dim=other).sqrt() if other else values.abs()

        return listen


def _spread(inputs: Tensor, layout: Layout) -> Tensor:
    """Return for each weight the value of the input that it multiplies, in the parameter's shape."""
    rows = layout.rows(torch.empty(layout.shape, device="meta"))
    outputs, own, places = rows.shape
    by_group = inputs.reshape(layout.groups, own).repeat_interleave(outputs // layout.groups, dim=0)
    return layout.stored(by_group.unsqueeze(2).expand(outputs, own, places))
