"""The five stages, one file each, each a pure function of what the one before it returned: see :mod:`pipeline.flow`."""
