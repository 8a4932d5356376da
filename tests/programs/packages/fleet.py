"""Naval Fate.

Usage:
  fleet.py ship new <name>...
  fleet.py ship <name> move <x> <y> [--speed=<kn>]
  fleet.py mine (set|remove) <x> <y> [--moored | --drifting]
  fleet.py (-h | --help)
  fleet.py --version

Options:
  -h --help     Show this screen.
  --version     Show version.
  --speed=<kn>  Speed in knots [default: 10].
  --moored      Moored (anchored) mine.
  --drifting    Drifting mine.
"""
from docopt import docopt

if __name__ == '__main__':
    print(docopt(__doc__, version='Fleet 2.0'))
