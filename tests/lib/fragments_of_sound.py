# Samples are signed, in the machine's order; what is too loud is cut off, and a bias wraps around.
import warnings

warnings.simplefilter("ignore")
import audioop

sound = b"\x00\x10\xff\x7f\x00\x80\x01\x00"
print([audioop.getsample(sound, 2, i) for i in range(4)])  # expect: [4096, 32767, -32768, 1]
print(audioop.max(sound, 2), audioop.minmax(sound, 2), audioop.cross(sound, 2))  # expect: 32768 (-32768, 32767) 2
print(audioop.avg(sound, 2), audioop.rms(sound, 2), audioop.avgpp(sound, 2))  # expect: 1024 23260 65535
print(audioop.mul(sound, 2, 2.5))  # expect: b'\x00(\xff\x7f\x00\x80\x02\x00'
print(audioop.bias(sound, 2, 1))  # expect: b'\x01\x10\x00\x80\x01\x80\x02\x00'
print(audioop.lin2lin(sound, 2, 3))  # expect: b'\x00\x00\x10\x00\xff\x7f\x00\x00\x80\x00\x01\x00'
print(audioop.lin2ulaw(sound, 2), audioop.lin2alaw(sound, 2))  # expect: b'\xaf\x80\x00\xff' b'\x85\xaa*\xd5'
print(audioop.ulaw2lin(b"\x00\x80\xff", 2))  # expect: b'\x84\x82|}\x00\x00'
print(audioop.lin2adpcm(sound, 2, None))  # expect: (b'w\xf1', (5, 23))
print(audioop.adpcm2lin(b"w\xf0", 2, None))  # expect: (b'\x0b\x00)\x00\xea\xff\xf3\xff', (-13, 23))
print(audioop.ratecv(sound, 2, 1, 2, 3, None))  # expect: (b'\x00\x10\xaaZ\xaa*\x00\x80V\xd5', (-1, ((-2147483648, 65536),)))
print(audioop.findfit(sound, sound[2:6]))  # expect: (1, 1.0)
audioop.max(b"abc", 2)  # raises: audioop.error: not a whole number of frames
