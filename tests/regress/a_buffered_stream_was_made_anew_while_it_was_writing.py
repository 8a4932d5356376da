import io


class Raw(io.RawIOBase):
    is_asked = False

    def writable(self):
        return True

    def write(self, data):
        if not Raw.is_asked:
            Raw.is_asked = True
            try:
                stream.__init__(Raw(), 10)
            except RuntimeError:  # CPython lets it pass
                pass
        return len(data)


stream = io.BufferedWriter(Raw(), 4096)
stream.write(b"abc" * 1000)
stream.flush()
print(stream.write(b"more"))  # expect: 4
