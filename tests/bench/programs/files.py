"""Reading and writing: text and bytes through io, struct, base64 and hashlib."""
import base64
import hashlib
import io
import struct


def run(size):
    text = io.StringIO()
    for i in range(size):
        print(i, "line", i * i % 97, sep="\t", file=text)
    raw = io.BytesIO(text.getvalue().encode("utf-8") * 2)
    total = lines = 0
    for line in io.TextIOWrapper(raw, encoding="utf-8", newline="\n"):
        fields = line.rstrip("\n").split("\t")
        total += int(fields[2])
        lines += 1
    record = struct.Struct("<IHd")
    packed = b"".join(record.pack(i, i % 65536, i / 3) for i in range(size))
    summed = sum(b + c for _, b, c in record.iter_unpack(packed))
    coded = base64.b64encode(packed)
    digest = hashlib.sha256(base64.b64decode(coded)).hexdigest()
    return lines, total, round(summed, 3), len(coded), digest[:16]


SIZE = 20_000
EXPECTED = (40000, 1919514, 266653333.333, 373336, '858a91f6f51f30b9')
