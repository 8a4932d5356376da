"""Compares interpreters on the programs in programs/, paired and in one run.

    run.py --interp python3.11 --interp build/minipy [--only REGEX] [--rounds N] [--seconds S]
           [--save FILE] [--baseline FILE] [--svg FILE]

The first interpreter is the base: ratios say how many times as fast the others are, for the first
call in a fresh process and for the fastest call. Interpreters take turns, pinned to one processor.
--save keeps the figures as JSON; --baseline compares the last interpreter with kept ones. The exit
status is 1 if a program fails or gives a wrong result anywhere.
"""
import argparse
import datetime
import json
import math
import os
import platform
import re
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Interpreter:
    def __init__(self, text):
        label, separator, command = text.partition("=")
        self.command = shlex.split(command if separator else text)
        self.label = label if separator else Path(self.command[0]).name


def run_once(interpreter, program, seconds):
    """(first, best, kilobytes), or None after a failure, which is printed."""
    command = [*interpreter.command, str(HERE / "measure_one.py"), str(program), str(seconds)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment["PYTHONHASHSEED"] = "0"
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    except subprocess.TimeoutExpired:
        print(f"{interpreter.label}: {program.stem} takes longer than 300 s", file=sys.stderr)
        return None
    if done.returncode != 0:
        print(f"{interpreter.label}: {program.stem} failed:\n{done.stderr.strip()}", file=sys.stderr)
        return None
    first, best, _, kilobytes = done.stdout.split()
    return float(first), float(best), int(kilobytes)


def measure(interpreters, programs, rounds, seconds):
    """{program: {label: {"first", "best", "kilobytes"}}}, without what failed."""
    figures = {}
    for program in programs:
        row = figures.setdefault(program.stem, {})
        for number in range(rounds):
            turn = number % len(interpreters)
            for interpreter in interpreters[turn:] + interpreters[:turn]:
                found = run_once(interpreter, program, seconds)
                if found is None:
                    row.pop(interpreter.label, None)
                    continue
                first, best, kilobytes = found
                kept = row.setdefault(interpreter.label, {"first": first, "best": best, "kilobytes": kilobytes})
                kept["first"] = min(kept["first"], first)
                kept["best"] = min(kept["best"], best)
                kept["kilobytes"] = min(kept["kilobytes"], kilobytes)
    return figures


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def ratios(figures, base, label, field):
    return {
        name: row[base][field] / row[label][field]
        for name, row in figures.items()
        if base in row and label in row
    }


def print_table(figures, base, others):
    print(f"{'program':<16}{base + ' ms':>16}", end="")
    for label in others:
        print(f"{label + ' first':>18}{'best':>8}{'MB':>8}", end="")
    print()
    for name, row in sorted(figures.items()):
        if base not in row:
            continue
        print(f"{name:<16}{row[base]['best'] * 1000:>16.1f}", end="")
        for label in others:
            if label not in row:
                print(f"{'failed':>18}{'':>16}", end="")
                continue
            first, best = (row[base][f] / row[label][f] for f in ("first", "best"))
            print(f"{first:>17.2f}x{best:>7.2f}x{row[label]['kilobytes'] / 1024:>8.1f}", end="")
        print()
    for word, summary in (("mean", geometric_mean), ("worst", min)):
        print(f"{word:<32}", end="")
        for label in others:
            first, best = (ratios(figures, base, label, field).values() for field in ("first", "best"))
            print(f"{summary(first):>17.2f}x{summary(best):>7.2f}x{'':>8}", end="")
        print()


def write_svg(path, figures, base, label):
    """A bar for each program, sorted; the line marks the base's speed."""
    rows = sorted(ratios(figures, base, label, "best").items(), key=lambda item: -item[1])
    scale = 440 / max(value for _, value in rows)
    height = 24 * len(rows) + 50
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="660" height="{height}" font-family="sans-serif" font-size="13">',
        f'<text x="10" y="20">times the speed of {base}: {label}, mean {geometric_mean(v for _, v in rows):.2f}</text>',
    ]
    for i, (name, value) in enumerate(rows):
        y = 34 + 24 * i
        colour = "#3b7dd8" if value >= 1 else "#d8603b"
        parts.append(f'<text x="130" y="{y + 14}" text-anchor="end">{name}</text>')
        parts.append(f'<rect x="140" y="{y}" width="{value * scale:.1f}" height="18" fill="{colour}"/>')
        parts.append(f'<text x="{146 + value * scale:.1f}" y="{y + 14}">{value:.2f}</text>')
    x = 140 + scale
    parts.append(f'<line x1="{x:.1f}" y1="30" x2="{x:.1f}" y2="{height - 10}" stroke="#444" stroke-dasharray="4"/></svg>')
    Path(path).write_text("\n".join(parts) + "\n")


def compare_with_baseline(path, figures, base, label):
    """Prints programs whose ratio to the base differs by more than 10 % from the kept one."""
    kept = json.loads(Path(path).read_text())["figures"]
    before, now = ratios(kept, base, label, "best"), ratios(figures, base, label, "best")
    for name in sorted(before.keys() & now.keys()):
        change = now[name] / before[name]
        if not 0.9 < change < 1.1:
            print(f"{name}: {before[name]:.2f}x before, {now[name]:.2f}x now")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interp", action="append", required=True, metavar="[LABEL=]COMMAND")
    parser.add_argument("--only", default="", metavar="REGEX")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=1.0, help="for one program in one round")
    parser.add_argument("--save", metavar="FILE")
    parser.add_argument("--baseline", metavar="FILE")
    parser.add_argument("--svg", metavar="FILE")
    options = parser.parse_args()
    interpreters = [Interpreter(text) for text in options.interp]
    programs = [p for p in sorted((HERE / "programs").glob("*.py")) if re.search(options.only, p.stem)]
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    figures = measure(interpreters, programs, options.rounds, options.seconds)
    base, *others = [interpreter.label for interpreter in interpreters]
    print_table(figures, base, others)
    if options.save:
        when = datetime.date.today().isoformat()
        kept = {"date": when, "machine": platform.processor() or platform.machine(), "figures": figures}
        Path(options.save).write_text(json.dumps(kept, indent=1) + "\n")
    if others and options.svg:
        write_svg(options.svg, figures, base, others[-1])
    if others and options.baseline:
        compare_with_baseline(options.baseline, figures, base, others[-1])
    complete = all(len(row) == len(interpreters) for row in figures.values())
    return 0 if complete and figures else 1


if __name__ == "__main__":
    sys.exit(main())
