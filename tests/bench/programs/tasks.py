"""asyncio: workers, a queue, gather, timeouts and async generators without waiting for real time."""
import asyncio


async def numbers(count):
    for i in range(count):
        if i % 10 == 0:
            await asyncio.sleep(0)
        yield i


async def producer(queue, count):
    async for i in numbers(count):
        await queue.put(i)
    for _ in range(4):
        await queue.put(None)


async def worker(queue, lock, totals):
    while (item := await queue.get()) is not None:
        async with lock:
            totals[item % 3] = totals.get(item % 3, 0) + item
        await asyncio.sleep(0)


async def square(n):
    await asyncio.sleep(0)
    return n * n


async def main(size):
    queue, lock, totals = asyncio.Queue(maxsize=20), asyncio.Lock(), {}
    async with asyncio.TaskGroup() as group:
        group.create_task(producer(queue, size))
        for _ in range(4):
            group.create_task(worker(queue, lock, totals))
    squares = await asyncio.gather(*(square(i) for i in range(size)))
    waited = await asyncio.wait_for(square(12), timeout=60)
    return sorted(totals.items()), sum(squares), waited


def run(size):
    return asyncio.run(main(size))


SIZE = 2000
EXPECTED = ([(0, 666333), (1, 667000), (2, 665667)], 2664667000, 144)
