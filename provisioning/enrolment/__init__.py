"""Enrolment: how a node that nobody knows becomes one of the chain's, by a code that is good for one use.

``code`` is what people copy, ``messages`` what crosses the wire, ``granting`` HQ's side, ``joining`` the node's,
``attempts`` the limit on failures. All sans-I/O: addresses, databases, clocks and entropy are the caller's.
"""
