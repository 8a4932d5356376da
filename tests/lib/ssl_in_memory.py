# A handshake between two MemoryBIOs, without a network.
import os
import ssl
import subprocess
import tempfile

folder = tempfile.mkdtemp()
key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "30",
                "-subj", "/CN=test.example", "-addext", "subjectAltName=DNS:test.example"], check=True, capture_output=True)

server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain(cert, key)
server_context.set_alpn_protocols(["h2", "http/1.1"])
seen = []
server_context.sni_callback = lambda connection, name, context: seen.append(name)
client_context = ssl.create_default_context(cafile=cert)
client_context.set_alpn_protocols(["http/1.1"])


def pair(client_context, name):
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    waiting = [client, server]
    while waiting:
        for side in waiting[:]:
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                pass
    return client, server


client, server = pair(client_context, "test.example")
print(client.version(), client.selected_alpn_protocol(), seen)    # expect: TLSv1.3 http/1.1 ['test.example']
print(client.getpeercert()["subject"], client.getpeercert()["subjectAltName"])   # expect: ((('commonName', 'test.example'),),) (('DNS', 'test.example'),)
client.write(b"hello")
print(server.read(100), server.pending())            # expect: b'hello' 0
buffer = bytearray(8)
server.write(b"goodbye")
print(client.read(8, buffer), buffer)                # expect: 7 bytearray(b'goodbye\x00')

try:
    pair(client_context, "other.example")
except ssl.SSLCertVerificationError as e:
    print(e.reason, e.verify_message)                # expect: CERTIFICATE_VERIFY_FAILED Hostname mismatch, certificate is not valid for 'other.example'.
try:
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(__file__)
except ssl.SSLError as e:
    print(e.library, e.reason)                       # expect: SSL None
