# Children and waiting for their output.
import os
import select
import subprocess

print(subprocess.run(["echo", "hello"], capture_output=True).stdout)  # expect: b'hello\n'
print(subprocess.run("cat; exit 3", shell=True, input=b"through", stdout=subprocess.PIPE))
# expect: CompletedProcess(args='cat; exit 3', returncode=3, stdout=b'through')
print(subprocess.check_output(["pwd"], cwd="/usr", text=True).strip())  # expect: /usr
print(subprocess.check_output(["env"], env={"ONE": "1"}))  # expect: b'ONE=1\n'
print(subprocess.check_output(["sh", "-c", "echo out; echo err >&2"], stderr=subprocess.STDOUT))  # expect: b'out\nerr\n'
try:
    subprocess.run(["/nonexistent/program"])
except FileNotFoundError as error:
    print(error)  # expect: [Errno 2] No such file or directory: '/nonexistent/program'
try:
    subprocess.run(["sleep", "5"], timeout=0.05)
except subprocess.TimeoutExpired as error:
    print(error.cmd, error.timeout > 0)  # expect: ['sleep', '5'] True
child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=lambda: os.chdir("/"))
print(child.communicate(b"data"), child.returncode)  # expect: (b'data', None) 0

reader, writer = os.pipe()
poll = select.poll()
poll.register(reader, select.POLLIN)
epoll = select.epoll()
epoll.register(reader, select.EPOLLIN)
print(poll.poll(1), epoll.poll(0.001), select.select([reader], [], [], 0))  # expect: [] [] ([], [], [])
os.write(writer, b"x")
print(poll.poll() == [(reader, select.POLLIN)], epoll.poll() == [(reader, select.EPOLLIN)])  # expect: True True
print(select.select([reader], [writer], []) == ([reader], [writer], []))  # expect: True
epoll.close()
try:
    epoll.poll()
except ValueError as error:
    print(error)  # expect: I/O operation on closed epoll object
