# Tasks wait for futures, are cancelled with a message, and tell the loop about what nobody has looked at.
import asyncio
import gc

seen = []


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: seen.append(context["message"]))
    future = loop.create_future()
    future.add_done_callback(lambda done: print("called with", done.result()))

    async def wait():
        return await future

    task = asyncio.create_task(wait(), name="waiter")
    await asyncio.sleep(0)
    print(task.get_name(), str(future)[-20:])  # expect: waiter Task.task_wakeup()]>
    future.set_result(5)
    print(await task)  # expect: called with 5
    # expect: 5

    other = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    print(other.cancel("enough"), other.cancelling())  # expect: True 1
    try:
        await other
    except asyncio.CancelledError as error:
        print(error, other.cancelled(), other.cancelling())  # expect: enough True 1

    async def myself():
        await me

    me = asyncio.create_task(myself())
    try:
        await me
    except RuntimeError as error:
        print(str(error)[:28])  # expect: Task cannot await on itself:

    class Yields:
        def __await__(self):
            yield 5

    async def wrong():
        await Yields()

    try:
        await asyncio.create_task(wrong())
    except RuntimeError as error:
        print(error)  # expect: Task got bad yield: 5

    def fail():
        loop.create_future().set_exception(ValueError())

    fail()
    gc.collect()


asyncio.run(main())
print(seen)  # expect: ['Future exception was never retrieved']
bare = asyncio.Future.__new__(asyncio.Future)
print(bare.done(), bare._loop)  # expect: False None
bare.result()  # raises: asyncio.exceptions.InvalidStateError: Future object is not initialized.
