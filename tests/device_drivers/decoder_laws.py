"""What holds for every decoder of this package, to be called by each decoder's own tests."""

from itertools import pairwise

from hypothesis import strategies as st

from device_drivers import limits

NOISE = st.binary(max_size=40)


def streams(frames):
    """Streams of these frames with noise between and within them."""
    pieces = st.sampled_from(frames) | NOISE | st.sampled_from(frames).flatmap(_halves)
    return st.lists(pieces, max_size=12).map(b"".join)


def _halves(frame):
    return st.integers(0, len(frame)).map(lambda place: frame[:place])


def pieces(data, cuts):
    """Cut bytes at these places (any integers)."""
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(places)]


def said(decoder, parts):
    """Feed parts one after the other; return all that is said."""
    return [one for part in parts for one in decoder.feed(part)]


def assert_cut_anywhere(make, data, cuts):
    """Wherever the line cuts, the same is read."""
    assert said(make(), pieces(data, cuts)) == make().feed(data)


def assert_reads_after(make, noise, frame):
    """After any noise the next frame is read, as if nothing had been before."""
    assert make().feed(noise + frame)[-1:] == make().feed(frame)[-1:] != []


def held(thing):
    """Bytes that a decoder keeps, wherever in it."""
    if isinstance(thing, bytes | bytearray | str):
        return len(thing)
    if isinstance(thing, list | tuple | set):
        return sum(map(held, thing))
    if isinstance(thing, dict):
        return sum(map(held, thing.values()))
    return sum(map(held, vars(thing).values())) if hasattr(thing, "__dict__") and not callable(thing) else 0


def assert_bounded(decoder, chunk):
    """However much comes that never ends, the decoder keeps a frame's worth at most."""
    for _ in range(24):
        decoder.feed(chunk)
        assert held(decoder) <= limits.FRAME + 256
