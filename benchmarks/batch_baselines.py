"""Baselines of the batch benchmark, each a process that prints a line for each photo."""

from __future__ import annotations

import sys
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import cv2

from benchmarks import bare


def own_loop(photos: list[Path]) -> None:
    """Run what a user would write, in one process."""
    with bare.landmarker() as network:
        for photo in photos:
            bare.own_loop(network, photo)
            print(photo.name, flush=True)


def bound(photos: list[Path], *, processes: int) -> None:
    """Do the least that any analysis must, on all cores."""
    context = get_context("spawn")
    done: SimpleQueue[str] = context.SimpleQueue()
    started = [
        context.Process(target=_detect, args=(photos[number::processes], done))
        for number in range(processes)
    ]
    for process in started:
        process.start()
    for _ in photos:
        print(done.get(), flush=True)
    for process in started:
        process.join()


def _detect(photos: list[Path], done: SimpleQueue[str]) -> None:
    cv2.setNumThreads(1)
    with bare.landmarker() as network:
        for photo in photos:
            bare.bound(network, photo)
            done.put(photo.name)


if __name__ == "__main__":
    found = sorted(Path(sys.argv[2]).glob("*.jpg"))
    if sys.argv[1] == "own_loop":
        own_loop(found)
    else:
        bound(found, processes=int(sys.argv[3]))
