"""Benchmarks: ratios to a bare control interleaved in the same run."""
