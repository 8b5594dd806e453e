"""How many stacks run at once, unless somebody says it."""

from operations.fleet.parallel import here, parallel


def test_two_stacks_a_core_run_at_once() -> None:
    assert parallel(cores=2, free_gib=22) == 4


def test_little_memory_bounds_them() -> None:
    assert parallel(cores=4, free_gib=2.5) == 3


def test_a_large_machine_does_not_ask_resource_manager_too_much() -> None:
    assert parallel(cores=64, free_gib=512) == 16


def test_one_always_runs() -> None:
    assert parallel(cores=1, free_gib=0.1) == 1
    assert here() >= 1
