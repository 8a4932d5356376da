"""Huffman codes and a dictionary compressor, there and back."""
from collections import Counter
from heapq import heapify, heappop, heappush


def huffman_codes(data):
    heap = [(count, i, (byte,)) for i, (byte, count) in enumerate(sorted(Counter(data).items()))]
    codes = {byte: "" for _, _, (byte,) in heap}
    heapify(heap)
    number = len(heap)
    while len(heap) > 1:
        low_count, _, low = heappop(heap)
        high_count, _, high = heappop(heap)
        for byte in low:
            codes[byte] = "0" + codes[byte]
        for byte in high:
            codes[byte] = "1" + codes[byte]
        heappush(heap, (low_count + high_count, number, low + high))
        number += 1
    return codes


def huffman_decode(bits, codes):
    letters = {code: byte for byte, code in codes.items()}
    found, current = bytearray(), ""
    for bit in bits:
        current += bit
        if current in letters:
            found.append(letters[current])
            current = ""
    return bytes(found)


def lzw_compress(data):
    table = {bytes([i]): i for i in range(256)}
    current, codes = b"", []
    for i in range(len(data)):
        longer = current + data[i : i + 1]
        if longer in table:
            current = longer
        else:
            codes.append(table[current])
            table[longer] = len(table)
            current = data[i : i + 1]
    if current:
        codes.append(table[current])
    return codes


def lzw_expand(codes):
    table = {i: bytes([i]) for i in range(256)}
    previous = table[codes[0]]
    parts = [previous]
    for code in codes[1:]:
        entry = table[code] if code in table else previous + previous[:1]
        parts.append(entry)
        table[len(table)] = previous + entry[:1]
        previous = entry
    return b"".join(parts)


def run(size):
    data = b"".join(b"item %d of %d; " % (i * i % 77, i) for i in range(size))
    codes = huffman_codes(data)
    bits = "".join([codes[byte] for byte in data])
    packed = lzw_compress(data)
    return huffman_decode(bits, codes) == data, len(bits), lzw_expand(packed) == data, len(packed)


SIZE = 3000
EXPECTED = (True, 189292, True, 7318)
