"""Solves a system of 500 equations, and makes a picture of it."""

import io

import numpy as np
from PIL import Image

random = np.random.default_rng(seed=1)
matrix = random.random((500, 500))
solution = random.random(500)
found = np.linalg.solve(matrix, matrix @ solution)
print("solved:", np.allclose(found, solution), "largest error below 1e-8:", bool(abs(found - solution).max() < 1e-8))

picture = io.BytesIO()
Image.fromarray((matrix * 255).astype("uint8")).resize((50, 50)).save(picture, "PNG")
print("picture:", Image.open(io.BytesIO(picture.getvalue())).size)
