"""Make sure that the off-screen renderer of calibration/ has its system libraries (Debian)."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys

PACKAGES = ("libegl1", "libgl1-mesa-dri")


def main() -> int:
    """Install the libraries when root on Debian; otherwise say what is missing."""
    if ctypes.util.find_library("EGL"):
        return 0
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        subprocess.run([apt, "update", "-qq"], check=True)
        subprocess.run([apt, "install", "-y", "-qq", *PACKAGES], check=True)
        return 0
    print(f"The renderer needs EGL: install {' '.join(PACKAGES)}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
