"""What ``python -m bot doctor`` looks at. A check's docstring is what the operator reads of it."""
