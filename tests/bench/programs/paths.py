"""Shortest paths: Dijkstra on a grid, breadth-first search, union-find for a spanning tree."""
from collections import deque
from heapq import heappop, heappush


def make_costs(size):
    return {(x, y): (x * x * 3 + y * 7 + x * y) % 9 + 1 for x in range(size) for y in range(size)}


def around(place):
    x, y = place
    return (x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)


def cheapest(costs, start, goal):
    best, queue, done = {start: 0}, [(0, start)], set()
    while queue:
        cost, place = heappop(queue)
        if place == goal:
            return cost
        if place in done:
            continue
        done.add(place)
        for other in around(place):
            if other in costs and cost + costs[other] < best.get(other, 1 << 30):
                best[other] = cost + costs[other]
                heappush(queue, (best[other], other))
    return None


def fewest_steps(costs, start, goal):
    queue, steps = deque([start]), {start: 0}
    while queue:
        place = queue.popleft()
        if place == goal:
            return steps[place]
        for other in around(place):
            if costs.get(other, 9) < 8 and other not in steps:
                steps[other] = steps[place] + 1
                queue.append(other)
    return None


def spanning_tree(costs):
    parent = {place: place for place in costs}

    def root(place):
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    total = 0
    edges = sorted((costs[p] + costs[q], p, q) for p in costs for q in around(p) if q in costs and p < q)
    for weight, p, q in edges:
        a, b = root(p), root(q)
        if a != b:
            parent[a] = b
            total += weight
    return total


def run(size):
    costs = make_costs(size)
    goal = (size - 1, size - 1)
    return cheapest(costs, (0, 0), goal), fewest_steps(costs, (0, 0), goal), spanning_tree(costs)


SIZE = 76
EXPECTED = (442, 150, 40782)
