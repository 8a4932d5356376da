// What a context loads: its own certificate, those that it trusts, parameters.
#include <cerrno>
#include <climits>
#include <cstring>

#include "Modules/ssl/ssl.h"
#include "Objects/bytes.h"
#include "Objects/copy_bytes.h"
#include "VM/runtime.h"

namespace minipy::ssl {
namespace {

// An error of a file: the system's if it has one.
Failure raise_file(Thread& thread, int line) {
  if (const int number = errno) {
    lib.ERR_clear_error();
    return raise_os_error(thread, number);
  }
  return raise_ssl(thread, nullptr, 0, line);
}

Result<std::string> certificate_path(Thread& thread, Value path, const char* name) {
  Result<std::string> text = to_filename(thread, path);
  if (!text.failed()) return text;
  if (!catch_exception(thread, TypeError)) return error;
  return raise(thread, TypeError, "{} should be a valid filesystem path", name);
}

// ---- passwords of private keys ----

struct Password {
  Thread& thread;
  Value callable;  // empty: `text` is the password
  std::string text;
  bool has_failed = false;
};

Status set_password(Thread& thread, Password& password, Value value, const char* complaint) {
  if (is_str(value))
    password.text = TRY(to_utf8_strict(thread, value.as<Str>()));
  else if (is_bytes(value))
    password.text = value.as<Bytes>()->view();
  else if (is_bytearray(value))
    password.text.assign(reinterpret_cast<char*>(value.as<Bytearray>()->data()),
                         value.as<Bytearray>()->size);
  else
    return raise(thread, TypeError, "{}", complaint);
  if (password.text.size() > PEM_BUFSIZE)
    return raise(thread, ValueError, "password cannot be longer than {} bytes", PEM_BUFSIZE);
  return nothing;
}

int give_password(char* buffer, int size, int, void* data) {
  auto& password = *static_cast<Password*>(data);
  if (!password.callable.is_empty()) {
    const Value answer = call(password.thread, password.callable);
    if (answer.is_empty() ||
        set_password(password.thread, password, answer, "password callback must return a string")
            .failed()) {
      password.has_failed = true;
      return -1;
    }
  }
  if (static_cast<int>(password.text.size()) > size) {
    raise(password.thread, ValueError, "password cannot be longer than {} bytes", size);
    password.has_failed = true;
    return -1;
  }
  copy_bytes(buffer, password.text);
  return static_cast<int>(password.text.size());
}

// The context's own password function comes back at the end of the scope.
class PasswordScope {
 public:
  PasswordScope(SSL_CTX* context, Password* password)
      : context_(context),
        function_(lib.SSL_CTX_get_default_passwd_cb(context)),
        data_(lib.SSL_CTX_get_default_passwd_cb_userdata(context)) {
    if (!password) return;
    lib.SSL_CTX_set_default_passwd_cb(context, give_password);
    lib.SSL_CTX_set_default_passwd_cb_userdata(context, password);
  }
  ~PasswordScope() {
    lib.SSL_CTX_set_default_passwd_cb(context_, function_);
    lib.SSL_CTX_set_default_passwd_cb_userdata(context_, data_);
  }
  PasswordScope(const PasswordScope&) = delete;
  PasswordScope& operator=(const PasswordScope&) = delete;

