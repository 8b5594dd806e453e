"""Measurements, as ratios of programs that run by turns. Timing never decides a test: docs/performance.md."""
