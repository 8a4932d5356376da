// Errors of OpenSSL as exceptions.
#include <cctype>
#include <cerrno>

#include "Modules/ssl/ssl.h"
#include "Objects/exception.h"
#include "Objects/function.h"
#include "Objects/make_class.h"
#include "Objects/weak_reference.h"

namespace minipy::ssl {

ModuleState state;

namespace {

#define LIBRARIES(X)                                                                              \
  X(ASN1)                                                                                         \
  X(ASYNC) X(BIO) X(BN) X(BUF) X(CMP) X(CMS) X(COMP) X(CONF) X(CRMF) X(CRYPTO) X(CT) X(DH) X(DSA) \
      X(DSO) X(EC) X(ECDH) X(ECDSA) X(ENGINE) X(ESS) X(EVP) X(FIPS) X(HMAC) X(HTTP) X(MASK)       \
          X(NONE) X(OBJ) X(OCSP) X(OFFSET) X(OSSL_DECODER) X(OSSL_ENCODER) X(OSSL_STORE) X(PEM)   \
              X(PKCS12) X(PKCS7) X(PROP) X(PROV) X(RAND) X(RSA) X(SM2) X(SSL) X(SYS) X(TS) X(UI)  \
                  X(USER) X(X509) X(X509V3)
struct Library {
  const char* name;
  int code;
};
const Library libraries[] = {
#define X(name) {#name, ERR_LIB_##name},
    LIBRARIES(X){"KDF", 52},
#undef X
};

// "certificate verify failed" is CERTIFICATE_VERIFY_FAILED.
std::string mnemonic(const char* reason) {
  std::string name = reason;
  for (char& c : name)
    c = std::isalnum(static_cast<unsigned char>(c)) ? static_cast<char>(std::toupper(c)) : '_';
  return name;
}

// None for the reasons that all libraries share.
Value name_of_reason(Thread& thread, unsigned long code) {
  if (code == 0) return None;
  const Value name =
      dict_get(thread, *state.code_names,
               make_tuple({make_int(ERR_GET_LIB(code)), make_int(ERR_GET_REASON(code))}));
  return is_str(name) ? name : None;
}
Value name_of_library(unsigned long code) {
  for (const Library& library : libraries) {
    if (code && library.code == ERR_GET_LIB(code)) return make_str(library.name);
  }
  return None;
}

std::string verification_text(const SslSocket& socket, long code) {
  const std::string host =
      is_str(socket.server_hostname) ? to_utf8(socket.server_hostname.as<Str>()) : "None";
  if (code == X509_V_ERR_HOSTNAME_MISMATCH)
    return "Hostname mismatch, certificate is not valid for '" + host + "'.";
  if (code == X509_V_ERR_IP_ADDRESS_MISMATCH)
    return "IP address mismatch, certificate is not valid for '" + host + "'.";
  return lib.X509_verify_cert_error_string(code);
}

// "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate
// (_ssl.c:12)"
Failure raise_with(Thread& thread, Type& type, SslSocket* socket, int number, const char* message,
                   unsigned long code, int line) {
  const Value reason = name_of_reason(thread, code), library = name_of_library(code);
  if (!message && code) message = lib.ERR_reason_error_string(code);
  if (!message) message = "unknown error";
  std::string text;
  if (is_str(library)) {
    text = "[" + to_utf8(library.as<Str>()) +
           (is_str(reason) ? ": " + to_utf8(reason.as<Str>()) : "") + "] ";
  }
  text += message;
  const bool is_verification = socket && &type == state.verification;
  const long verify_code = is_verification ? lib.SSL_get_verify_result(socket->handle) : 0;
  const std::string verify_text = is_verification ? verification_text(*socket, verify_code) : "";
  if (is_verification) text += ": " + verify_text;
  text += " (_ssl.c:" + std::to_string(line) + ")";
  const Value exception = call(thread, &type, {make_int(number), make_str(text)});
  if (exception.is_empty()) return error;
  TRY(set_attribute(thread, exception, "reason", reason));
  TRY(set_attribute(thread, exception, "library", library));
  if (is_verification) {
    TRY(set_attribute(thread, exception, "verify_code", make_int(verify_code)));
    TRY(set_attribute(thread, exception, "verify_message", make_str(verify_text)));
  }
  return raise_exception(thread, exception);
}

// What the last call on a socket came to.
struct Diagnosis {
  Type* type;
  int number;
  const char* message;  // null: OpenSSL's
  bool is_system_error = false;
};

bool is_ssl_reason(unsigned long code, int reason) {
  return ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == reason;
}

Diagnosis diagnose_system_call(const SslSocket& socket, int result, unsigned long code) {
  constexpr const char* kEof = "EOF occurred in violation of protocol";
  if (code != 0) {
    const bool failed_verification = is_ssl_reason(code, SSL_R_CERTIFICATE_VERIFY_FAILED);
    return {failed_verification ? state.verification : state.error, kErrorSyscall, nullptr};
  }
  if (result == 0 || socket.socket.is_none()) return {state.eof, kErrorEof, kEof};
  if (result != -1) return {state.syscall, kErrorSyscall, "Some I/O error occurred"};
  if (socket.system_error) return {&OSError, kErrorSyscall, nullptr, true};
  return {state.eof, kErrorEof, kEof};
}

Diagnosis diagnose(const SslSocket& socket, int result, unsigned long code) {
  switch (socket.ssl_error) {
    case SSL_ERROR_ZERO_RETURN:
      return {state.zero_return, kErrorZeroReturn, "TLS/SSL connection has been closed (EOF)"};
    case SSL_ERROR_WANT_READ:
      return {state.want_read, kErrorWantRead, "The operation did not complete (read)"};
    case SSL_ERROR_WANT_WRITE:
      return {state.want_write, kErrorWantWrite, "The operation did not complete (write)"};
    case SSL_ERROR_WANT_X509_LOOKUP:
      return {state.error, kErrorWantX509Lookup, "The operation did not complete (X509 lookup)"};
    case SSL_ERROR_WANT_CONNECT:
      return {state.error, kErrorWantConnect, "The operation did not complete (connect)"};
    case SSL_ERROR_SYSCALL:
      return diagnose_system_call(socket, result, code);
    case SSL_ERROR_SSL:
      if (code == 0) return {state.error, kErrorSsl, "A failure in the SSL library occurred"};
      if (is_ssl_reason(code, SSL_R_CERTIFICATE_VERIFY_FAILED))
        return {state.verification, kErrorSsl, nullptr};
      if (is_ssl_reason(code, SSL_R_UNEXPECTED_EOF_WHILE_READING)) {
        return {state.eof, kErrorEof, "EOF occurred in violation of protocol"};
      }
      return {state.error, kErrorSsl, nullptr};
    default:
      return {state.error, kErrorInvalidCode, "Invalid error code"};
  }
}

// str(): the text alone, without the number.
Value error_text(Thread& thread, Value self) {
  const Value text = TRY(get_attribute(thread, self, "strerror"));
  if (is_str(text)) return text;
  const Value arguments = TRY(get_attribute(thread, self, "args"));
  return Value(TRY(str(thread, arguments)));
}
const MethodRow text_row = method<error_text>("__str__($self, /)", nullptr);

Result<Type*> add_error(Thread& thread, Module& module, const char* name,
                        std::initializer_list<Value> bases, const char* doc) {
  Dict* contents = make_dict();
  dict_set_str(*contents, "__module__", make_str("ssl"));
  dict_set_str(*contents, "__doc__", make_str(doc));
  const Value made =
      TRY(call(thread, &type_of_kind(Kind::Type), {make_str(name), make_tuple(bases), contents}));
  module_add(module, name, made);
  return made.as<Type>();
}

// (library, reason) -> name and back, of the reasons from `first` on that OpenSSL has a text for. It says no quickly, but there
// are 40 libraries: the search ends at a gap that is wider than any between two reasons.
Status add_reason_names(Thread& thread, const Library& library, int first) {
  constexpr int kWidestGap = 64;
  for (int reason = first, last = first; reason <= last + kWidestGap; ++reason) {
    const char* text = lib.ERR_reason_error_string(ERR_PACK(library.code, 0, reason));
    if (!text) continue;
    last = reason;
    const Value key = make_tuple({make_int(library.code), make_int(reason)}), name = make_str(mnemonic(text));
    TRY(dict_set(thread, *state.code_names, key, name));
    TRY(dict_set(thread, *state.name_codes, name, key));
  }
  return nothing;
}

Status add_all_reason_names(Thread& thread) {
  constexpr int kFirstReason = 100;
  for (const Library& library : libraries) {
    TRY(dict_set(thread, *state.library_names, make_int(library.code), make_str(library.name)));
    TRY(add_reason_names(thread, library, kFirstReason));
    // This one was put just below the alerts, which have numbers of their own.
    if (library.code == ERR_LIB_SSL) TRY(add_reason_names(thread, library, SSL_R_INVALID_SESSION_ID));
  }
  return nothing;
}

}  // namespace

Failure raise_ssl(Thread& thread, const char* message, unsigned long code, int line) {
  if (code == 0) code = lib.ERR_peek_last_error();
  raise_with(thread, *state.error, nullptr, static_cast<int>(code), message, code, line);
  lib.ERR_clear_error();
  return error;
}

Status raise_left_exception(Thread& thread, SslSocket& socket) {
  const Value left = std::exchange(socket.exception, Value());
  if (left.is_empty()) return nothing;
  if (has_exception(thread)) set_context(left, take_exception(thread));
  thread.exception = left;
  return error;
}

Failure raise_socket(Thread& thread, SslSocket& socket, int result, int line) {
  const unsigned long code = lib.ERR_peek_last_error();
  const Diagnosis found = diagnose(socket, result, code);
  if (found.is_system_error) {
    lib.ERR_clear_error();
    return raise_os_error(thread, static_cast<int>(socket.system_error));
  }
  raise_with(thread, *found.type, &socket, found.number, found.message, code, line);
  lib.ERR_clear_error();
  TRY(raise_left_exception(thread, socket));
  return error;
}

Status define_errors(Thread& thread, Module& module) {
  state.error = TRY(add_error(thread, module, "SSLError", {&OSError}, "An error of SSL."));
  Str* name = intern("__str__");
  dict_set_str(type_dict(*state.error), name,
               make_descriptor(Kind::MethodDescriptor, *state.error, &text_row, name, -1));
  type_modified(*state.error, name);
  state.error->flags |= Type::kImmutable;
  const Value base = state.error;
  state.verification = TRY(add_error(thread, module, "SSLCertVerificationError",
                                     {base, &ValueError}, "A certificate could not be verified."));
  state.zero_return = TRY(
      add_error(thread, module, "SSLZeroReturnError", {base}, "The connection has been closed."));
  state.want_read = TRY(add_error(thread, module, "SSLWantReadError", {base},
                                  "More has to come before this can be done."));
  state.want_write = TRY(add_error(thread, module, "SSLWantWriteError", {base},
                                   "Something has to be sent before this can be done."));
  state.syscall =
      TRY(add_error(thread, module, "SSLSyscallError", {base}, "A system call failed."));
  state.eof = TRY(
      add_error(thread, module, "SSLEOFError", {base}, "The connection ended without a farewell."));
  state.code_names = make_dict();
  state.name_codes = make_dict();
  state.library_names = make_dict();
  TRY(add_all_reason_names(thread));
  module_add(module, "err_codes_to_names", state.code_names);
  module_add(module, "err_names_to_codes", state.name_codes);
  module_add(module, "lib_codes_to_names", state.library_names);
  return nothing;
}

}  // namespace minipy::ssl
