"""Bit operations over bytes: CRC-32, Adler-32, xorshift, population counts."""


def make_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0xEDB88320 if byte & 1 else 0)
        table.append(byte)
    return table


def crc32(data, table):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def adler32(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


def run(size):
    state, data = 2463534242, bytearray()
    while len(data) < size:
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        data += state.to_bytes(4, "little")
    data = bytes(data)
    ones = sum(bin(byte).count("1") for byte in data)
    return crc32(data, make_table()), adler32(data), ones, int.from_bytes(data[:64], "big") % 1_000_003


SIZE = 100_000
EXPECTED = (1760733066, 2029882544, 400259, 128895)
