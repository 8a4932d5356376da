// _ssl._SSLSocket: one end of a connection, over a socket or a pair of MemoryBIOs.
#include <poll.h>

#include <cerrno>
#include <climits>
#include <ctime>

#include "Modules/ssl/ssl.h"
#include "Objects/bytes.h"
#include "Objects/codecs.h"
#include "Objects/weak_reference.h"

namespace minipy::ssl {
namespace {

constexpr int kMaxFinished = 128;

Value socket_value(const SslSocket& self) {
  return has_kind(self.socket, Kind::WeakReference) ? weak_target(*self.socket.as<WeakReference>())
                                                    : None;
}
// The socket under the connection; nullptr over MemoryBIOs.
Result<Socket*> underlying(Thread& thread, const SslSocket& self) {
  if (self.socket.is_none()) return nullptr;
  const Value socket = socket_value(self);
  if (!has_kind(socket, ModuleKind::Socket))
    return raise_ssl(thread, "Underlying socket connection gone", kErrorNoSocket, __LINE__);
  return socket.as<Socket>();
}

// ---- waiting ----

enum class Readiness { Done, TimedOut, Closed, NonBlocking };

int64_t now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

// Waits for a socket with a timeout; one without blocks inside of OpenSSL.
Readiness wait_for(Thread& thread, const Socket* socket, short events, int64_t deadline) {
  if (!socket || socket->timeout <= 0) return Readiness::NonBlocking;
  if (socket->descriptor < 0) return Readiness::Closed;
  const int64_t left = deadline - now();
  if (left <= 0) return Readiness::TimedOut;
  pollfd watched{socket->descriptor, events, 0};
  const int64_t milliseconds = (left + 999'999) / 1'000'000;
  WithoutGil without(thread);
  const int ready =
      poll(&watched, 1, milliseconds > INT_MAX ? INT_MAX : static_cast<int>(milliseconds));
  return ready == 0 ? Readiness::TimedOut : Readiness::Done;
}

void set_blocking(SslSocket& self, const Socket* socket) {
  if (!socket) return;
  const long is_nonblocking = socket->timeout >= 0;
  lib.BIO_ctrl(lib.SSL_get_rbio(self.handle), BIO_C_SET_NBIO, is_nonblocking, nullptr);
  lib.BIO_ctrl(lib.SSL_get_wbio(self.handle), BIO_C_SET_NBIO, is_nonblocking, nullptr);
}

// One call of OpenSSL without the GIL. What went wrong is found out before others run.
template <typename Action>
int call_ssl(Thread& thread, SslSocket& self, Action&& action) {
  WithoutGil without(thread);
  errno = 0;
  const int result = action();
  const int system_error = errno;
  self.ssl_error = result <= 0 ? lib.SSL_get_error(self.handle, result) : SSL_ERROR_NONE;
  self.system_error = system_error;
  return result;
}

Failure raise_not_ready(Thread& thread, Readiness readiness, const char* operation) {
  if (readiness == Readiness::Closed)
    return raise(thread, *state.error, "Underlying socket has been closed.");
  return raise(thread, TimeoutError, "The {} operation timed out", operation);
}

bool wants_more(const SslSocket& self) {
  return self.ssl_error == SSL_ERROR_WANT_READ || self.ssl_error == SSL_ERROR_WANT_WRITE;
}

// Calls again and again until it is done, as the socket's timeout allows.
template <typename Action>
Result<int> call_until_done(Thread& thread, SslSocket& self, const Socket* socket,
                            const char* operation, Action&& action) {
  const int64_t deadline = socket && socket->timeout > 0 ? now() + socket->timeout : 0;
  for (;;) {
    const int result = call_ssl(thread, self, action);
    TRY(run_pending(thread));
    if (!wants_more(self)) return result;
    const Readiness readiness = wait_for(
        thread, socket, self.ssl_error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline);
    if (readiness == Readiness::NonBlocking) return result;
    if (readiness != Readiness::Done) return raise_not_ready(thread, readiness, operation);
  }
}

// ---- the connection ----

Value do_handshake(Thread& thread, SslSocket& self) {
  const Socket* socket = TRY(underlying(thread, self));
  set_blocking(self, socket);
  const int result = TRY(call_until_done(thread, self, socket, "handshake",
                                         [&] { return lib.SSL_do_handshake(self.handle); }));
  if (result < 1) return raise_socket(thread, self, result, __LINE__);
  TRY(raise_left_exception(thread, self));
  return None;
}

Value write(Thread& thread, SslSocket& self, Value data) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  const Socket* socket = TRY(underlying(thread, self));
  set_blocking(self, socket);
  if (socket && socket->timeout > 0) {
    const Readiness readiness = wait_for(thread, socket, POLLOUT, now() + socket->timeout);
    if (readiness != Readiness::Done) return raise_not_ready(thread, readiness, "write");
  }
  size_t written = 0;
  const int result = TRY(call_until_done(thread, self, socket, "write", [&] {
    return lib.SSL_write_ex(self.handle, lease.data(), lease.size(), &written);
  }));
  if (result == 0) return raise_socket(thread, self, result, __LINE__);
  TRY(raise_left_exception(thread, self));
  return make_int(static_cast<int64_t>(written));
}

// The number of bytes read; 0 at the end.
Result<size_t> read_into(Thread& thread, SslSocket& self, void* to, size_t size) {
  if (size == 0) return 0;
  const Socket* socket = TRY(underlying(thread, self));
  set_blocking(self, socket);
  size_t count = 0;
  const int result = TRY(call_until_done(thread, self, socket, "read", [&] {
    return lib.SSL_read_ex(self.handle, to, size, &count);
  }));
  const bool has_ended = self.ssl_error == SSL_ERROR_ZERO_RETURN &&
                         lib.SSL_get_shutdown(self.handle) == SSL_RECEIVED_SHUTDOWN;
  if (result == 0 && has_ended) return 0;
  if (result == 0) return raise_socket(thread, self, result, __LINE__);
  TRY(raise_left_exception(thread, self));
  return count;
}

Value read(Thread& thread, SslSocket& self, int64_t size, Value buffer) {
  if (buffer.is_empty()) {
    if (size < 0) return raise(thread, ValueError, "size should not be negative");
    Bytes* bytes = allocate_bytes(static_cast<size_t>(size));
    if (!bytes) return raise_memory_error(thread);
    const size_t count = TRY(read_into(thread, self, bytes->data(), static_cast<size_t>(size)));
    if (count == static_cast<size_t>(size)) return bytes;
    return bytes_result(thread, bytes->view().substr(0, count));
  }
  BufferLease lease(thread);
  TRY(lease.acquire(buffer, Buffer::kWritable));
  const int64_t wanted = size <= 0 || size > lease->size ? lease->size : size;
  return make_int(static_cast<int64_t>(
      TRY(read_into(thread, self, lease.data(), static_cast<size_t>(wanted)))));
}

// Sends the farewell, and waits for the peer's.
Value shut_down(Thread& thread, SslSocket& self) {
  const Socket* socket = TRY(underlying(thread, self));
  set_blocking(self, socket);
  const int64_t deadline = socket && socket->timeout > 0 ? now() + socket->timeout : 0;
  int zeros = 0, result;
  for (;;) {
    // What comes behind the peer's farewell is no part of this connection.
    if (self.has_seen_zero) lib.SSL_set_read_ahead(self.handle, 0);
    result = call_ssl(thread, self, [&] { return lib.SSL_shutdown(self.handle); });
    if (result > 0) break;
    if (result == 0) {
      if (++zeros > 1) break;
      self.has_seen_zero = true;
      continue;
    }
    if (!wants_more(self)) break;
    const bool reads = self.ssl_error == SSL_ERROR_WANT_READ;
    const Readiness readiness = wait_for(thread, socket, reads ? POLLIN : POLLOUT, deadline);
    if (readiness == Readiness::TimedOut)
      return raise_not_ready(thread, readiness, reads ? "read" : "write");
    if (readiness != Readiness::Done) break;
    TRY(run_pending(thread));
  }
  if (result < 0) return raise_socket(thread, self, result, __LINE__);
  TRY(raise_left_exception(thread, self));
  return socket ? socket_value(self) : None;
}

int pending(SslSocket& self) {
  return lib.SSL_pending(self.handle);
}

// ---- what is known of the peer and the connection ----

Value get_peer_certificate(Thread& thread, SslSocket& self, bool as_der) {
  if (!lib.SSL_is_init_finished(self.handle))
    return raise(thread, ValueError, "handshake not done yet");
  X509* certificate = lib.SSL_get1_peer_certificate(self.handle);
  if (!certificate) return None;
  Value result;
  if (as_der)
    result = encoded_certificate(thread, certificate);
  else if (!(lib.SSL_CTX_get_verify_mode(lib.SSL_get_SSL_CTX(self.handle)) & SSL_VERIFY_PEER))
    result = make_dict();
  else
    result = decoded_certificate(thread, certificate);
  lib.X509_free(certificate);
  return result;
}
Value get_verified_chain(Thread& thread, SslSocket& self) {
  return certificate_chain(thread, lib.SSL_get0_verified_chain(self.handle));
}
// A server's chain does not begin with the peer's own certificate.
Value get_unverified_chain(Thread& thread, SslSocket& self) {
  const Value chain = TRY(certificate_chain(thread, lib.SSL_get_peer_cert_chain(self.handle)));
  if (chain.is_none() || !self.is_server) return chain;
  X509* certificate = lib.SSL_get1_peer_certificate(self.handle);
  if (!certificate) return chain;
  TRY(list_insert(thread, *chain.as<List>(), 0, make_certificate(certificate)));
  lib.X509_free(certificate);
  return chain;
}

Value text_or_none(const char* text) {
  return text ? Value(make_str(text)) : None;
}
Value cipher_summary(const SSL_CIPHER* cipher) {
  return make_tuple({text_or_none(lib.SSL_CIPHER_get_name(cipher)),
                     text_or_none(lib.SSL_CIPHER_get_version(cipher)),
                     make_int(lib.SSL_CIPHER_get_bits(cipher, nullptr))});
}
Value get_cipher(SslSocket& self) {
  const SSL_CIPHER* cipher = lib.SSL_get_current_cipher(self.handle);
  return cipher ? cipher_summary(cipher) : None;
}
// As in CPython 3.11: those of this side, all of them.
Value shared_ciphers(Thread& thread, SslSocket& self) {
  const auto* ciphers = reinterpret_cast<const OPENSSL_STACK*>(lib.SSL_get_ciphers(self.handle));
  if (!ciphers) return None;
  List* list = make_list();
  for (int i = 0; i < lib.OPENSSL_sk_num(ciphers); ++i) {
    TRY(list_append(
        thread, *list,
        cipher_summary(static_cast<const SSL_CIPHER*>(lib.OPENSSL_sk_value(ciphers, i)))));
  }
  return list;
}
Value get_version(SslSocket& self) {
  return lib.SSL_is_init_finished(self.handle) ? text_or_none(lib.SSL_get_version(self.handle))
                                               : None;
}
Value selected_alpn_protocol(SslSocket& self) {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  lib.SSL_get0_alpn_selected(self.handle, &protocol, &size);
  return protocol ? Value(make_str({reinterpret_cast<const char*>(protocol), size})) : None;
}
Value get_compression(SslSocket& self) {
  const COMP_METHOD* method = lib.SSL_get_current_compression(self.handle);
  return method ? text_or_none(lib.COMP_get_name(method)) : None;
}

Value get_channel_binding(Thread& thread, SslSocket& self, Str& type) {
  if (!equal(&type, "tls-unique"))
    return raise(thread, ValueError, "'{}' channel binding type not implemented", &type);
  char message[kMaxFinished];
  // The first message of the two that end the handshake.
  const bool is_ours = (lib.SSL_session_reused(self.handle) != 0) != !self.is_server;
  const size_t size = is_ours ? lib.SSL_get_finished(self.handle, message, sizeof message)
                              : lib.SSL_get_peer_finished(self.handle, message, sizeof message);
  return size == 0 ? None : bytes_result(thread, {message, std::min(size, sizeof message)});
}

Status verify_client_post_handshake(Thread& thread, SslSocket& self) {
  if (lib.SSL_verify_client_post_handshake(self.handle) == 0) return RAISE_SSL(nullptr);
  return nothing;
}

// ---- attributes ----

Value get_context(SslSocket& self) {
  return self.context;
}
Status set_context_of(Thread& thread, Value self_value, Value value) {
  if (!has_kind(value, Context::kKind))
    return raise(thread, TypeError, "The value must be a SSLContext");
  auto& self = *self_value.as<SslSocket>();
  self.context = value.as<Context>();
  lib.SSL_set_SSL_CTX(self.handle, self.context->handle);
  install_message_callback(*self.context, self.handle);
  return nothing;
}
bool get_is_server(SslSocket& self) {
  return self.is_server;
}
Value get_server_hostname(SslSocket& self) {
  return self.server_hostname;
}
Value get_owner(SslSocket& self) {
  return has_kind(self.owner, Kind::WeakReference) ? weak_target(*self.owner.as<WeakReference>())
                                                   : None;
}
Status set_owner(Thread& thread, Value self, Value value) {
  if (value.is_empty() || value.is_none()) {
    self.as<SslSocket>()->owner = None;
    return nothing;
  }
  self.as<SslSocket>()->owner = TRY(make_weak_reference(thread, value, None));
  return nothing;
}

Value get_session(SslSocket& self) {
  SSL_SESSION* handle = lib.SSL_get1_session(self.handle);
  if (!handle) return None;
  auto* session = allocate_finalizable<Session>();
  session->handle = handle;
  session->context = self.context;
  return session;
}
Status set_session(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<SslSocket>();
  if (!has_kind(value, Session::kKind))
    return raise(thread, TypeError, "Value is not a SSLSession.");
  auto& session = *value.as<Session>();
  if (session.context->handle != self.context->handle)
    return raise(thread, ValueError, "Session refers to a different SSLContext.");
  if (self.is_server)
    return raise(thread, ValueError, "Cannot set session for server-side SSLSocket.");
  if (lib.SSL_is_init_finished(self.handle))
    return raise(thread, ValueError, "Cannot set session after handshake.");
  // A copy: a session that is in use may change.
  SSL_SESSION* copy = lib.SSL_SESSION_dup(session.handle);
  if (!copy) return RAISE_SSL(nullptr);
  const int is_good = lib.SSL_set_session(self.handle, copy);
  lib.SSL_SESSION_free(copy);
  if (!is_good) return RAISE_SSL(nullptr);
  return nothing;
}
bool is_session_reused(SslSocket& self) {
  return lib.SSL_session_reused(self.handle);
}

void finalize_socket(Thread&, Value self_value) {
  auto& self = *self_value.as<SslSocket>();
  if (self.handle != blank.connection) lib.SSL_free(std::exchange(self.handle, blank.connection));
}

// ---- construction ----

// The name that the certificate must have; a number is no name for SNI.
Status set_hostname(Thread& thread, SslSocket& self, Value hostname) {
  if (!is_str(hostname)) {
    return raise(thread, TypeError, "server_hostname must be str or None, not {}",
                 type_of(hostname));
  }
  if (!hostname.as<Str>()->is_ascii()) {
    TRY(encode_ascii(thread, hostname.as<Str>()));  // which says what is wrong
  }
  const std::string name(hostname.as<Str>()->ascii_view());
  if (name.find('\0') != std::string::npos) {
    return raise(thread, TypeError, "argument must be encoded string without null bytes, not str");
  }
  if (name.empty() || name[0] == '.') {
    return raise(thread, ValueError,
                 "server_hostname cannot be an empty string or start with a leading dot.");
  }
  self.server_hostname = hostname;
  ASN1_OCTET_STRING* address = lib.a2i_IPADDRESS(name.c_str());
  if (!address) lib.ERR_clear_error();
  bool is_good =
      address || lib.SSL_ctrl(self.handle, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                              const_cast<char*>(name.c_str()));
  if (is_good && self.context->checks_hostname) {
    X509_VERIFY_PARAM* parameters = lib.SSL_get0_param(self.handle);
    is_good = address ? lib.X509_VERIFY_PARAM_set1_ip(
                            parameters, lib.ASN1_STRING_get0_data(address),
                            static_cast<size_t>(lib.ASN1_STRING_length(address)))
                      : lib.X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size());
  }
  if (address) lib.ASN1_OCTET_STRING_free(address);
  if (!is_good) return RAISE_SSL(nullptr);
  return nothing;
}

void set_post_handshake_auth(SslSocket& self) {
  if (!self.context->post_handshake_auth) return;
  if (!self.is_server) return lib.SSL_set_post_handshake_auth(self.handle, 1);
  const int mode = lib.SSL_get_verify_mode(self.handle);
  if (mode & SSL_VERIFY_PEER) {
    lib.SSL_set_verify(self.handle, mode | SSL_VERIFY_POST_HANDSHAKE,
                       lib.SSL_get_verify_callback(self.handle));
  }
}

void connect_bios(SslSocket& self, MemoryBio& incoming, MemoryBio& outgoing) {
  lib.BIO_up_ref(incoming.handle);
  lib.BIO_up_ref(outgoing.handle);
  lib.SSL_set_bio(self.handle, incoming.handle, outgoing.handle);
}

const MethodRow methods[] = {
    method<do_handshake>("do_handshake($self, /)", "Agree with the peer on how to go on."),
    method<write>("write($self, b, /)", "Send bytes; how many."),
    method<read>("!read($self, size, buffer=<unrepresentable>, /)",
                 "Receive up to size bytes, or bytes into a buffer."),
    method<pending>("pending($self, /)", "How many bytes have come that were not read yet."),
    method<get_peer_certificate>("getpeercert($self, der=False, /)",
                                 "The peer's certificate, as a dict or in DER."),
    method<get_channel_binding>("get_channel_binding($self, /, cb_type='tls-unique')",
                                "What binds other protocols to this connection."),
    method<get_cipher>("cipher($self, /)",
                       "The cipher: its name, version and number of secret bits."),
    method<shared_ciphers>("shared_ciphers($self, /)", "The ciphers that both sides know."),
    method<get_version>("version($self, /)", "The version of the protocol."),
    method<selected_alpn_protocol>("selected_alpn_protocol($self, /)",
                                   "The protocol that ALPN has chosen."),
    method<get_compression>("compression($self, /)", "The method of compression, or None."),
    method<shut_down>("shutdown($self, /)", "End the connection; what is left is the socket."),
    method<verify_client_post_handshake>("verify_client_post_handshake($self, /)",
                                         "Ask for the client's certificate."),
    method<get_unverified_chain>("get_unverified_chain($self, /)",
                                 "The certificates that the peer has sent."),
    method<get_verified_chain>("get_verified_chain($self, /)",
                               "The certificates up to a trusted one."),
    getter<get_context>("context", nullptr, set_context_of),
    getter<get_is_server>("server_side", nullptr),
    getter<get_server_hostname>("server_hostname", nullptr),
    getter<get_owner>("owner", nullptr, set_owner),
    getter<get_session>("session", nullptr, set_session),
    getter<is_session_reused>("session_reused", nullptr),
};

}  // namespace

