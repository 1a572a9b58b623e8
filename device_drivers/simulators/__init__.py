"""Simulators: the other end of each protocol, over a real socket or pty, to be made to fail and to show what came."""
