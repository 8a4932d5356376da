"""Big integers: a spigot for the digits of pi."""


def digits_of_pi(count):
    numerator, accumulator, denominator = 1, 0, 1
    k = 0
    found = []
    while len(found) < count:
        k += 1
        odd = 2 * k + 1
        accumulator = (accumulator + 2 * numerator) * odd
        denominator *= odd
        numerator *= k
        if numerator > accumulator:
            continue
        digit = (numerator * 3 + accumulator) // denominator
        if digit == (numerator * 4 + accumulator) // denominator:
            found.append(digit)
            accumulator = (accumulator - denominator * digit) * 10
            numerator *= 10
    return "".join(map(str, found))


def run(size):
    digits = digits_of_pi(size)
    return digits[:20], sum(map(int, digits)), (3 ** (size * 20) % 10**9)


SIZE = 1200
EXPECTED = ('31415926535897932384', 5397, 925280001)
