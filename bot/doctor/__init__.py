"""``python -m bot doctor``: what is wrong, and how to fix it. A check's docstring is what the operator reads of it."""
