"""How far a run goes next on the way to its target: as the schedule says, and half as far after a step that fell."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Course:
    """Where a run stands on the way to its amount or budget.

    Attributes
    ----------
    ahead
        Shares of the way (0 to 1, rising) that the schedule still asks for.
    tries
        Smaller steps that may still be tried after one that fell below a floor.
    reached
        Share at which the last network that held stands; 0: the original.
    failed
        Least share at which a network fell below a floor; None: none did.
    """

    ahead: tuple[float, ...]
    tries: int = 0
    reached: float = 0.0
    failed: float | None = None

    @property
    def next(self) -> float | None:
        """The share to prune to next; None: the run has gone as far as it can."""
        if self.failed is not None:
            return (self.reached + self.failed) / 2 if self.tries else None
        return self.ahead[0] if self.ahead else None

    @property
    def stepped_back(self) -> bool:
        """Whether a step was taken back."""
        return self.failed is not None

    @property
    def may_be_last(self) -> bool:
        """Whether the network of the next step may be the one that the run ends with, if it holds."""
        return self.stepped_back or len(self.ahead) == 1

    def held(self) -> Course:
        """Return the course after a network at `next` that held."""
        assert self.next is not None
        if self.stepped_back:
            return replace(self, reached=self.next, tries=self.tries - 1)
        return replace(self, reached=self.next, ahead=self.ahead[1:])

    def fell(self) -> Course:
        """Return the course after a network at `next` that fell below a floor."""
        assert self.next is not None
        return replace(self, failed=self.next, tries=self.tries - self.stepped_back)
