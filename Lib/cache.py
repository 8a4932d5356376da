"""Ask about the bytecode cache, check it, and tidy it up.

    python -m cache why FILE|MODULE...   which cache file is used, and why
    python -m cache ls [DIR...]          cache files and their states; without DIR, the private store
    python -m cache verify [DIR...]      exit status 1 if a cache file is damaged or out of date
    python -m cache gc [DIR...]          shrink the private store; below DIR, remove what nobody can use
"""

import argparse
import importlib.util
import json
import os
import re
import sys
import time

import _cache

TAG = sys.implementation.cache_tag
CACHE_FILE = re.compile(rf"(?P<stem>.+)\.{re.escape(TAG)}(?P<optimization>\.opt-\w+)?\.pyc")
TEMPORARY_FILE = re.compile(r".+\.pyc\.\d+(\.\d+)?")
ABANDONED_AFTER = 3600  # seconds


def source_of(folder, match):
    return os.path.join(os.path.dirname(folder), match["stem"] + ".py")


def existing_folder(path):
    if not os.path.isdir(path):
        raise argparse.ArgumentTypeError(f"there is no folder {path!r}")
    return path


def cache_folders(roots):
    for root in roots:
        for folder, children, names in os.walk(root):
            children.sort()
            if os.path.basename(folder) == "__pycache__":
                yield folder, sorted(names)


def cache_files(roots):
    """(cache file, its source) for each of ours below the folders."""
    for folder, names in cache_folders(roots):
        for name in names:
            match = CACHE_FILE.fullmatch(name)
            if match:
                yield os.path.join(folder, name), source_of(folder, match)


def bare_files(roots):
    """Files without sources below the folders: NAME.pyc, as compileall -b writes them."""
    for root in roots:
        for folder, children, names in os.walk(root):
            children[:] = sorted(name for name in children if name != "__pycache__")
            for name in sorted(names):
                if name.endswith(".pyc"):
                    yield os.path.join(folder, name)


def as_object(report, **more):
    outcome, file, checks = report
    rows = [dict(zip(("file", "check", "passed", "detail"), check)) for check in checks]
    return {**more, "outcome": outcome, "file": file, "checks": rows}


def print_report(found):
    print(f"{found['what']}: {found['outcome']}" + (f" {found['file']}" if found["file"] else ""))
    file = None
    for check in found["checks"]:
        if check["file"] != file:
            file = check["file"]
            print(f"  {file}")
        mark = "ok" if check["passed"] else "NO"
        print(f"    {mark} {check['check']}" + (f": {check['detail']}" if check["detail"] else ""))


