# The digests: the built-in modules, OpenSSL's, and that both agree.
import _blake2
import _hashlib
import _md5
import _sha1
import _sha256
import _sha3
import _sha512
import hashlib
import hmac

print(_md5.md5(b"abc").hexdigest())  # expect: 900150983cd24fb0d6963f7d28e17f72
print(_sha1.sha1(b"abc").hexdigest())  # expect: a9993e364706816aba3e25717850c26c9cd0d89d
print(_sha256.sha224(b"abc").hexdigest())  # expect: 23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7
print(_sha256.sha256(b"abc").hexdigest())  # expect: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
print(_sha512.sha512(b"abc").hexdigest()[:32], _sha512.sha384(b"abc").hexdigest()[:32])
# expect: ddaf35a193617abacc417349ae204131 cb00753f45a35e8bb5a03d699ac65007
print(_sha3.sha3_256(b"abc").hexdigest(), _sha3.shake_128(b"abc").hexdigest(8))
# expect: 3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532 5881092dd818bf5c
print(_blake2.blake2b(b"abc", digest_size=20).hexdigest())  # expect: 384264f676f39536840523f284921cdc68b6846b
print(_blake2.blake2s(b"abc", key=b"k", salt=b"s", person=b"p", fanout=2, depth=2, inner_size=3, last_node=True).hexdigest())
# expect: fbd5b43ef4b3f06b0196bac67260c70dac96fea0371f9137ac52970354492e77

builtin = {"md5": _md5.md5, "sha1": _sha1.sha1, "sha224": _sha256.sha224, "sha256": _sha256.sha256,
           "sha384": _sha512.sha384, "sha512": _sha512.sha512, "sha3_224": _sha3.sha3_224, "sha3_512": _sha3.sha3_512,
           "blake2b": _blake2.blake2b, "blake2s": _blake2.blake2s}
print(all(make(bytes(range(n))).digest() == _hashlib.new(name, bytes(range(n))).digest()
          for name, make in builtin.items() for n in (0, 1, 55, 63, 64, 65, 111, 112, 127, 128, 129, 255)))  # expect: True

digest = hashlib.sha256(b"a")
copy = digest.copy()
copy.update(b"b")
print(digest.hexdigest()[:16], copy.hexdigest()[:16], digest.name, digest.digest_size, digest.block_size)
# expect: ca978112ca1bbdca fb8e20fc2e4c3f24 sha256 32 64
print(hmac.new(b"key", b"message", "sha1").hexdigest())  # expect: 2088df74d5f2146b48146caf4965377e9d0be3a4
print(hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 10).hex()[:32])  # expect: 653cc888d937efe22810a5cbdb25a5bd
print(hashlib.scrypt(b"password", salt=b"salt", n=2, r=1, p=1, dklen=8).hex())  # expect: 6d1bb878eee9ce4a
for wrong in (lambda: hashlib.md5("text"), lambda: _blake2.blake2b(digest_size=65), lambda: _sha3.shake_128().digest(-1),
              lambda: hashlib.new("nothing"), lambda: _hashlib.HASH()):
    try:
        wrong()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
        # expect: TypeError Strings must be encoded before hashing
        # expect: ValueError digest_size must be between 1 and 64 bytes
        # expect: ValueError value must be positive
        # expect: ValueError unsupported hash type nothing
        # expect: TypeError cannot create '_hashlib.HASH' instances
