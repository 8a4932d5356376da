// _ssl._SSLContext: how connections are to be made.
#include <cerrno>
#include <cstring>

#include "Modules/ssl/ssl.h"

namespace minipy::ssl {
namespace {

constexpr uint64_t kDefaultOptions = (SSL_OP_ALL & ~SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS) |
                                     SSL_OP_NO_SSLv3 | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_SINGLE_DH_USE |
                                     SSL_OP_SINGLE_ECDH_USE | SSL_OP_IGNORE_UNEXPECTED_EOF;

const SSL_METHOD* method_for(int protocol) {
  switch (protocol) {
    case kTls:
      return lib.TLS_method();
    case kTlsClient:
      return lib.TLS_client_method();
    case kTlsServer:
      return lib.TLS_server_method();
    case kTls1:
      return lib.TLSv1_method();
    case kTls1_1:
      return lib.TLSv1_1_method();
    case kTls1_2:
      return lib.TLSv1_2_method();
    default:
      return nullptr;
  }
}

// The protocols that have a constant, but are not to be used any more.
Status warn_of_protocol(Thread& thread, int protocol) {
  const char* name = protocol == kTls      ? "TLS"
                     : protocol == kTls1   ? "TLSv1"
                     : protocol == kTls1_1 ? "TLSv1_1"
                     : protocol == kTls1_2 ? "TLSv1_2"
                                           : nullptr;
  if (!name) return nothing;
  return warn(thread, DeprecationWarning, std::string("ssl.PROTOCOL_") + name + " is deprecated",
              2);
}

Value make_context(Thread& thread, Type& type, const Value* arguments, size_t count,
                   Value keyword_names) {
  TRY(check_no_keywords(thread, "_SSLContext", keyword_names));
  TRY(check_positional(thread, "_SSLContext", count, 1, 1));
  const int protocol = TRY(argument_int(thread, arguments[0]));
  TRY(warn_of_protocol(thread, protocol));
  const SSL_METHOD* method = method_for(protocol);
  if (!method) return raise(thread, ValueError, "invalid or unsupported protocol version");
  SSL_CTX* handle = lib.SSL_CTX_new(method);
  if (!handle) return RAISE_SSL(nullptr);
  auto* made = allocate_instance_as<Context>(type);
  if (!made) return error;
  made->handle = handle;
  made->protocol = protocol;
  made->host_flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  made->keylog_filename = None;
  made->checks_hostname = protocol == kTlsClient;
  TRY(set_verify_mode(thread, *made, protocol == kTlsClient ? kCertRequired : kCertNone));
  lib.SSL_CTX_set_options(handle, kDefaultOptions);
  // Small buffers are given back between records.
  lib.SSL_CTX_ctrl(handle, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, nullptr);
  lib.SSL_CTX_set_session_id_context(handle, reinterpret_cast<const unsigned char*>("Python"),
                                     sizeof("Python"));
  X509_VERIFY_PARAM* parameters = lib.SSL_CTX_get0_param(handle);
  lib.X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_TRUSTED_FIRST);
  lib.X509_VERIFY_PARAM_set_hostflags(parameters, made->host_flags);
  lib.SSL_CTX_set_post_handshake_auth(handle, 0);
  return made;
}

void finalize_context(Thread&, Value self_value) {
  auto& self = *self_value.as<Context>();
  if (self.handle != blank.context) lib.SSL_CTX_free(std::exchange(self.handle, blank.context));
  if (self.keylog) std::fclose(std::exchange(self.keylog, nullptr));
}

// ---- making connections ----

Value wrap_socket(Thread& thread, Context& self, Value socket, bool is_server, Value hostname,
                  Value owner, Value session) {
  if (!has_kind(socket, ModuleKind::Socket)) {
    return raise(thread, TypeError, "_wrap_socket() argument 'sock' must be _socket.socket, not {}",
                 type_of(socket));
  }
  return wrap(thread, self, socket, is_server, hostname, owner, session, nullptr, nullptr);
}
Value wrap_bio(Thread& thread, Context& self, MemoryBio& incoming, MemoryBio& outgoing,
               bool is_server, Value hostname, Value owner, Value session) {
  return wrap(thread, self, None, is_server, hostname, owner, session, &incoming, &outgoing);
}

// ---- ciphers and protocols ----

Status set_ciphers(Thread& thread, Context& self, Str& ciphers) {
  const std::string text = TRY(to_utf8_strict(thread, &ciphers));
  if (text.find('\0') != std::string::npos)
    return raise(thread, ValueError, "embedded null character");
  if (lib.SSL_CTX_set_cipher_list(self.handle, text.c_str())) return nothing;
  lib.ERR_clear_error();
  return raise(thread, *state.error, "No cipher can be selected.");
}

Value get_ciphers(Thread& thread, Context& self) {
  SSL* connection = lib.SSL_new(self.handle);
  if (!connection) return RAISE_SSL(nullptr);
  const auto* ciphers = reinterpret_cast<const OPENSSL_STACK*>(lib.SSL_get_ciphers(connection));
  List* list = make_list();
  for (int i = 0; i < lib.OPENSSL_sk_num(ciphers); ++i) {
    const Value details =
        cipher_details(thread, static_cast<const SSL_CIPHER*>(lib.OPENSSL_sk_value(ciphers, i)));
    if (details.is_empty() || list_append(thread, *list, details).failed()) break;
  }
  lib.SSL_free(connection);
  return has_exception(thread) ? Value() : list;
}

// The first protocol of ours that the peer knows, too.
int select_alpn(SSL*, const unsigned char** chosen, unsigned char* size,
                const unsigned char* offered, unsigned offered_size, void* data) {
  const auto& context = *static_cast<Context*>(data);
  const unsigned char* ours = context.alpn_protocols ? context.alpn_protocols->data()
                                                     : reinterpret_cast<const unsigned char*>("");
  const auto our_size =
      static_cast<unsigned>(context.alpn_protocols ? context.alpn_protocols->size : 0);
  const int result = lib.SSL_select_next_proto(const_cast<unsigned char**>(chosen), size, ours,
                                               our_size, offered, offered_size);
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}
Status set_alpn_protocols(Thread& thread, Context& self, Value protocols) {
  BufferLease lease(thread);
  TRY(lease.acquire(protocols));
  if (lease.size() > UINT32_MAX)
    return raise(thread, OverflowError, "protocols longer than {} bytes", UINT32_MAX);
  Bytes* copy = make_bytes(lease.view());
  if (!copy) return raise_memory_error(thread);
  self.alpn_protocols = copy;
  if (lib.SSL_CTX_set_alpn_protos(self.handle, copy->data(), static_cast<unsigned>(copy->size)))
    return raise_memory_error(thread);
  lib.SSL_CTX_set_alpn_select_cb(self.handle, select_alpn, &self);
  return nothing;
}

Status set_ecdh_curve(Thread& thread, Context& self, Value name) {
  const std::string text = TRY(to_filename(thread, name));
  int number = lib.OBJ_sn2nid(text.c_str());
  if (number == NID_undef)
    return raise(thread, ValueError, "unknown elliptic curve name {}", Repr{name});
  if (!lib.SSL_CTX_ctrl(self.handle, SSL_CTRL_SET_GROUPS, 1, &number)) return RAISE_SSL(nullptr);
  return nothing;
}

Value session_stats(Context& self) {
  const struct {
    const char* name;
    int control;
  } rows[] = {{"number", SSL_CTRL_SESS_NUMBER},
              {"connect", SSL_CTRL_SESS_CONNECT},
              {"connect_good", SSL_CTRL_SESS_CONNECT_GOOD},
              {"connect_renegotiate", SSL_CTRL_SESS_CONNECT_RENEGOTIATE},
              {"accept", SSL_CTRL_SESS_ACCEPT},
              {"accept_good", SSL_CTRL_SESS_ACCEPT_GOOD},
              {"accept_renegotiate", SSL_CTRL_SESS_ACCEPT_RENEGOTIATE},
              {"hits", SSL_CTRL_SESS_HIT},
              {"misses", SSL_CTRL_SESS_MISSES},
              {"timeouts", SSL_CTRL_SESS_TIMEOUTS},
              {"cache_full", SSL_CTRL_SESS_CACHE_FULL}};
  Dict* stats = make_dict();
  for (const auto& row : rows)
    dict_set_str(*stats, row.name,
                 make_int(lib.SSL_CTX_ctrl(self.handle, row.control, 0, nullptr)));
  return stats;
}

const MethodRow own_methods[] = {
    method<wrap_socket>("_wrap_socket($self, /, sock, server_side, server_hostname=None, *,\n      "
                        "       owner=None, session=None)",
                        "A connection over a socket."),
    method<wrap_bio>("_wrap_bio($self, /, incoming, outgoing, server_side,\n          "
                     "server_hostname=None, *, owner=None, session=None)",
                     "A connection over two MemoryBIOs."),
    method<set_ciphers>("set_ciphers($self, cipherlist, /)",
                        "Choose the ciphers, in OpenSSL's words."),
    method<set_alpn_protocols>("_set_alpn_protocols($self, protos, /)",
                               "Set the protocols for ALPN, in their wire format."),
    method<session_stats>("session_stats($self, /)", "Counts of what happened with sessions."),
    method<set_ecdh_curve>("set_ecdh_curve($self, name, /)",
                           "Choose the curve for Diffie-Hellman."),
    method<get_ciphers>("get_ciphers($self, /)", "The ciphers that may be used, as dicts."),
};

}  // namespace

void define_context_type(Module& module) {
  static MethodRow methods[64];
  size_t count = 0;
  for (const std::span<const MethodRow> rows :
       {std::span<const MethodRow>(own_methods), context_loading, context_attributes}) {
    for (const MethodRow& row : rows) methods[count++] = row;
  }
  TypeSpec spec;
  spec.instance_bytes = sizeof(Context);
  spec.flags = Type::kBaseType | Type::kImmutable | Type::kHasFinalizer;
  spec.slots.make = make_context;
  spec.slots.finalize = finalize_context;
  spec.methods = {methods, count};
  module_add_type(module, define_type(ModuleKind::SslContext, spec));
}

}  // namespace minipy::ssl
