"""Which simulator stands for which driver's devices. A simulator is imported when one is made: some load Pillow."""

import importlib

from device_drivers.errors import Code, StopError
from device_drivers.simulators.machine import Machine

SIMULATORS = {
    "escpos": "pos_printer.PosPrinter",
    "tspl": "tspl_printer.TsplLabelPrinter",
    "zpl": "zpl_printer.ZplLabelPrinter",
    "serial_drawer": "serial_drawer.TriggerBox",
    "cd5220": "line_displays.Cd5220Display",
    "epson_display": "line_displays.EpsonDisplay",
    "led8_display": "line_displays.Led8Display",
    "serial_scanner": "scanner.ScannerGun",
    "magnetic_serial": "card_readers.StripeSlot",
    "chip_serial": "card_readers.ChipPad",
    "toledo_8217": "scales.Toledo8217Scale",
    "toledo_continuous": "scales.ToledoContinuousScale",
    "cas": "scales.CasScale",
    "cas_lines": "scales.CasLineScale",
    "aclas_os2": "scales.AclasScale",
    "dahua_acs": "scales.DahuaScale",
}
"""Driver → module and class within this package."""


def machine(driver: str) -> Machine:
    """Make a device that speaks as `driver` expects; StopError ``not_supported``."""
    where = SIMULATORS.get(driver)
    if where is None:
        raise StopError(Code.NOT_SUPPORTED, driver=driver[:32])
    module, _, name = where.partition(".")
    made: Machine = getattr(importlib.import_module(f"device_drivers.simulators.{module}"), name)()
    return made
