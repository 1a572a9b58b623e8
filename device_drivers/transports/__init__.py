"""Transports: bytes to and from one device, over TCP, a serial line, the USB printer class, or memory."""
