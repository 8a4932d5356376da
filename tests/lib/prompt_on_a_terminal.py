# The prompt, seen through a pseudo-terminal: history, completion, blocks, interrupts and the end.
import os
import pty
import select
import signal
import sys
import tempfile

home = tempfile.mkdtemp()
with open(home + '/start.py', 'w') as file:
    file.write('started = "yes"\n')
with open(home + '/.inputrc', 'w') as file:
    file.write('"\\C-t": "21 * 2"\nset bell-style none\nset enable-bracketed-paste off\n')


def session(typed, *arguments):
    """Types each text once its prompt has come; returns what the terminal shows and the exit status."""
    environment = {'PATH': '/usr/bin:/bin', 'HOME': home, 'TERM': 'dumb', 'LANG': 'C.UTF-8', 'PYTHONSTARTUP': home + '/start.py',
                   'INPUTRC': home + '/.inputrc'}
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, *arguments], environment)
    shown = b''
    for text, awaited in typed:
        seen = len(shown)
        os.write(terminal, text)
        while awaited not in shown[seen:] and select.select([terminal], [], [], 10)[0]:
            shown += os.read(terminal, 4096)
        while awaited and select.select([terminal], [], [], 0.05)[0]:  # the prompt may be drawn once more
            shown += os.read(terminal, 4096)
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:
        pass
    return shown.decode().replace('\r\n', '\n'), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


MORE, PROMPT = b'... ', b'>>> '
shown, status = session([
    (b'', PROMPT), (b'started, 6\n', PROMPT), (b'_[1] + 1\n', PROMPT), (b'def double(number):\n', MORE), (b'    return 2 * number\n', MORE),
    (b'\n', PROMPT), (b'doub\t4)\n', PROMPT), (b'\x10\n', PROMPT), (b'import collections\n', PROMPT), (b'collections.__doc\t[:26]\n', PROMPT),
    (b'\x14\n', PROMPT), (b'half a line\x03', PROMPT), (b'input("na" "me? ")\n', b'name? '), (b'Bob\n', PROMPT), (b'(1 +\n', MORE),
    (b'2)\n', PROMPT), (b'1 +\n', PROMPT), (b'if print(\"running\") is None:\n', MORE), (b'    while True: pass\n', MORE),
    (b'\n', b'running\r'), (b'\x03', PROMPT),
    (b'import sys; sys.ps1, sys.ps2 = "#\\x20", "-\\x20"\n', b'# '), (b'[\n', b'- '), (b']\n', b'# '),
    (b'exit\n', b'# '), (b'exit(7)\n', b'')], '-q')
for line in shown.splitlines():
    if not line.startswith('    ') or line.startswith('    return'):
        print(line.rstrip())
print(status)
print(session([(b'', PROMPT), (b'len(started), x\n', PROMPT), (b'\x04', b'')], '-q', '-i', '-c', 'x = 3; started = "no"'))
with open(home + '/.python_history') as file:
    print(file.read().splitlines()[:4])
# expect: >>> started, 6
# expect: ('yes', 6)
# expect: >>> _[1] + 1
# expect: 7
# expect: >>> def double(number):
# expect: ...     return 2 * number
# expect: ...
# expect: >>> double(4)
# expect: 8
# expect: >>> double(4)
# expect: 8
# expect: >>> import collections
# expect: >>> collections.__doc__[:26]
# expect: 'This module implements spe'
# expect: >>> 21 * 2
# expect: 42
# expect: >>>
# expect: KeyboardInterrupt
# expect: >>> input("na" "me? ")
# expect: name? Bob
# expect: 'Bob'
# expect: >>> (1 +
# expect: ... 2)
# expect: 3
# expect: >>> 1 +
# expect:   File "<stdin>", line 1
# expect: SyntaxError: invalid syntax
# expect: >>> if print("running") is None:
# expect: ...     while True: pass
# expect: ...
# expect: running
# expect: ^CTraceback (most recent call last):
# expect:   File "<stdin>", line 2, in <module>
# expect: KeyboardInterrupt
# expect: >>> import sys; sys.ps1, sys.ps2 = "#\x20", "-\x20"
# expect: # [
# expect: - ]
# expect: []
# expect: # exit
# expect: Use exit() or Ctrl-D (i.e. EOF) to exit
# expect: # exit(7)
# expect: 7
# expect: ('>>> len(started), x\n(2, 3)\n>>> \n', 0)
# expect: ['started, 6', '_[1] + 1', 'def double(number):', '    return 2 * number']
