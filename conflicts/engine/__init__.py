"""The conflict engine: facts in, findings out.

Plain Python: no Django, no clock, no I/O; the bulk kernel alone, for jobs, computes on arrays. What a verdict means
stands in SEMANTICS.md; the numbers in docstrings here (2.4, 5.1, ...) are its lines.
"""
