"""What processes use: seconds of processor and resident memory, by family, from /proc."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def family(head: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(") ", 1)[1].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found = [head]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_seconds(head: int) -> float:
    """Processor time of a family so far; of those that have ended, what their parent gathered."""
    total = 0
    for pid in family(head):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / _TICK


def resident_mb(head: int) -> float:
    """Memory of a family, each page once: shared ones are counted in parts (Pss)."""
    total = 0
    for pid in family(head):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024
