"""Device drivers: interfaces, transports, protocols and simulators of the shop's hardware.

The room is reserved so that the import laws already guard it: drivers know no program and no commerce, and HQ never
imports them. Print jobs are committed with the sale and wait in the edge node until the drivers arrive.
"""
