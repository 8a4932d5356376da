"""The sieve of Eratosthenes on a list, with slices."""


def run(size):
    is_prime = [True] * (size + 1)
    is_prime[0] = is_prime[1] = False
    i = 2
    while i * i <= size:
        if is_prime[i]:
            for multiple in range(i * i, size + 1, i):
                is_prime[multiple] = False
        i += 1
    return sum(i for i, prime in enumerate(is_prime) if prime)


SIZE = 600_000
EXPECTED = 14071826345
