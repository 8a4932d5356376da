// _ssl: connections that nobody can read or change, through OpenSSL.
#include <dlfcn.h>

#include <climits>

#include "Modules/native_modules.h"
#include "Modules/ssl/ssl.h"
#include "Objects/bytes.h"

namespace minipy::ssl {

OpenSsl lib;
BlankObjects blank;

Value cipher_details(Thread&, const SSL_CIPHER* cipher) {
  const auto long_name = [](int number) {
    return number == NID_undef ? None : Value(make_str(lib.OBJ_nid2ln(number)));
  };
  char description[512];
  lib.SSL_CIPHER_description(cipher, description, sizeof description);
  std::string_view shown = description;
  if (!shown.empty() && shown.back() == '\n') shown.remove_suffix(1);
  int algorithm_bits = 0;
  const int strength = lib.SSL_CIPHER_get_bits(cipher, &algorithm_bits);
  Dict* details = make_dict();
  dict_set_str(*details, "id", make_int(lib.SSL_CIPHER_get_id(cipher)));
  dict_set_str(*details, "name", make_str(lib.SSL_CIPHER_get_name(cipher)));
  dict_set_str(*details, "protocol", make_str(lib.SSL_CIPHER_get_version(cipher)));
  dict_set_str(*details, "description", make_str(shown));
  dict_set_str(*details, "strength_bits", make_int(strength));
  dict_set_str(*details, "alg_bits", make_int(algorithm_bits));
  dict_set_str(*details, "aead", Value::from_bool(lib.SSL_CIPHER_is_aead(cipher)));
  dict_set_str(*details, "symmetric", long_name(lib.SSL_CIPHER_get_cipher_nid(cipher)));
  dict_set_str(*details, "digest", long_name(lib.SSL_CIPHER_get_digest_nid(cipher)));
  dict_set_str(*details, "kea", long_name(lib.SSL_CIPHER_get_kx_nid(cipher)));
  dict_set_str(*details, "auth", long_name(lib.SSL_CIPHER_get_auth_nid(cipher)));
  return details;
}

namespace {

// ---- MemoryBIO ----

Value make_bio(Thread& thread, Type& type, const Value*, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "MemoryBIO", keyword_names));
  if (count > 0) return raise(thread, TypeError, "MemoryBIO expected 0 arguments, got {}", count);
  BIO* handle = lib.BIO_new(lib.BIO_s_mem());
  if (!handle) return raise(thread, *state.error, "failed to allocate BIO");
  // An empty one asks to be tried again, until it is at its end.
  lib.BIO_set_flags(handle, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
  lib.BIO_ctrl(handle, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, nullptr);
  auto* made = allocate_instance_as<MemoryBio>(type);
  if (!made) return error;
  made->handle = handle;
  return made;
}
int64_t bio_pending(MemoryBio& self) {
  return static_cast<int64_t>(lib.BIO_ctrl_pending(self.handle));
}
bool bio_has_ended(MemoryBio& self) {
  return bio_pending(self) == 0 && self.is_ended;
}

Value read_bio(Thread& thread, MemoryBio& self, int size) {
  const int64_t available = bio_pending(self);
  const int64_t wanted =
      size < 0 || size > available ? std::min<int64_t>(available, INT_MAX) : size;
  Bytes* bytes = allocate_bytes(static_cast<size_t>(wanted));
  if (!bytes) return raise_memory_error(thread);
  if (wanted == 0) return bytes;
  const int count = lib.BIO_read(self.handle, bytes->data(), static_cast<int>(wanted));
  if (count < 0) return RAISE_SSL(nullptr);
  return count == wanted
             ? Value(bytes)
             : bytes_result(thread, bytes->view().substr(0, static_cast<size_t>(count)));
}
Value write_bio(Thread& thread, MemoryBio& self, Value data) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  if (lease.size() > INT_MAX)
    return raise(thread, OverflowError, "string longer than {} bytes", INT_MAX);
  if (self.is_ended) return raise(thread, *state.error, "cannot write() after write_eof()");
  if (lease.size() == 0) return Value::from_int(0);
  const int count = lib.BIO_write(self.handle, lease.data(), static_cast<int>(lease.size()));
  if (count < 0) return RAISE_SSL(nullptr);
  return make_int(count);
}
void end_bio(MemoryBio& self) {
  self.is_ended = true;
  lib.BIO_clear_flags(self.handle, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
  lib.BIO_ctrl(self.handle, BIO_C_SET_BUF_MEM_EOF_RETURN, 0, nullptr);
}
void finalize_bio(Thread&, Value self_value) {
  auto& self = *self_value.as<MemoryBio>();
  if (self.handle != blank.bio) lib.BIO_free(std::exchange(self.handle, blank.bio));
}
const MethodRow bio_methods[] = {
    method<read_bio>("read($self, size=-1, /)", "Take bytes out; all if size is negative."),
    method<write_bio>("write($self, b, /)", "Put bytes in; how many."),
    method<end_bio>("write_eof($self, /)", "There will be no more bytes."),
    getter<bio_pending>("pending", "How many bytes are inside."),
    getter<bio_has_ended>("eof", "Whether the end has been reached."),
};

// ---- SSLSession ----

Value session_id(Thread& thread, Session& self) {
  unsigned size = 0;
  const unsigned char* id = lib.SSL_SESSION_get_id(self.handle, &size);
  return bytes_result(thread, {reinterpret_cast<const char*>(id), size});
}
int64_t session_time(Session& self) {
  return lib.SSL_SESSION_get_time(self.handle);
}
int64_t session_timeout(Session& self) {
  return lib.SSL_SESSION_get_timeout(self.handle);
}
int64_t session_ticket_lifetime(Session& self) {
  return static_cast<int64_t>(lib.SSL_SESSION_get_ticket_lifetime_hint(self.handle));
}
bool session_has_ticket(Session& self) {
  return lib.SSL_SESSION_has_ticket(self.handle);
}

std::string_view id_view(const Session& session) {
  unsigned size = 0;
  const unsigned char* id = lib.SSL_SESSION_get_id(session.handle, &size);
  return {reinterpret_cast<const char*>(id), size};
}
Value compare_sessions(Thread&, Value left, Value right, CompareOp op) {
  if (!has_kind(right, Session::kKind) || (op != CompareOp::Equal && op != CompareOp::NotEqual))
    return NotImplemented;
  const bool are_equal = id_view(*left.as<Session>()) == id_view(*right.as<Session>());
  return Value::from_bool(are_equal == (op == CompareOp::Equal));
}
void finalize_session(Thread&, Value self_value) {
  auto& self = *self_value.as<Session>();
  if (self.handle != blank.session) lib.SSL_SESSION_free(std::exchange(self.handle, blank.session));
}
const MethodRow session_methods[] = {
    getter<session_has_ticket>("has_ticket", "Whether there is a ticket."),
    getter<session_id>("id", "The session's number."),
    getter<session_ticket_lifetime>("ticket_lifetime_hint",
                                    "How long the ticket is good, in seconds."),
    getter<session_time>("time", "When the session began, in seconds since 1970."),
    getter<session_timeout>("timeout", "How long the session is good, in seconds."),
};

// ---- functions ----

Status add_randomness(Thread& thread, Value data, double entropy) {
  if (is_str(data)) {
    const std::string text = TRY(to_utf8_strict(thread, data.as<Str>()));
    lib.RAND_add(text.data(), static_cast<int>(std::min<size_t>(text.size(), INT_MAX)), entropy);
    return nothing;
  }
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  lib.RAND_add(lease.data(), static_cast<int>(std::min<size_t>(lease.size(), INT_MAX)), entropy);
  return nothing;
}
Result<Bytes*> random_bytes(Thread& thread, int count, bool& is_good) {
  if (count < 0) return raise(thread, ValueError, "num must be positive");
  Bytes* bytes = allocate_bytes(static_cast<size_t>(count));
  if (!bytes) return raise_memory_error(thread);
  is_good = lib.RAND_bytes(bytes->data(), count) == 1;
  if (!is_good) return RAISE_SSL(nullptr);
  return bytes;
}
Value get_random_bytes(Thread& thread, int count) {
  bool is_good;
  return Value(TRY(random_bytes(thread, count, is_good)));
}
Value get_pseudo_random_bytes(Thread& thread, int count) {
  TRY(warn(thread, DeprecationWarning, "ssl.RAND_pseudo_bytes() is deprecated"));
  bool is_good;
  Bytes* bytes = TRY(random_bytes(thread, count, is_good));
  return make_tuple({bytes, Value::from_bool(is_good)});
}
bool random_status() {
  return lib.RAND_status();
}

Value default_verify_paths() {
  const auto text = [](const char* path) { return from_filename(path); };
  return make_tuple(
      {text(lib.X509_get_default_cert_file_env()), text(lib.X509_get_default_cert_file()),
       text(lib.X509_get_default_cert_dir_env()), text(lib.X509_get_default_cert_dir())});
}

Value object_by_text(Thread& thread, Str& text, bool is_name) {
  const std::string utf8 = TRY(to_utf8_strict(thread, &text));
  ASN1_OBJECT* object = lib.OBJ_txt2obj(utf8.c_str(), !is_name);
  if (!object) {
    lib.ERR_clear_error();
    return raise(thread, ValueError, "unknown object '{}'", std::string_view(utf8).substr(0, 100));
  }
  const Value details = object_details(thread, object);
  lib.ASN1_OBJECT_free(object);
  return details;
}
Value object_by_number(Thread& thread, int number) {
  if (number < NID_undef) return raise(thread, ValueError, "NID must be positive");
  ASN1_OBJECT* object = lib.OBJ_nid2obj(number);
  if (!object) {
    lib.ERR_clear_error();
    return raise(thread, ValueError, "unknown NID {}", number);
  }
  return object_details(thread, object);
}
Value decode_certificate_file(Thread& thread, Value path) {
  return certificate_in_file(thread, path);
}

const MethodRow functions[] = {
    function<add_randomness>("RAND_add($module, string, entropy, /)",
                             "Mix something into the random numbers."),
    function<get_random_bytes>("RAND_bytes($module, n, /)", "Random bytes for secrets."),
    function<get_pseudo_random_bytes>("RAND_pseudo_bytes($module, n, /)",
                                      "Random bytes, and whether they are good for secrets."),
    function<random_status>("RAND_status($module, /)", "Whether there is enough randomness."),
    function<decode_certificate_file>("_test_decode_cert($module, path, /)",
                                      "What the certificate in a file says."),
    function<default_verify_paths>("get_default_verify_paths($module, /)",
                                   "Where trusted certificates are looked for."),
    function<object_by_number>("nid2obj($module, nid, /)",
                               "The names of an object with this number."),
    function<object_by_text>("txt2obj($module, /, txt, name=False)",
                             "The names of an object with this dotted number or name."),
};

// ---- the module ----

Status load_openssl(Thread& thread) {
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
  void* ssl = dlopen("libssl.so." TEXT(OPENSSL_SHLIB_VERSION), RTLD_NOW | RTLD_LOCAL);
  void* crypto =
      ssl ? dlopen("libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION), RTLD_NOW | RTLD_LOCAL) : nullptr;
#undef TEXT
#undef TEXT_OF
  if (!crypto) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
#define X(name)                                                                 \
  if (!(lib.name = reinterpret_cast<decltype(lib.name)>(dlsym(handle, #name)))) \
    return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
  {
    void* handle = ssl;
    LIBSSL_FUNCTIONS(X)
    handle = crypto;
    LIBCRYPTO_SSL_FUNCTIONS(X)
  }
#undef X
  lib.OPENSSL_init_ssl(0, nullptr);
  return nothing;
}

void make_blank_objects() {
  blank.context = lib.SSL_CTX_new(lib.TLS_method());
  blank.connection = lib.SSL_new(blank.context);
  blank.certificate = lib.X509_new();
  blank.session = lib.SSL_SESSION_new();
  blank.bio = lib.BIO_new(lib.BIO_s_mem());
}

struct Constant {
  const char* name;
  int64_t value;
};
#define ALERT(name) \
  { "ALERT_DESCRIPTION_" #name, SSL_AD_##name }
#define OPTION(name) \
  { "OP_" #name, static_cast<int64_t>(SSL_OP_##name) }
const Constant constants[] = {
    {"SSL_ERROR_ZERO_RETURN", kErrorZeroReturn},
    {"SSL_ERROR_WANT_READ", kErrorWantRead},
    {"SSL_ERROR_WANT_WRITE", kErrorWantWrite},
    {"SSL_ERROR_WANT_X509_LOOKUP", kErrorWantX509Lookup},
    {"SSL_ERROR_SYSCALL", kErrorSyscall},
    {"SSL_ERROR_SSL", kErrorSsl},
    {"SSL_ERROR_WANT_CONNECT", kErrorWantConnect},
    {"SSL_ERROR_EOF", kErrorEof},
    {"SSL_ERROR_INVALID_ERROR_CODE", kErrorInvalidCode},
    {"CERT_NONE", kCertNone},
    {"CERT_OPTIONAL", kCertOptional},
    {"CERT_REQUIRED", kCertRequired},
    {"VERIFY_DEFAULT", 0},
    {"VERIFY_CRL_CHECK_LEAF", X509_V_FLAG_CRL_CHECK},
    {"VERIFY_CRL_CHECK_CHAIN", X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL},
    {"VERIFY_X509_STRICT", X509_V_FLAG_X509_STRICT},
    {"VERIFY_ALLOW_PROXY_CERTS", X509_V_FLAG_ALLOW_PROXY_CERTS},
    {"VERIFY_X509_TRUSTED_FIRST", X509_V_FLAG_TRUSTED_FIRST},
    {"VERIFY_X509_PARTIAL_CHAIN", X509_V_FLAG_PARTIAL_CHAIN},
    ALERT(CLOSE_NOTIFY),
    ALERT(UNEXPECTED_MESSAGE),
    ALERT(BAD_RECORD_MAC),
    ALERT(RECORD_OVERFLOW),
    ALERT(DECOMPRESSION_FAILURE),
    ALERT(HANDSHAKE_FAILURE),
    ALERT(BAD_CERTIFICATE),
    ALERT(UNSUPPORTED_CERTIFICATE),
    ALERT(CERTIFICATE_REVOKED),
    ALERT(CERTIFICATE_EXPIRED),
    ALERT(CERTIFICATE_UNKNOWN),
    ALERT(ILLEGAL_PARAMETER),
    ALERT(UNKNOWN_CA),
    ALERT(ACCESS_DENIED),
    ALERT(DECODE_ERROR),
    ALERT(DECRYPT_ERROR),
    ALERT(PROTOCOL_VERSION),
    ALERT(INSUFFICIENT_SECURITY),
    ALERT(INTERNAL_ERROR),
    ALERT(USER_CANCELLED),
    ALERT(NO_RENEGOTIATION),
    ALERT(UNSUPPORTED_EXTENSION),
    ALERT(CERTIFICATE_UNOBTAINABLE),
    ALERT(UNRECOGNIZED_NAME),
    ALERT(BAD_CERTIFICATE_STATUS_RESPONSE),
    ALERT(BAD_CERTIFICATE_HASH_VALUE),
    ALERT(UNKNOWN_PSK_IDENTITY),
    {"PROTOCOL_SSLv23", kTls},
    {"PROTOCOL_TLS", kTls},
    {"PROTOCOL_TLS_CLIENT", kTlsClient},
    {"PROTOCOL_TLS_SERVER", kTlsServer},
    {"PROTOCOL_TLSv1", kTls1},
    {"PROTOCOL_TLSv1_1", kTls1_1},
    {"PROTOCOL_TLSv1_2", kTls1_2},
    {"OP_ALL", static_cast<int64_t>(SSL_OP_ALL & ~SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS)},
    OPTION(NO_SSLv2),
    OPTION(NO_SSLv3),
    OPTION(NO_TLSv1),
    OPTION(NO_TLSv1_1),
    OPTION(NO_TLSv1_2),
    OPTION(NO_TLSv1_3),
    OPTION(CIPHER_SERVER_PREFERENCE),
    OPTION(SINGLE_DH_USE),
    OPTION(NO_TICKET),
    OPTION(SINGLE_ECDH_USE),
    OPTION(NO_COMPRESSION),
    OPTION(ENABLE_MIDDLEBOX_COMPAT),
    OPTION(NO_RENEGOTIATION),
    OPTION(IGNORE_UNEXPECTED_EOF),
    {"HOSTFLAG_ALWAYS_CHECK_SUBJECT", X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT},
    {"HOSTFLAG_NEVER_CHECK_SUBJECT", X509_CHECK_FLAG_NEVER_CHECK_SUBJECT},
    {"HOSTFLAG_NO_WILDCARDS", X509_CHECK_FLAG_NO_WILDCARDS},
    {"HOSTFLAG_NO_PARTIAL_WILDCARDS", X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS},
    {"HOSTFLAG_MULTI_LABEL_WILDCARDS", X509_CHECK_FLAG_MULTI_LABEL_WILDCARDS},
    {"HOSTFLAG_SINGLE_LABEL_SUBDOMAINS", X509_CHECK_FLAG_SINGLE_LABEL_SUBDOMAINS},
    {"PROTO_MINIMUM_SUPPORTED", kMinimumSupported},
    {"PROTO_MAXIMUM_SUPPORTED", kMaximumSupported},
    {"PROTO_SSLv3", SSL3_VERSION},
    {"PROTO_TLSv1", TLS1_VERSION},
    {"PROTO_TLSv1_1", TLS1_1_VERSION},
    {"PROTO_TLSv1_2", TLS1_2_VERSION},
    {"PROTO_TLSv1_3", TLS1_3_VERSION},
};
#undef OPTION
#undef ALERT

const struct {
  const char* name;
  bool is_there;
} features[] = {{"HAS_SNI", true},     {"HAS_TLS_UNIQUE", true}, {"HAS_ECDH", true},
                {"HAS_NPN", false},    {"HAS_ALPN", true},       {"HAS_SSLv2", false},
                {"HAS_SSLv3", false},  {"HAS_TLSv1", true},      {"HAS_TLSv1_1", true},
                {"HAS_TLSv1_2", true}, {"HAS_TLSv1_3", true}};

Value version_tuple(unsigned long version) {
  return make_tuple({make_int((version >> 28) & 0xF), make_int((version >> 20) & 0xFF),
                     make_int((version >> 12) & 0xFF), make_int((version >> 4) & 0xFF),
                     make_int(version & 0xF)});
}

void add_constants(Module& module) {
  for (const Constant& constant : constants)
    module_add(module, constant.name, make_int(constant.value));
  for (const auto& feature : features)
    module_add(module, feature.name, Value::from_bool(feature.is_there));
  const unsigned long version = lib.OpenSSL_version_num();
  module_add(module, "OPENSSL_VERSION_NUMBER", make_int(static_cast<int64_t>(version)));
  module_add(module, "OPENSSL_VERSION_INFO", version_tuple(version));
  module_add(module, "OPENSSL_VERSION", make_str(lib.OpenSSL_version(OPENSSL_VERSION)));
  module_add(module, "_OPENSSL_API_VERSION", version_tuple(OPENSSL_VERSION_NUMBER));
  module_add(module, "_DEFAULT_CIPHERS", make_str("ALL:!COMPLEMENTOFDEFAULT:!eNULL"));
}

Status initialize(Thread& thread, Module& module) {
  TRY(load_openssl(thread));
  make_blank_objects();
  TRY(define_errors(thread, module));
  define_context_type(module);
  define_socket_type(module);
  define_bio_type(module);
  define_session_type(module);
  define_certificate_type(module);
  add_constants(module);
  return nothing;
}

}  // namespace

void define_bio_type(Module& module) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(MemoryBio);
  spec.flags = Type::kImmutable | Type::kHasFinalizer;
  spec.slots.make = make_bio;
  spec.slots.finalize = finalize_bio;
  spec.methods = bio_methods;
  module_add_type(module, define_type(ModuleKind::SslMemoryBio, spec));
}
void define_session_type(Module& module) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Session);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable | Type::kHasFinalizer;
  spec.slots.compare = compare_sessions;
  spec.slots.hash = hash_not_implemented;
  spec.slots.finalize = finalize_session;
  spec.methods = session_methods;
  module_add_type(module, define_type(ModuleKind::SslSession, spec));
}

}  // namespace minipy::ssl

namespace minipy {
extern const ModuleSpec ssl_module = {"_ssl", "Connections through OpenSSL.", ssl::functions,
                                      ssl::initialize};
}  // namespace minipy
