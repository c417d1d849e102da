"""Solves a system of 500 equations."""

import numpy as np

random = np.random.default_rng(seed=1)
matrix = random.random((500, 500))
solution = random.random(500)
found = np.linalg.solve(matrix, matrix @ solution)
print("solved:", np.allclose(found, solution), "largest error below 1e-8:", bool(abs(found - solution).max() < 1e-8))
