"""HiGHS: the least cost of whole or fractional amounts under linear limits (highs.dev)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

_FEASIBLE = 2
"""HiGHS's kSolutionStatusFeasible."""


@dataclass(slots=True)
class Program:
    """What is to be decided, column by column, and the limits on it, row by row."""

    costs: list[float] = field(default_factory=list)
    highest: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, Mapping[int, float], float]] = field(default_factory=list)

    def amount(self, cost: float, highest: float = inf, *, whole: bool = False) -> int:
        """Another amount, from nothing to `highest`; its column."""
        self.costs.append(cost)
        self.highest.append(highest)
        self.whole.append(whole)
        return len(self.costs) - 1

    def between(self, least: float, factors: Mapping[int, float], most: float) -> None:
        """Another limit: on the sum of amounts, each times its factor."""
        self.rows.append((least, factors, most))


@dataclass(frozen=True, slots=True)
class Minimum:
    """An amount of each column, none where none was found in time; and a cost that nothing has less than."""

    values: tuple[float, ...]
    bound: float


def minimum(program: Program, seconds: float) -> Minimum:
    """The least cost, the same each time: one thread, one seed. After so many seconds, the best so far."""
    from highspy import Highs, HighsLp, HighsVarType, MatrixFormat  # noqa: PLC0415  most plans do without

    model, matrix = HighsLp(), HighsLp().a_matrix_
    model.num_col_, model.num_row_ = len(program.costs), len(program.rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = program.costs, [0.0] * len(program.costs), program.highest
    model.row_lower_, model.row_upper_ = [row[0] for row in program.rows], [row[2] for row in program.rows]
    kinds = (HighsVarType.kContinuous, HighsVarType.kInteger)
    model.integrality_ = [kinds[whole] for whole in program.whole]
    starts = [0]
    for _, factors, _ in program.rows:
        starts.append(starts[-1] + len(factors))
    matrix.format_ = MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_, matrix.start_ = model.num_col_, model.num_row_, starts
    matrix.index_ = [column for _, factors, _ in program.rows for column in factors]
    matrix.value_ = [factor for _, factors, _ in program.rows for factor in factors.values()]
    model.a_matrix_ = matrix
    solver = Highs()  # type: ignore[no-untyped-call]
    options = {"output_flag": False, "threads": 1, "random_seed": 0, "time_limit": seconds, "mip_rel_gap": 0.0}
    for option, value in options.items():
        solver.setOptionValue(option, value)
    solver.passModel(model)
    solver.run()
    info = solver.getInfo()
    values = tuple(solver.getSolution().col_value) if info.primal_solution_status == _FEASIBLE else ()
    return Minimum(values, max(0.0, info.mip_dual_bound))
