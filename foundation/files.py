"""How many files and sockets this process may hold: raised to what a server of many connections needs."""

import resource


def allow(wanted: int) -> int:
    """Raise the soft limit of open files to `wanted` or as near as the system lets; return what holds now.

    Systems start a process with 1,024. The limit is never lowered: who set more knows why.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
        soft = reachable
    return soft
