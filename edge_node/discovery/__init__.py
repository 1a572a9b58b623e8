"""Discovery: announces this node and finds printers, HQ and newly plugged things; what it finds is only offered."""
