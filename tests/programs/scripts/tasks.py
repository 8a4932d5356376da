"""asyncio: tasks, queues, streams, subprocesses, time limits and groups."""
import asyncio
import sys


async def producer(queue, name, count):
    for i in range(count):
        await asyncio.sleep(0)
        await queue.put((name, i))


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def main():
    queue = asyncio.Queue(2)
    async with asyncio.TaskGroup() as group:
        group.create_task(producer(queue, 'a', 3))
        group.create_task(producer(queue, 'b', 3))
        print(sorted([await queue.get() for _ in range(6)]))
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.writelines([b'one\n', b'two\n'])
    writer.write_eof()
    print(await reader.read())
    writer.close()
    server.close()
    process = await asyncio.create_subprocess_exec(sys.executable, '-c', 'import sys; print(input()); sys.exit(3)', stdin=-1, stdout=-1)
    print(await process.communicate(b'hello\n'), process.returncode)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError as problem:
        print(repr(problem), repr(problem.__cause__))
    print(await asyncio.gather(asyncio.sleep(0.01, 1), asyncio.to_thread(sum, [1, 2]), return_exceptions=True))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.wait_for(asyncio.sleep(5), 0.01))
            group.create_task(asyncio.sleep(5))
    except* TimeoutError as problems:
        print(problems.exceptions)
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    loop.call_later(0.01, done.set_result, 5)
    print(await done, [value async for value in numbers()])


async def numbers():
    for i in range(3):
        yield i
        await asyncio.sleep(0)


asyncio.run(main())
