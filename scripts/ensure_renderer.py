"""Installation of the system libraries for the off-screen renderer of calibration/ (Debian)."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys

PACKAGES = ("libegl1", "libgl1", "libgl1-mesa-dri")
"""EGL, the OpenGL loader, and the software driver."""


def main() -> int:
    """Install the libraries if root on Debian; otherwise say what is missing."""
    if not _missing():
        return 0
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        subprocess.run([apt, "update", "-qq"], check=True)
        subprocess.run([apt, "install", "-y", "-qq", *PACKAGES], check=True)
        return 0
    print(f"The renderer needs OpenGL over EGL: install {' '.join(PACKAGES)}.", file=sys.stderr)
    return 1


def _missing() -> bool:
    """Return whether a library cannot be found or, on Debian, the driver is not installed."""
    if not all(map(ctypes.util.find_library, ("EGL", "GL"))):
        return True
    dpkg = shutil.which("dpkg-query")
    if dpkg is None:
        return False
    query = [dpkg, "--show", "--showformat=${Status}", PACKAGES[-1]]
    done = subprocess.run(query, capture_output=True, text=True, check=False)
    return "install ok installed" not in done.stdout


if __name__ == "__main__":
    sys.exit(main())
