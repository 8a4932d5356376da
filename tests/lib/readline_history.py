# The readline module without a terminal: history and its files, hooks, settings.
import os
import readline
import tempfile

for line in "one", "two", "drei ä", "vier":
    readline.add_history(line)
print(readline.get_current_history_length(), [readline.get_history_item(i) for i in range(6)])
# expect: 4 [None, 'one', 'two', 'drei ä', 'vier', None]
readline.remove_history_item(0)
readline.replace_history_item(1, "three")
print([readline.get_history_item(i) for i in range(1, 4)])  # expect: ['two', 'three', 'vier']
path = os.path.join(tempfile.mkdtemp(), "history")
readline.set_history_length(2)
readline.write_history_file(path)
print(open(path).read().split(), readline.get_history_length())  # expect: ['three', 'vier'] 2
readline.add_history("five")
readline.append_history_file(1, path)
print(open(path).read().split())  # expect: ['vier', 'five']
readline.clear_history()
readline.read_history_file(path)
print(readline.get_current_history_length())  # expect: 2


def attempt(function, *arguments):
    try:
        print(function(*arguments))
    except Exception as problem:
        print(type(problem).__name__, problem)


attempt(readline.remove_history_item, -1)  # expect: ValueError History index cannot be negative
attempt(readline.replace_history_item, 99, "x")  # expect: ValueError No history item at position 99
attempt(readline.read_history_file, path + ".missing")  # expect: FileNotFoundError [Errno 2] No such file or directory
attempt(readline.read_init_file, path + ".missing")  # expect: FileNotFoundError [Errno 2] No such file or directory
attempt(readline.add_history, 5)  # expect: TypeError bad argument type for built-in operation
attempt(readline.add_history, "a\0b")  # expect: ValueError embedded null character
attempt(readline.set_completer, 5)  # expect: TypeError set_completer(func): argument not callable
print(readline.get_completer_delims())
# expect:  	
# expect: `~!@#$%^&*()-=+[{]}\|;:'",<>/?
readline.set_completer_delims(" .")
readline.set_completer(len)
print(repr(readline.get_completer_delims()), readline.get_completer())  # expect: ' .' <built-in function len>
readline.parse_and_bind("tab: complete")
print(readline.get_line_buffer() == "", readline.get_begidx(), readline.get_completion_type())  # expect: True 0 0
readline.insert_text("abc")
print(readline.get_line_buffer())  # expect: abc
