# Tables of digits: every byte, short and long texts, and what is not a digit at every place.
import base64
import binascii


def error_of(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except binascii.Error as error:
        return str(error)


every = bytes(range(256))
for size in range(60):
    data = every[size:size * 2 + 3]
    assert binascii.a2b_base64(binascii.b2a_base64(data)) == data
    assert binascii.unhexlify(data.hex()) == binascii.unhexlify(data.hex().upper().encode()) == data
digits = base64.b64encode(every[:9])
wrong = {error_of(binascii.unhexlify, bytes([c, 0x30])) for c in every if chr(c) not in "0123456789abcdefABCDEF"}
print(wrong)  # expect: {'Non-hexadecimal digit found'}
# Outside of strict mode what is no digit counts for nothing, wherever it stands.
print(all(binascii.a2b_base64(digits[:i] + b"\n" + digits[i:]) == every[:9] for i in range(13)))  # expect: True
print({error_of(binascii.a2b_base64, digits[:i] + b"-" + digits[i:], strict_mode=True) for i in range(13)})  # expect: {'Only base64 data is allowed'}
print(binascii.a2b_base64(b"AAAA=AAAA"), binascii.a2b_base64(b"AAAAAA=="), binascii.a2b_base64(b"AAAAAAA="))  # expect: b'\x00\x00\x00\x00\x00\x00' b'\x00\x00\x00\x00' b'\x00\x00\x00\x00\x00'
print(error_of(binascii.a2b_base64, b"AAAAA"), error_of(binascii.a2b_base64, "AAAAAA"))  # expect: Invalid base64-encoded string: number of data characters (5) cannot be 1 more than a multiple of 4 Incorrect padding
print(binascii.crc_hqx(every * 3, 0), binascii.crc_hqx(b"123456789", 0xFFFF), binascii.crc_hqx(b"", 0x12345))  # expect: 33123 10673 9029