Value shown_socket(SslSocket& socket) {
  const Value owner = get_owner(socket);
  if (!owner.is_none()) return owner;
  const Value below = socket_value(socket);
  return below.is_none() ? &socket : below;
}

Value wrap(Thread& thread, Context& context, Value socket, bool is_server, Value hostname,
           Value owner, Value session, MemoryBio* incoming, MemoryBio* outgoing) {
  if (is_server && context.protocol == kTlsClient) {
    return RAISE_SSL("Cannot create a server socket with a PROTOCOL_TLS_CLIENT context");
  }
  if (!is_server && context.protocol == kTlsServer) {
    return RAISE_SSL("Cannot create a client socket with a PROTOCOL_TLS_SERVER context");
  }
  auto* made = allocate_finalizable<SslSocket>();
  made->handle = blank.connection;
  made->context = &context;
  made->socket = made->owner = made->server_hostname = None;
  made->is_server = is_server;
  lib.ERR_clear_error();
  SSL* handle = lib.SSL_new(context.handle);
  if (!handle) return RAISE_SSL(nullptr);
  made->handle = handle;
  lib.SSL_set_ex_data(handle, 0, made);
  if (incoming)
    connect_bios(*made, *incoming, *outgoing);
  else
    lib.SSL_set_fd(handle, socket.as<Socket>()->descriptor);
  lib.SSL_ctrl(handle, SSL_CTRL_MODE, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY,
               nullptr);
  set_post_handshake_auth(*made);
  if (!hostname.is_none()) TRY(set_hostname(thread, *made, hostname));
  if (is_server)
    lib.SSL_set_accept_state(handle);
  else
    lib.SSL_set_connect_state(handle);
  if (!incoming) {
    made->socket = TRY(make_weak_reference(thread, socket, None));
    set_blocking(*made, socket.as<Socket>());
  }
  if (!owner.is_none()) TRY(set_owner(thread, made, owner));
  if (!session.is_none()) TRY(set_session(thread, made, session));
  return made;
}

void define_socket_type(Module& module) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(SslSocket);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable | Type::kHasFinalizer;
  spec.slots.finalize = finalize_socket;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::SslSocket, spec));
}

}  // namespace minipy::ssl
