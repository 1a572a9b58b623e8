"""The counter scales that are supported, each with its manual. See ``counter_scale`` for what they do alike.

None is asked what it is: a letter such as ``W`` would be printed by a printer, and the ENQ of the others is no safer.
"""

from collections.abc import Callable
from functools import partial

from device_drivers.drivers.counter_scale import Answer, CounterScale, Speech
from device_drivers.drivers.intake import Decoder
from device_drivers.interfaces.device import Device, Kind
from device_drivers.protocols import acs, cas, toledo8217, toledo_continuous
from device_drivers.supported import Option, Options, SerialSettings, Supported
from device_drivers.transports.base import Transport

_8217 = Speech(
    weigh=toledo8217.WEIGH,
    zero=toledo8217.ZERO,
    tare=toledo8217.TARE,
    clear_tare=toledo8217.CLEAR_TARE,
    answers_keys=True,
)
_CAS = Speech(knock=cas.ENQ, weigh=cas.DC1)
_SILENT = Speech()
_ACLAS = Speech(zero=acs.ZERO, tare=acs.TARE)
_CONTINUOUS = Speech(zero=toledo_continuous.ZERO, tare=toledo_continuous.TARE, clear_tare=toledo_continuous.CLEAR_TARE)


def make_8217(transport: Transport, options: Options) -> Device:
    """Make a Mettler-Toledo 8217."""
    return CounterScale(transport, partial(toledo8217.Toledo8217, str(options["unit"])), _8217)


def _maker(decoder: Callable[[], Decoder[Answer]], speech: Speech) -> Callable[[Transport, Options], Device]:
    def make(transport: Transport, options: Options) -> Device:
        return CounterScale(transport, decoder, speech, steady=int(options.get("steady", 1)))

    return make


def _steady(default: int) -> Option:
    """Equal frames in a row that settle a weight; ten come in a second."""
    return Option("steady", default, low=1, high=20)


_LINES = ("serial", "tcp")

SUPPORTED: tuple[Supported, ...] = (
    Supported(
        "toledo_8217",
        Kind.SCALE,
        ("托利多 8217 协议电子秤", "Scale that speaks Mettler-Toledo 8217"),
        _LINES,
        make_8217,
        "METTLER TOLEDO DIVA Service Manual 72191202, 6.1.3 and 6.1.4",
        models=("Mettler-Toledo 8217", "Mettler-Toledo DIVA"),
        options=(Option("unit", "kg", ("kg", "lb")),),
        serial=SerialSettings(9600, 7, "E", 1),
    ),
    Supported(
        "cas",
        Kind.SCALE,
        ("CAS 电子秤(问答)", "CAS scale, asked by ENQ"),
        _LINES,
        _maker(cas.CasDialogue, _CAS),
        "CAS AP-1 transmission protocol; CAS SW-II manual p. 15",
        models=("CAS PD-II", "CAS AP-1", "CAS SW-II", "Gram Zfoc"),
    ),
    Supported(
        "cas_lines",
        Kind.SCALE,
        ("CAS 连续输出(ST,GS)", "CAS lines without end (ST,GS)"),
        _LINES,
        _maker(cas.CasLines, _SILENT),
        "CAS CI-600D manual, 10-1 and 10-3",
        models=("CAS CI-600D", "CAS NT-200", "CAS PDS"),
        options=(_steady(3),),
    ),
    Supported(
        "aclas_os2",
        Kind.SCALE,
        ("顶尖 OS2 收银秤(连续输出)", "Aclas (Pinnacle) OS2 checkout scale"),
        _LINES,
        _maker(acs.AclasStream, _ACLAS),
        "Pinnacle Technology OS2CX user manual, 13",
        models=("顶尖 OS2X", "顶尖 OS2CX", "Aclas OS2"),
        options=(_steady(3),),
    ),
    Supported(
        "dahua_acs",
        Kind.SCALE,
        ("大华 ACS 计价秤(连续输出)", "Dahua ACS price scale"),
        _LINES,
        _maker(acs.DahuaStream, _SILENT),
        "no manual known; as published programs read it (see protocols/acs.py)",
        models=("大华 ACS-A", "大华 ACS-15A"),
        options=(_steady(5),),
    ),
    Supported(
        "toledo_continuous",
        Kind.SCALE,
        ("托利多连续输出仪表", "Toledo continuous output"),
        _LINES,
        _maker(toledo_continuous.ToledoContinuous, _CONTINUOUS),
        "Mettler-Toledo IND445 user manual 22013194B, 5.2",
        models=("Mettler-Toledo IND445", "托利多 8142", "LUW2001"),
        options=(_steady(3),),
    ),
)
