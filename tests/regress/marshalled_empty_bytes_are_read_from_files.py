import io
import marshal

print(marshal.load(io.BytesIO(marshal.dumps(["", b"", (), "x"]))))  # expect: ['', b'', (), 'x']
