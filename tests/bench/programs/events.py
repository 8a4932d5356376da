"""A discrete event simulation: machines, queues and repairs on a heap of generators."""
import heapq
from collections import deque


class Simulation:
    def __init__(self):
        self.now, self.events, self.sequence = 0, [], 0

    def schedule(self, delay, process):
        self.sequence += 1
        heapq.heappush(self.events, (self.now + delay, self.sequence, process))

    def run(self, until):
        while self.events:
            time, _, process = heapq.heappop(self.events)
            if time > until:
                return
            self.now = time
            try:
                delay = next(process)
            except StopIteration:
                continue
            if delay is not None:
                self.schedule(delay, process)


class Queue:
    def __init__(self, simulation):
        self.simulation, self.items, self.waiting = simulation, deque(), deque()

    def put(self, item):
        self.items.append(item)
        if self.waiting:
            self.simulation.schedule(0, self.waiting.popleft())


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = self.state * 1103515245 + 12345 & 0x7FFFFFFF
        return (self.state >> 8) % limit


def source(simulation, queue, random):
    number = 0
    while True:
        yield 1 + random.below(9)
        number += 1
        queue.put((number, simulation.now))


def machine(simulation, queue, random, finished):
    me = yield 0
    while True:
        while not queue.items:
            queue.waiting.append(machine.processes[finished.name])
            yield None
        number, arrived = queue.items.popleft()
        yield 3 + random.below(10)
        finished.waits.append(simulation.now - arrived)
        if random.below(20) == 0:
            yield 50


class Finished:
    def __init__(self, name):
        self.name, self.waits = name, []


def run(size):
    simulation, random = Simulation(), Random(11)
    queue = Queue(simulation)
    simulation.schedule(0, source(simulation, queue, random))
    machine.processes, results = {}, []
    for name in range(3):
        results.append(Finished(name))
        process = machine(simulation, queue, random, results[-1])
        machine.processes[name] = process
        simulation.schedule(0, process)
    simulation.run(size)
    waits = [wait for finished in results for wait in finished.waits]
    return len(waits), sum(waits), max(waits), simulation.sequence


SIZE = 90_000
EXPECTED = (17875, 174915, 81, 49881)
