"""Drivers: each joins a protocol to a transport and implements one interface."""
