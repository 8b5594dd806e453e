"""How good the choice of nodes is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """How good the choice of nodes without a GPU is: US dollars a month at the peak, machines and disks."""

    usd: float
    """What they cost."""
    lower_bound_usd: float
    """What no pools cost that hold the pods in any order, within speech:target.max_pools. Of up to twelve containers
    the least itself; of more, that of a freer problem (solver_relaxed)."""

    @property
    def gap(self) -> float:
        """The part of their cost that better nodes may save at the very most."""
        return round(1 - self.lower_bound_usd / self.usd, 4) if self.usd else 0.0

    def __str__(self) -> str:
        part = f"{100 * self.gap:.1f}"
        saved = "nothing" if part == "0.0" else f"{part} % at most"
        least = f"{self.lower_bound_usd:,.0f} USD a month at the peak"
        return f"no pools for these pods cost less than {least}: {saved} is to be saved"
