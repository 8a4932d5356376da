// The attributes of contexts, with the callbacks among them.
#include <cerrno>

#include "Modules/ssl/ssl.h"
#include "VM/with_gil.h"

namespace minipy::ssl {

Status set_verify_mode(Thread& thread, Context& self, int mode) {
  int flags;
  switch (mode) {
    case kCertNone:
      flags = SSL_VERIFY_NONE;
      break;
    case kCertOptional:
      flags = SSL_VERIFY_PEER;
      break;
    case kCertRequired:
      flags = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
      break;
    default:
      return raise(thread, ValueError, "invalid value for verify_mode");
  }
  lib.SSL_CTX_set_verify(self.handle, flags, lib.SSL_CTX_get_verify_callback(self.handle));
  return nothing;
}

namespace {

Result<int> checked_int(Thread& thread, Value value) {
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  return argument_int(thread, value);
}

// ---- verification ----

Value get_verify_mode(Thread& thread, Context& self) {
  switch (lib.SSL_CTX_get_verify_mode(self.handle) & ~SSL_VERIFY_CLIENT_ONCE &
          ~SSL_VERIFY_POST_HANDSHAKE) {
    case SSL_VERIFY_NONE:
      return make_int(kCertNone);
    case SSL_VERIFY_PEER:
      return make_int(kCertOptional);
    case SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT:
      return make_int(kCertRequired);
    default:
      return raise(thread, *state.error, "invalid return value from SSL_CTX_get_verify_mode");
  }
}
Status store_verify_mode(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<Context>();
  const int mode = TRY(checked_int(thread, value));
  if (mode == kCertNone && self.checks_hostname) {
    return raise(thread, ValueError,
                 "Cannot set verify_mode to CERT_NONE when check_hostname is enabled.");
  }
  return set_verify_mode(thread, self, mode);
}

bool get_check_hostname(Context& self) {
  return self.checks_hostname;
}
Status set_check_hostname(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<Context>();
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  const bool checks = TRY(truth(thread, value));
  if (checks && lib.SSL_CTX_get_verify_mode(self.handle) == SSL_VERIFY_NONE)
    TRY(set_verify_mode(thread, self, kCertRequired));
  self.checks_hostname = checks;
  return nothing;
}

int64_t get_verify_flags(Context& self) {
  return static_cast<int64_t>(lib.X509_VERIFY_PARAM_get_flags(lib.SSL_CTX_get0_param(self.handle)));
}
Status set_verify_flags(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  const auto wanted = static_cast<unsigned long>(TRY(argument_size(thread, value)));
  X509_VERIFY_PARAM* parameters = lib.SSL_CTX_get0_param(self.as<Context>()->handle);
  const unsigned long old = lib.X509_VERIFY_PARAM_get_flags(parameters);
  if ((old & ~wanted) && !lib.X509_VERIFY_PARAM_clear_flags(parameters, old & ~wanted))
    return RAISE_SSL(nullptr);
  if ((~old & wanted) && !lib.X509_VERIFY_PARAM_set_flags(parameters, ~old & wanted))
    return RAISE_SSL(nullptr);
  return nothing;
}

int64_t get_host_flags(Context& self) {
  return self.host_flags;
}
Status set_host_flags(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<Context>();
  self.host_flags = static_cast<uint32_t>(TRY(checked_int(thread, value)));
  lib.X509_VERIFY_PARAM_set_hostflags(lib.SSL_CTX_get0_param(self.handle), self.host_flags);
  return nothing;
}

// ---- options and versions ----

Value get_options(Context& self) {
  return make_uint(lib.SSL_CTX_get_options(self.handle));
}
Status set_options(Thread& thread, Value self_value, Value value) {
  constexpr uint64_t kVersions = SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 |
                                 SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3;
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  const int64_t number = TRY(argument_int64(thread, value));
  const auto wanted = static_cast<uint64_t>(number);
  SSL_CTX* handle = self_value.as<Context>()->handle;
  const uint64_t old = lib.SSL_CTX_get_options(handle), clear = old & ~wanted, set = ~old & wanted;
  if (set & kVersions) {
    TRY(warn(thread, DeprecationWarning, "ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated",
             2));
  }
  if (clear) lib.SSL_CTX_clear_options(handle, clear);
  if (set) lib.SSL_CTX_set_options(handle, set);
  return nothing;
}

const char* deprecated_version(int version) {
  switch (version) {
    case SSL3_VERSION:
      return "SSLv3";
    case TLS1_VERSION:
      return "TLSv1";
    case TLS1_1_VERSION:
      return "TLSv1_1";
    default:
      return nullptr;
  }
}

enum class Bound { Minimum, Maximum };
template <Bound bound>
int64_t get_version_bound(Context& self) {
  constexpr int control =
      bound == Bound::Minimum ? SSL_CTRL_GET_MIN_PROTO_VERSION : SSL_CTRL_GET_MAX_PROTO_VERSION;
  const long version = lib.SSL_CTX_ctrl(self.handle, control, 0, nullptr);
  return version ? version : bound == Bound::Minimum ? kMinimumSupported : kMaximumSupported;
}
template <Bound bound>
Status set_version_bound(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<Context>();
  int version = TRY(checked_int(thread, value));
  if (self.protocol != kTls && self.protocol != kTlsClient && self.protocol != kTlsServer) {
    return raise(
        thread, ValueError,
        "The context's protocol doesn't support modification of highest and lowest version.");
  }
  const char* deprecated = deprecated_version(version);
  if (deprecated)
    TRY(warn(thread, DeprecationWarning,
             std::string("ssl.TLSVersion.") + deprecated + " is deprecated", 2));
  const bool is_known = version == kMinimumSupported || version == kMaximumSupported ||
                        deprecated || version == TLS1_2_VERSION || version == TLS1_3_VERSION;
  char shown[16];
  std::snprintf(shown, sizeof shown, "0x%x", static_cast<unsigned>(version));
  if (!is_known)
    return raise(thread, ValueError, "Unsupported TLS/SSL version {}",
                 static_cast<const char*>(shown));
  // 0 leaves the bound to OpenSSL.
  if (version == kMinimumSupported)
    version = bound == Bound::Minimum ? 0 : TLS1_VERSION;
  else if (version == kMaximumSupported)
    version = bound == Bound::Minimum ? TLS1_3_VERSION : 0;
  constexpr int control =
      bound == Bound::Minimum ? SSL_CTRL_SET_MIN_PROTO_VERSION : SSL_CTRL_SET_MAX_PROTO_VERSION;
  if (!lib.SSL_CTX_ctrl(self.handle, control, version, nullptr)) {
    return raise(thread, ValueError, "Unsupported protocol version {}",
                 static_cast<const char*>(shown));
  }
  return nothing;
}

int64_t get_ticket_count(Context& self) {
  return static_cast<int64_t>(lib.SSL_CTX_get_num_tickets(self.handle));
}
Status set_ticket_count(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<Context>();
  const int count = TRY(checked_int(thread, value));
  if (count < 0) return raise(thread, ValueError, "value must be non-negative");
  if (self.protocol != kTlsServer)
    return raise(thread, ValueError, "SSLContext is not a server context.");
  if (lib.SSL_CTX_set_num_tickets(self.handle, static_cast<size_t>(count)) != 1) {
    return raise(thread, ValueError, "failed to set num tickets.");
  }
  return nothing;
}

int get_security_level(Context& self) {
  return lib.SSL_CTX_get_security_level(self.handle);
}
int get_protocol(Context& self) {
  return self.protocol;
}

bool get_post_handshake_auth(Context& self) {
  return self.post_handshake_auth;
}
Status set_post_handshake_auth(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  self.as<Context>()->post_handshake_auth = TRY(truth(thread, value));
  return nothing;
}

// ---- callbacks: they come from inside of OpenSSL, which is called without the GIL ----

SslSocket* socket_of(const SSL* handle) {
  return static_cast<SslSocket*>(lib.SSL_get_ex_data(handle, 0));
}

int choose_by_name(SSL* handle, int* alert, void* data) {
  WithGil gil;
  Thread& thread = gil.thread();
  Context& context = *static_cast<Context*>(data);
  SslSocket* socket = socket_of(handle);
  if (context.sni_callback.is_empty() || !socket) return SSL_TLSEXT_ERR_NOACK;
  const Value callback = context.sni_callback;
  const char* name = lib.SSL_get_servername(handle, TLSEXT_NAMETYPE_host_name);
  const Value shown_name = name ? Value(make_str_latin1(name)) : None;
  const Value result = call(thread, callback, {shown_socket(*socket), shown_name, &context});
  if (result.is_empty()) {
    write_unraisable(thread, callback);
    *alert = SSL_AD_HANDSHAKE_FAILURE;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  if (result.is_none()) return SSL_TLSEXT_ERR_OK;
  const Result<int> number = argument_int(thread, result);
  if (number.failed()) write_unraisable(thread, result);
  *alert = number.failed() ? SSL_AD_INTERNAL_ERROR : number.value();
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Value get_sni_callback(Context& self) {
  return self.sni_callback.is_empty() ? None : self.sni_callback;
}
Status set_sni_callback(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<Context>();
  if (self.protocol == kTlsClient) {
    return raise(thread, ValueError, "sni_callback cannot be set on TLS_CLIENT context");
  }
  const bool is_none = value.is_empty() || value.is_none();
  if (!is_none && !is_callable(value)) {
    lib.SSL_CTX_callback_ctrl(self.handle, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, nullptr);
    self.sni_callback = Value();
    return raise(thread, TypeError, "not a callable object");
  }
  self.sni_callback = is_none ? Value() : value;
  lib.SSL_CTX_callback_ctrl(self.handle, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                            is_none ? nullptr : reinterpret_cast<void (*)()>(choose_by_name));
  lib.SSL_CTX_ctrl(self.handle, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, &self);
  return nothing;
}

void report_message(int is_written, int version, int content_type, const void* data, size_t size,
                    SSL* handle, void*) {
  WithGil gil;
  Thread& thread = gil.thread();
  SslSocket* socket = socket_of(handle);
  if (!socket || socket->context->message_callback.is_empty() || size == 0) return;
  const auto* bytes = static_cast<const unsigned char*>(data);
  int message_type = -1;
  switch (content_type) {
    case SSL3_RT_CHANGE_CIPHER_SPEC:
      message_type = SSL3_MT_CHANGE_CIPHER_SPEC;
      break;
    case SSL3_RT_ALERT:
      message_type = size > 1 ? bytes[1] : -1;
      break;
    case SSL3_RT_HEADER:
      if (size > 2) version = bytes[1] << 8 | bytes[2];
      message_type = bytes[0];
      break;
    case SSL3_RT_HANDSHAKE:
    case SSL3_RT_INNER_CONTENT_TYPE:
      message_type = bytes[0];
      break;
    default:
      break;
  }
  const Value contents = bytes_result(thread, {static_cast<const char*>(data), size});
  const Value result =
      contents.is_empty()
          ? contents
          : call(thread, socket->context->message_callback,
                 {shown_socket(*socket), make_str(is_written ? "write" : "read"), make_int(version),
                  make_int(content_type), make_int(message_type), contents});
  if (result.is_empty()) socket->exception = take_exception(thread);
}

}  // namespace

// A connection that goes over to another context takes its callback, too.
void install_message_callback(Context& context, SSL* handle) {
  lib.SSL_set_msg_callback(handle, context.message_callback.is_empty() ? nullptr : report_message);
}

namespace {

Value get_message_callback(Context& self) {
  return self.message_callback.is_empty() ? None : self.message_callback;
}
Status set_message_callback(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<Context>();
  const bool is_none = value.is_empty() || value.is_none();
  if (!is_none && !is_callable(value)) {
    self.message_callback = Value();
    lib.SSL_CTX_set_msg_callback(self.handle, nullptr);
    return raise(thread, TypeError, "{} is not callable.", Repr{value});
  }
  self.message_callback = is_none ? Value() : value;
  lib.SSL_CTX_set_msg_callback(self.handle, is_none ? nullptr : report_message);
  return nothing;
}

// Lines for programs that decrypt recorded traffic.
void write_key(const SSL* handle, const char* line) {
  WithGil gil;
  SslSocket* socket = socket_of(handle);
  if (!socket || !socket->context->keylog) return;
  FILE* file = socket->context->keylog;
  if (std::fprintf(file, "%s\n", line) < 0 || std::fflush(file) != 0) {
    raise_os_error(gil.thread(), errno, socket->context->keylog_filename);
    socket->exception = take_exception(gil.thread());
  }
}

Value get_keylog(Context& self) {
  return self.keylog_filename;
}
Status set_keylog(Thread& thread, Value self_value, Value value) {
  auto& self = *self_value.as<Context>();
  lib.SSL_CTX_set_keylog_callback(self.handle, nullptr);
  if (self.keylog) std::fclose(std::exchange(self.keylog, nullptr));
  self.keylog_filename = None;
  if (value.is_empty() || value.is_none()) return nothing;
  const std::string path = TRY(to_filename(thread, value));
  FILE* file = std::fopen(path.c_str(), "ae");
  if (!file) return raise_os_error(thread, errno, value);
  if (std::ftell(file) == 0)
    std::fputs("# TLS secrets log file, generated by OpenSSL / Python\n", file);
  std::fflush(file);
  self.keylog = file;
  self.keylog_filename = value;
  lib.SSL_CTX_set_keylog_callback(self.handle, write_key);
  return nothing;
}

const MethodRow attributes[] = {
    getter<get_check_hostname>("check_hostname", nullptr, set_check_hostname),
    getter<get_host_flags>("_host_flags", nullptr, set_host_flags),
    getter<get_version_bound<Bound::Minimum>>("minimum_version", nullptr,
                                              set_version_bound<Bound::Minimum>),
    getter<get_version_bound<Bound::Maximum>>("maximum_version", nullptr,
                                              set_version_bound<Bound::Maximum>),
    getter<get_keylog>("keylog_filename", nullptr, set_keylog),
    getter<get_message_callback>("_msg_callback", nullptr, set_message_callback),
    getter<get_sni_callback>("sni_callback", nullptr, set_sni_callback),
    getter<get_ticket_count>("num_tickets", nullptr, set_ticket_count),
    getter<get_options>("options", nullptr, set_options),
    getter<get_post_handshake_auth>("post_handshake_auth", nullptr, set_post_handshake_auth),
    getter<get_protocol>("protocol", nullptr),
    getter<get_verify_flags>("verify_flags", nullptr, set_verify_flags),
    getter<get_verify_mode>("verify_mode", nullptr, store_verify_mode),
    getter<get_security_level>("security_level", nullptr),
};

}  // namespace

const std::span<const MethodRow> context_attributes = attributes;

}  // namespace minipy::ssl
