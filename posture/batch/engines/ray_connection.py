"""Connection to Ray: to a running cluster, or to an instance started for this run."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from posture.batch.engines.local import default_workers
from posture.errors import SettingsError
from posture.pose.stderr import quiet_stderr

__all__ = ["connected", "cores", "import_ray", "quiet"]

OBJECT_STORE_BYTES: Final = 256 * 2**20
"""Shared memory of a Ray instance started here; results pass through it a task at a time."""

KNOCK_S: Final = 10.0
"""Time limit of the first contact; Ray itself silently retries a dead address for minutes."""

_ENVIRONMENT: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # Standard output is for rows; Ray would print there what happens to nodes and tasks.
    "RAY_DEDUP_LOGS": "1",
    "RAY_DEDUP_LOGS_SKIP_REGEX": "^",
    # A thread of Ray's that outlives a stopped run must not start a Ray of its own.
    "RAY_ENABLE_AUTO_CONNECT": "0",
}
"""Ray reads these when it is imported: a program that has done so before keeps its own."""


def import_ray() -> None:
    """Import Ray with its usage reports off and its messages kept off the terminal.

    Raises
    ------
    SettingsError
        ``ray_missing`` if Ray is not installed.
    """
    os.environ.update(_ENVIRONMENT)
    # Ray's native libraries would write to the terminal that shows the progress.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray.data  # noqa: F401
    except ImportError as error:
        raise SettingsError(
            "Ray is not installed: pip install '.[ray]' in the folder of the project, on all nodes "
            "of the cluster.",
            code="ray_missing",
        ) from error


@contextmanager
def connected(address: str | None, workers: int | None) -> Iterator[None]:
    """Use the present Ray connection, or open one for the duration of the block.

    Parameters
    ----------
    address : str, optional
        Address of a cluster; without one, a Ray instance is started on this computer.
    workers : int, optional
        Number of cores of an instance started here.

    Raises
    ------
    SettingsError
        ``ray_unreachable``.
    """
    import ray

    if ray.is_initialized():
        yield
        return
    if address is not None:
        _knock(address)
    try:
        with quiet_stderr(), _own_handlers():
            _connect(address, workers)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise _unreachable(address, str(error)) from error
    try:
        yield
    finally:
        ray.shutdown()


def cores() -> int:
    """Return the number of cores of the cluster."""
    import ray

    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(resources.get("CPU", 1)))


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Ray Data quiet about lost tasks and progress, which this engine handles itself."""
    from ray.data import DataContext

    with warnings.catch_warnings():
        # Ray warns of deprecated settings when it creates its own defaults.
        warnings.simplefilter("ignore", DeprecationWarning)
        context = DataContext.get_current()
    before = (context.enable_progress_bars, context.max_errored_blocks)
    logger = logging.getLogger("ray.data")
    level = logger.level
    context.enable_progress_bars, context.max_errored_blocks = False, -1
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        context.enable_progress_bars, context.max_errored_blocks = before
        logger.setLevel(level)


def _connect(address: str | None, workers: int | None) -> None:
    import ray

    if address is not None:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        return
    ray.init(
        address="local",
        num_cpus=workers or default_workers(),
        include_dashboard=False,
        object_store_memory=OBJECT_STORE_BYTES,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )


def _knock(address: str) -> None:
    """Check quickly that something answers at an address with a port."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdigit():
        return  # "auto" and the like: Ray looks for the cluster itself
    try:
        socket.create_connection((host, int(port)), timeout=KNOCK_S).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(address, str(error)) from error


def _unreachable(address: str | None, words: str) -> SettingsError:
    where = f"at {address}" if address else "on this computer"
    reason = words.strip().splitlines()[0].rstrip(".") if words.strip() else "no answer"
    return SettingsError(
        f"Ray cannot be reached {where} ({reason}): check --ray-address, and that the head node "
        "runs.",
        code="ray_unreachable",
    )


@contextmanager
def _own_handlers() -> Iterator[None]:
    """Keep the program's own SIGTERM handler, which Ray would replace."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)