 private:
  SSL_CTX* context_;
  pem_password_cb* function_;
  void* data_;
};

Status load_cert_chain(Thread& thread, Context& self, Value certificate_file, Value key_file,
                       Value password_value) {
  const std::string certificate = TRY(certificate_path(thread, certificate_file, "certfile"));
  const std::string key =
      key_file.is_none() ? certificate : TRY(certificate_path(thread, key_file, "keyfile"));
  Password password{thread, Value(), {}};
  const bool has_password = !password_value.is_none();
  if (has_password && is_callable(password_value))
    password.callable = password_value;
  else if (has_password)
    TRY(set_password(thread, password, password_value, "password should be a string or callable"));
  const PasswordScope scope(self.handle, has_password ? &password : nullptr);
  const auto fail = [&](int line) -> Failure {
    if (!password.has_failed) return raise_file(thread, line);
    lib.ERR_clear_error();
    return error;
  };
  errno = 0;
  if (lib.SSL_CTX_use_certificate_chain_file(self.handle, certificate.c_str()) != 1)
    return fail(__LINE__);
  errno = 0;
  if (lib.SSL_CTX_use_PrivateKey_file(self.handle, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return fail(__LINE__);
  if (lib.SSL_CTX_check_private_key(self.handle) != 1) return RAISE_SSL(nullptr);
  return nothing;
}

// ---- trusted certificates ----

// Certificates one behind the other, in PEM or DER. One that is known already is no error.
Status add_certificates(Thread& thread, Context& self, std::string_view data, bool is_pem) {
  if (data.empty()) return raise(thread, ValueError, "Empty certificate data");
  if (data.size() > INT_MAX) return raise(thread, OverflowError, "Certificate data is too long.");
  BIO* input = lib.BIO_new_mem_buf(data.data(), static_cast<int>(data.size()));
  X509_STORE* store = lib.SSL_CTX_get_cert_store(self.handle);
  int loaded = 0;
  bool is_good = true;
  while (is_good) {
    X509* certificate = is_pem
                            ? lib.PEM_read_bio_X509(
                                  input, nullptr, [](char*, int, int, void*) { return 0; }, nullptr)
                            : lib.d2i_X509_bio(input, nullptr);
    if (!certificate) break;
    is_good = lib.X509_STORE_add_cert(store, certificate) == 1;
    lib.X509_free(certificate);
    if (is_good) ++loaded;
  }
  lib.BIO_free(input);
  const unsigned long code = lib.ERR_peek_last_error();
  if (loaded == 0) {
    return RAISE_SSL(is_pem ? "no start line: cadata does not contain a certificate"
                            : "not enough data: cadata does not contain a certificate");
  }
  const bool is_der_end = !is_pem && ERR_GET_LIB(code) == ERR_LIB_ASN1 &&
                          ERR_GET_REASON(code) == ASN1_R_HEADER_TOO_LONG;
  const bool is_pem_end =
      is_pem && ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
  if (code == 0 || is_der_end || is_pem_end) {
    lib.ERR_clear_error();
    return nothing;
  }
  return RAISE_SSL(nullptr);
}

Status add_certificate_data(Thread& thread, Context& self, Value data) {
  constexpr const char* kComplaint = "cadata should be an ASCII string or a bytes-like object";
  if (is_str(data)) {
    if (!data.as<Str>()->is_ascii()) return raise(thread, TypeError, "{}", kComplaint);
    return add_certificates(thread, self, data.as<Str>()->ascii_view(), true);
  }
  if (!supports_buffer(data)) return raise(thread, TypeError, "{}", kComplaint);
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  return add_certificates(thread, self, lease.view(), false);
}

Status load_verify_locations(Thread& thread, Context& self, Value file, Value folder, Value data) {
  if (file.is_none() && folder.is_none() && data.is_none()) {
    return raise(thread, TypeError, "cafile, capath and cadata cannot be all omitted");
  }
  std::string file_path, folder_path;
  if (!file.is_none()) file_path = TRY(certificate_path(thread, file, "cafile"));
  if (!folder.is_none()) folder_path = TRY(certificate_path(thread, folder, "capath"));
  if (!data.is_none()) TRY(add_certificate_data(thread, self, data));
  if (file.is_none() && folder.is_none()) return nothing;
  errno = 0;
  int result;
  {
    WithoutGil without(thread);
    result =
        lib.SSL_CTX_load_verify_locations(self.handle, file.is_none() ? nullptr : file_path.c_str(),
                                          folder.is_none() ? nullptr : folder_path.c_str());
  }
  if (result != 1) return raise_file(thread, __LINE__);
  return nothing;
}

Status set_default_verify_paths(Thread& thread, Context& self) {
  int result;
  {
    WithoutGil without(thread);
    result = lib.SSL_CTX_set_default_verify_paths(self.handle);
  }
  if (!result) return RAISE_SSL(nullptr);
  return nothing;
}

Status load_dh_params(Thread& thread, Context& self, Value path) {
  const std::string name = TRY(to_filename(thread, path));
  TRY(audit(thread, "open", {path, make_str("rb"), make_int(0)}));
  FILE* file = std::fopen(name.c_str(), "rb");
  if (!file) return raise_os_error(thread, errno, path);
  errno = 0;
  DH* parameters = lib.PEM_read_DHparams(file, nullptr, nullptr, nullptr);
  std::fclose(file);
  if (!parameters) return raise_file(thread, __LINE__);
  const bool is_good = lib.SSL_CTX_ctrl(self.handle, SSL_CTRL_SET_TMP_DH, 0, parameters);
  lib.DH_free(parameters);
  if (!is_good) return RAISE_SSL(nullptr);
  return nothing;
}

// Calls f(X509*) for the certificates and counts the lists of revoked ones.
template <typename F>
int for_each_trusted(Context& self, F&& f) {
  const auto* objects = reinterpret_cast<const OPENSSL_STACK*>(
      lib.X509_STORE_get0_objects(lib.SSL_CTX_get_cert_store(self.handle)));
  int revocation_lists = 0;
  for (int i = 0; i < lib.OPENSSL_sk_num(objects); ++i) {
    auto* object = static_cast<X509_OBJECT*>(lib.OPENSSL_sk_value(objects, i));
    const auto type = lib.X509_OBJECT_get_type(object);
    if (type == X509_LU_CRL) ++revocation_lists;
    if (type == X509_LU_X509) f(lib.X509_OBJECT_get0_X509(object));
  }
  return revocation_lists;
}

Value cert_store_stats(Context& self) {
  int certificates = 0, authorities = 0;
  const int revocation_lists = for_each_trusted(self, [&](X509* certificate) {
    ++certificates;
    if (lib.X509_check_ca(certificate)) ++authorities;
  });
  Dict* stats = make_dict();
  dict_set_str(*stats, "x509", make_int(certificates));
  dict_set_str(*stats, "crl", make_int(revocation_lists));
  dict_set_str(*stats, "x509_ca", make_int(authorities));
  return stats;
}

Value get_ca_certs(Thread& thread, Context& self, bool binary) {
  List* list = make_list();
  for_each_trusted(self, [&](X509* certificate) {
    if (has_exception(thread) || !lib.X509_check_ca(certificate)) return;
    const Value shown = binary ? encoded_certificate(thread, certificate)
                               : decoded_certificate(thread, certificate);
    if (!shown.is_empty()) static_cast<void>(list_append(thread, *list, shown));
  });
  return has_exception(thread) ? Value() : list;
}

const MethodRow methods[] = {
    method<load_cert_chain>("load_cert_chain($self, /, certfile, keyfile=None, password=None)",
                            "Load the certificate of this side, and its private key."),
    method<load_dh_params>("load_dh_params($self, path, /)", "Load parameters for Diffie-Hellman."),
    method<load_verify_locations>(
        "load_verify_locations($self, /, cafile=None, capath=None, cadata=None)",
        "Trust the certificates of a file, a folder or some data."),
    method<set_default_verify_paths>("set_default_verify_paths($self, /)",
                                     "Trust the certificates of the system."),
    method<cert_store_stats>("cert_store_stats($self, /)", "How many certificates are trusted."),
    method<get_ca_certs>("get_ca_certs($self, /, binary_form=False)",
                         "The trusted authorities that have been loaded."),
};

}  // namespace

const std::span<const MethodRow> context_loading = methods;

}  // namespace minipy::ssl
