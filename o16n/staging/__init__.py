"""From a kernel's names to a staged bundle: the half of `package` that runs inside the kernel."""

from __future__ import annotations
