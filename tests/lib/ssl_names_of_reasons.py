# The names of OpenSSL's reasons, in both directions, alerts and other late numbers included.
import _ssl

names, codes = _ssl.err_codes_to_names, _ssl.err_names_to_codes
for key in (20, 134), (20, 443), (20, 999), (20, 1010), (20, 1116), (9, 100), (33, 155):
    print(key, names[key], codes[names[key]] == key)
# expect: (20, 134) CERTIFICATE_VERIFY_FAILED True
# expect: (20, 443) BAD_RECORD_TYPE True
# expect: (20, 999) INVALID_SESSION_ID True
# expect: (20, 1010) SSLV3_ALERT_UNEXPECTED_MESSAGE True
# expect: (20, 1116) TLSV13_ALERT_CERTIFICATE_REQUIRED True
# expect: (9, 100) BAD_BASE64_DECODE True
# expect: (33, 155) INVALID_SIGNED_DATA_TYPE True
print(_ssl.lib_codes_to_names[20], len(names) > 1600)       # expect: SSL True
