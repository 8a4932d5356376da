"""Differences of two files in the forms that difflib has."""
import argparse
import difflib
import sys

parser = argparse.ArgumentParser(description=__doc__)
group = parser.add_mutually_exclusive_group()
group.add_argument('--html', action='store_true')
group.add_argument('--ndiff', action='store_true')
parser.add_argument('old')
parser.add_argument('new')
options = parser.parse_args()
with open(options.old) as old_file, open(options.new) as new_file:
    old, new = old_file.readlines(), new_file.readlines()
if options.html:
    sys.stdout.write(difflib.HtmlDiff(wrapcolumn=60).make_file(old[:120], new[:120], options.old, options.new, context=True))
elif options.ndiff:
    lines = list(difflib.ndiff(old, new))
    sys.stdout.writelines(lines)
    print(list(difflib.restore(lines, 1)) == old)
else:
    sys.stdout.writelines(difflib.unified_diff(old, new, options.old, options.new))
    sys.stdout.writelines(difflib.context_diff(old, new, options.old, options.new, n=1))
    matcher = difflib.SequenceMatcher(None, ''.join(old), ''.join(new))
    print(matcher.ratio(), matcher.quick_ratio(), matcher.real_quick_ratio(), len(matcher.get_opcodes()))
    print(difflib.get_close_matches('enocde', ''.join(new).split()))
