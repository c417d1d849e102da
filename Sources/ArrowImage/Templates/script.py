import sys

print(f"hello from Python {sys.version.split()[0]}")
