"""Runs the examples in the docstrings of a module."""
import doctest
import importlib
import sys

module = importlib.import_module(sys.argv[1])
print(doctest.testmod(module, verbose=True, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE))
