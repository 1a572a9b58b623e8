"""A whole chain as real processes on one machine: ``stayopen demo`` shows it, the process tests break it.

HQ and each branch run as programs of their own, started by the command that a shop would use. Between a branch and HQ
lies a relay that can cut, silence and restore the line. Nothing here reaches into a running program: all is asked and
told over HTTP and the command line.
"""
