# What has been decompressed to its end needs no library memory any more: 8 MB for each of these.
import lzma
import resource

packed = lzma.compress(b"text" * 10)
soft, hard = resource.getrlimit(resource.RLIMIT_AS)
with open("/proc/self/statm") as sizes:
    mapped = int(sizes.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (mapped + 400 * 2**20, hard))
print(all(lzma.decompress(packed) == b"text" * 10 for _ in range(200)))  # expect: True