def file_of_module(name):
    """The source file of a module; SystemExit if it has none."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError) as error:
        raise SystemExit(f"cache: {name}: {error}")
    if spec is None:
        raise SystemExit(f"cache: there is no file and no module {name!r}")
    if spec.origin in (None, "built-in", "frozen") or not spec.has_location:
        raise SystemExit(f"cache: {name} is {spec.origin or 'a namespace package'}: it needs no cache file")
    return spec.origin


def explain(target):
    """What importing the target would do, and for a file also what running it would do."""
    is_file = os.path.isfile(target)
    path = os.path.abspath(target) if is_file else file_of_module(target)
    yield as_object(_cache.explain(path), what=f"import {path}")
    if is_file:
        with open(path, "rb") as file:
            yield as_object(_cache.explain_text(file.read(), path), what=f"run {path}")


def why(options):
    reports = [report for target in options.targets for report in explain(target)]
    if options.json:
        print(json.dumps(reports, indent=2))
    else:
        for report in reports:
            print_report(report)
    return 0


def store_object():
    entries, size, limit = _cache.sizes()
    return {"folder": _cache.store(), "entries": entries, "bytes": size, "limit": limit}


def state_of(path, source=None):
    found = _cache.explain_file(path, source) if source else _cache.explain_bare_file(path)
    report = as_object(found, source=source)
    failed = [check for check in report["checks"] if not check["passed"]]
    report["reason"] = "; ".join(f"{check['check']}: {check['detail']}" for check in failed)
    report["bytes"] = os.path.getsize(path)
    return report


def all_states(folders):
    for path, source in cache_files(folders):
        yield state_of(path, source)
    for path in bare_files(folders):
        yield state_of(path)


def ls(options):
    if not options.folders:
        store = store_object()
        if options.json:
            print(json.dumps(store, indent=2))
        elif store["folder"] is None:
            print("no private store: the home directory is missing, read-only or another user's")
        else:
            print(f"{store['folder']}: {store['entries']} entries, {store['bytes']} bytes, limit {store['limit']}")
        return 0
    reports = list(all_states(options.folders))
    if options.json:
        print(json.dumps(reports, indent=2))
        return 0
    for report in reports:
        reason = f"  ({report['reason']})" if report["reason"] else ""
        print(f"{report['outcome']:9} {report['bytes']:9} {report['file']}{reason}")
    return 0


def verify(options):
    reports = list(all_states(options.folders or ["."]))
    bad = [report for report in reports if report["outcome"] != "valid"]
    if options.json:
        print(json.dumps({"files": len(reports), "bad": bad}, indent=2))
    else:
        for report in bad:
            print(f"{report['file']}: {report['outcome']} ({report['reason']})")
        print(f"{len(reports)} cache files, {len(bad)} bad")
    return 1 if bad else 0


def is_abandoned(path):
    try:
        return time.time() - os.path.getmtime(path) > ABANDONED_AFTER
    except OSError:
        return False


def garbage(roots):
    """(file, why nobody can use it)"""
    for folder, names in cache_folders(roots):
        for name in names:
            path = os.path.join(folder, name)
            match = CACHE_FILE.fullmatch(name)
            if match and not os.path.exists(source_of(folder, match)):
                yield path, "its source is gone"
            elif TEMPORARY_FILE.fullmatch(name) and is_abandoned(path):
                yield path, "its writer was interrupted"


def left_over_packages(roots):
    """Folders that hold nothing but __pycache__: they can still be imported, as namespace packages."""
    for root in roots:
        for folder, children, names in os.walk(root):
            if children == ["__pycache__"] and not names:
                yield folder


def gc(options):
    removed = []
    for path, reason in garbage(options.folders):
        try:
            os.unlink(path)
        except OSError as error:
            print(f"cache: {error}", file=sys.stderr)
        else:
            removed.append({"file": path, "reason": reason})
    entries, size = _cache.shrink(_cache.sizes()[2])
    left_over = sorted(left_over_packages(options.folders))
    if options.json:
        result = {"removed": removed, "store": {"entries": entries, "bytes": size}, "left_over": left_over}
        print(json.dumps(result, indent=2))
        return 0
    for row in removed:
        print(f"removed {row['file']}: {row['reason']}")
    for folder in left_over:
        print(f"{folder} holds nothing but __pycache__, and yet can be imported")
    print(f"removed {len(removed)} files, and {entries} entries ({size} bytes) of the private store")
    return 0


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="python -m cache", description="Explain, list, check and tidy the bytecode cache.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for function, argument, count, text in (
        (why, "targets", "+", "which cache file is used, and why"),
        (ls, "folders", "*", "cache files and their states; without a folder, the private store"),
        (verify, "folders", "*", "check cache files; exit status 1 if one is damaged or out of date"),
        (gc, "folders", "*", "shrink the private store; remove unusable cache files below the folders"),
    ):
        command = commands.add_parser(function.__name__, help=text, description=text)
        if argument == "targets":
            command.add_argument(argument, nargs=count, metavar="FILE|MODULE")
        else:
            command.add_argument(argument, nargs=count, metavar="DIR", type=existing_folder)
        command.add_argument("--json", action="store_true", help="print JSON")
        command.set_defaults(function=function)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    return options.function(options)


if __name__ == "__main__":
    sys.exit(main())
