"""Devices: owns the shop's hardware: accepted devices kept open, roles, print jobs carried out, readings passed on."""
