"""One file for each measurement of the bench.

Each has `measure(bench)`, which returns a `Result`. To add one, write its file and name it in `ALL`.
"""

from rows import export_vs_direct, first_response, guest_instructions, python_speed, python_start, size_bytes, smallest_memory
from rows.result import Line, Result

# In the order of measuring: first the rows that need no VM.
ALL = {
    "size_bytes": size_bytes,
    "python_start": python_start,
    "guest_instructions": guest_instructions,
    "smallest_memory": smallest_memory,
    "first_response": first_response,
    "export_vs_direct": export_vs_direct,
    "python_speed": python_speed,
}
