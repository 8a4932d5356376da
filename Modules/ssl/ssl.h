// What the files of _ssl share. Library reference, "ssl"; the manual pages of OpenSSL 3.0. OpenSSL
// is loaded when _ssl is imported. Much of its interface are macros over the functions that are
// listed here.
#pragma once

#define OPENSSL_SUPPRESS_DEPRECATED  // what is old is still part of the module
#include <openssl/bio.h>
#include <openssl/comp.h>
#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string>

#include "Modules/module_support.h"
#include "Modules/socket/socket.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "VM/threads.h"

namespace minipy::ssl {

#define LIBSSL_FUNCTIONS(X)                                                                                                \
  X(SSL_CIPHER_description)                                                                                                \
  X(SSL_CIPHER_get_auth_nid) X(SSL_CIPHER_get_bits) X(SSL_CIPHER_get_cipher_nid) X(                                        \
      SSL_CIPHER_get_digest_nid) X(SSL_CIPHER_get_id) X(SSL_CIPHER_get_kx_nid) X(SSL_CIPHER_get_name)                      \
      X(SSL_CIPHER_get_version) X(SSL_CIPHER_is_aead) X(SSL_CTX_callback_ctrl) X(                                          \
          SSL_CTX_check_private_key) X(SSL_CTX_clear_options) X(SSL_CTX_ctrl) X(SSL_CTX_free)                              \
          X(SSL_CTX_get0_param) X(SSL_CTX_get_cert_store) X(SSL_CTX_get_default_passwd_cb) X(                              \
              SSL_CTX_get_default_passwd_cb_userdata) X(SSL_CTX_get_num_tickets)                                           \
              X(SSL_CTX_get_options) X(SSL_CTX_get_security_level) X(SSL_CTX_get_verify_callback) X(                       \
                  SSL_CTX_get_verify_mode) X(SSL_CTX_load_verify_locations) X(SSL_CTX_new)                                 \
                  X(SSL_CTX_set_alpn_protos) X(SSL_CTX_set_alpn_select_cb) X(SSL_CTX_set_cipher_list) X(                   \
                      SSL_CTX_set_default_passwd_cb) X(SSL_CTX_set_default_passwd_cb_userdata)                             \
                      X(SSL_CTX_set_default_verify_paths) X(SSL_CTX_set_keylog_callback) X(                                \
                          SSL_CTX_set_msg_callback) X(SSL_CTX_set_num_tickets) X(SSL_CTX_set_options)                      \
                          X(SSL_CTX_set_post_handshake_auth) X(SSL_CTX_set_session_id_context) X(                          \
                              SSL_CTX_set_verify) X(SSL_CTX_use_PrivateKey_file) X(SSL_CTX_use_certificate_chain_file)     \
                              X(SSL_SESSION_free) X(SSL_SESSION_new) X(SSL_SESSION_get_id) X(                              \
                                  SSL_SESSION_get_ticket_lifetime_hint) X(SSL_SESSION_get_time) X(SSL_SESSION_get_timeout) \
                                  X(SSL_SESSION_has_ticket) X(SSL_SESSION_dup) X(SSL_get1_session) X(                      \
                                      SSL_ctrl) X(SSL_do_handshake) X(SSL_free) X(SSL_get0_alpn_selected)                  \
                                      X(SSL_get0_param) X(SSL_get0_verified_chain) X(                                      \
                                          SSL_get1_peer_certificate) X(SSL_get_SSL_CTX) X(SSL_get_ciphers)                 \
                                          X(SSL_get_current_cipher) X(SSL_get_current_compression) X(                      \
                                              SSL_get_error) X(SSL_get_ex_data) X(SSL_get_finished)                        \
                                              X(SSL_get_peer_cert_chain) X(SSL_get_peer_finished) X(                       \
                                                  SSL_get_rbio) X(SSL_get_servername) X(SSL_get_shutdown)                  \
                                                  X(SSL_get_verify_callback) X(SSL_get_verify_mode) X(                     \
                                                      SSL_get_verify_result) X(SSL_get_version)                            \
                                                      X(SSL_get_wbio) X(SSL_is_init_finished) X(                           \
                                                          SSL_new) X(SSL_pending) X(SSL_read_ex)                           \
                                                          X(SSL_select_next_proto) X(SSL_session_reused) X(                \
                                                              SSL_set_SSL_CTX) X(SSL_set_accept_state)                     \
                                                              X(SSL_set_bio) X(SSL_set_connect_state) X(                   \
                                                                  SSL_set_ex_data) X(SSL_set_fd)                           \
                                                                  X(SSL_set_msg_callback) X(                               \
                                                                      SSL_set_post_handshake_auth)                         \
                                                                      X(SSL_set_read_ahead) X(                             \
                                                                          SSL_set_session) X(SSL_set_verify)               \
                                                                          X(SSL_shutdown) X(                               \
                                                                              SSL_verify_client_post_handshake)            \
                                                                              X(SSL_write_ex) X(                           \
                                                                                  TLS_client_method)                       \
                                                                                  X(TLS_method) X(                         \
                                                                                      TLS_server_method)                   \
                                                                                      X(TLSv1_1_method) X(                 \
                                                                                          TLSv1_2_method)                  \
                                                                                          X(TLSv1_method)                  \
                                                                                              X(OPENSSL_init_ssl)
#define LIBCRYPTO_SSL_FUNCTIONS(X)                                                                   \
  X(ASN1_OBJECT_free)                                                                                \
  X(ASN1_STRING_get0_data) X(ASN1_STRING_length) X(ASN1_STRING_to_UTF8) X(ASN1_TIME_print) X(        \
      BIO_ctrl) X(BIO_ctrl_pending) X(BIO_free) X(BIO_gets) X(BIO_new) X(BIO_new_file)               \
      X(BIO_new_mem_buf) X(BIO_read) X(BIO_s_file) X(BIO_s_mem) X(BIO_set_flags) X(                  \
          BIO_clear_flags) X(BIO_up_ref) X(BIO_write) X(COMP_get_name) X(CRYPTO_free) X(DH_free)     \
          X(DIST_POINT_free) X(ERR_clear_error) X(ERR_peek_last_error) X(                            \
              ERR_reason_error_string) X(GENERAL_NAME_free) X(ACCESS_DESCRIPTION_free)               \
              X(ASN1_OCTET_STRING_free) X(GENERAL_NAME_print) X(OBJ_nid2ln) X(OBJ_nid2obj) X(        \
                  OBJ_nid2sn) X(OBJ_obj2nid) X(OBJ_obj2txt) X(OBJ_sn2nid) X(OBJ_txt2obj)             \
                  X(OPENSSL_sk_num) X(OPENSSL_sk_pop_free) X(OPENSSL_sk_value) X(                    \
                      OpenSSL_version) X(OpenSSL_version_num) X(PEM_read_DHparams)                   \
                      X(PEM_read_bio_X509) X(PEM_write_bio_X509) X(RAND_add) X(RAND_bytes) X(        \
                          RAND_status) X(X509_NAME_ENTRY_get_data) X(X509_NAME_ENTRY_get_object)     \
                          X(X509_NAME_ENTRY_set) X(X509_NAME_entry_count) X(X509_NAME_get_entry) X(  \
                              X509_NAME_print_ex) X(X509_OBJECT_get0_X509) X(X509_OBJECT_get_type)   \
                              X(X509_STORE_add_cert) X(X509_STORE_get0_objects) X(                   \
                                  X509_VERIFY_PARAM_clear_flags) X(X509_VERIFY_PARAM_get_flags)      \
                                  X(X509_VERIFY_PARAM_get_hostflags) X(                              \
                                      X509_VERIFY_PARAM_set1_host) X(X509_VERIFY_PARAM_set1_ip)      \
                                      X(X509_VERIFY_PARAM_set_flags) X(                              \
                                          X509_VERIFY_PARAM_set_hostflags) X(X509_check_ca)          \
                                          X(X509_cmp) X(X509_free) X(X509_new) X(                    \
                                              X509_get0_notAfter) X(X509_get0_notBefore)             \
                                              X(X509_get_default_cert_dir) X(                        \
                                                  X509_get_default_cert_dir_env)                     \
                                                  X(X509_get_default_cert_file) X(                   \
                                                      X509_get_default_cert_file_env)                \
                                                      X(X509_get_ext_d2i) X(X509_get_issuer_name)    \
                                                          X(X509_get_serialNumber) X(                \
                                                              X509_get_subject_name)                 \
                                                              X(X509_get_version) X(                 \
                                                                  X509_subject_name_hash)            \
                                                                  X(X509_up_ref) X(                  \
                                                                      X509_verify_cert_error_string) \
                                                                      X(a2i_IPADDRESS)               \
                                                                          X(d2i_X509_bio)            \
                                                                              X(i2a_ASN1_INTEGER)    \
                                                                                  X(i2d_X509)

struct OpenSsl {
#define X(name) decltype(&::name) name;
  LIBSSL_FUNCTIONS(X)
  LIBCRYPTO_SSL_FUNCTIONS(X)
#undef X
};
extern OpenSsl lib;

// What SSLError.errno says.
enum ErrorCode {
  kErrorNone,
  kErrorSsl,
  kErrorWantRead,
  kErrorWantWrite,
  kErrorWantX509Lookup,
  kErrorSyscall,
  kErrorZeroReturn,
  kErrorWantConnect,
  kErrorEof,
  kErrorNoSocket,
  kErrorInvalidCode,
};
enum Protocol { kSsl2, kSsl3, kTls, kTls1, kTls1_1, kTls1_2, kTlsClient = 16, kTlsServer };
enum VerifyMode { kCertNone, kCertOptional, kCertRequired };
constexpr int kMinimumSupported = -2, kMaximumSupported = -1;

struct Context : Object {
  static constexpr Kind kKind = ModuleKind::SslContext;
  SSL_CTX* handle;
  Bytes* alpn_protocols;                 // null: none
  Value sni_callback, message_callback;  // empty: none
  Value keylog_filename;                 // None if there is none
  FILE* keylog;
  int32_t protocol;
  uint32_t host_flags;
  bool checks_hostname, post_handshake_auth;
};

struct SslSocket : Object {
  static constexpr Kind kKind = ModuleKind::SslSocket;
  SSL* handle;
  Context* context;
  Value socket;           // a weak reference, or None for a pair of MemoryBIOs
  Value owner;            // a weak reference, or None
  Value server_hostname;  // str or None
  Value exception;        // left by a callback, or empty
  int64_t system_error;   // errno of the last call
  int32_t ssl_error;      // SSL_get_error() of the last call
  bool is_server, has_seen_zero;
};

struct MemoryBio : Object {
  static constexpr Kind kKind = ModuleKind::SslMemoryBio;
  BIO* handle;
  bool is_ended;
};

struct Session : Object {
  static constexpr Kind kKind = ModuleKind::SslSession;
  SSL_SESSION* handle;
  Context* context;
};

struct Certificate : Object {
  static constexpr Kind kKind = ModuleKind::SslCertificate;
  X509* handle;
  int64_t hash;  // -1: not computed
};

struct ModuleState {
  Type *error, *zero_return, *want_read, *want_write, *syscall, *eof, *verification;
  Dict *code_names, *name_codes, *library_names;
};
extern ModuleState state;

// What objects hold once they are finalised: somebody may still come to use them.
struct BlankObjects {
  SSL_CTX* context;
  SSL* connection;
  X509* certificate;
  SSL_SESSION* session;
  BIO* bio;
};
extern BlankObjects blank;

// --- errors (ssl_errors.cpp) ---
Status define_errors(Thread& thread, Module& module);
Failure raise_ssl(Thread& thread, const char* message, unsigned long code,
                  int line);  // 0: the last one of OpenSSL
Failure raise_socket(Thread& thread, SslSocket& socket, int result, int line);
Status raise_left_exception(Thread& thread, SslSocket& socket);  // what a callback has left
#define RAISE_SSL(message) raise_ssl(thread, message, 0, __LINE__)

// --- certificates (certificate.cpp) ---
Value decoded_certificate(Thread& thread, X509* certificate);
Value encoded_certificate(Thread& thread, X509* certificate);  // DER
Value make_certificate(X509* certificate);                     // with a reference of its own
Value certificate_chain(Thread& thread, const STACK_OF(X509) * chain);  // a list, or None for null
Value certificate_in_file(Thread& thread, Value path);
Value object_details(Thread& thread,
                     const ASN1_OBJECT* object);  // (nid, short name, long name, number) or None
void define_certificate_type(Module& module);

// --- contexts ---
Value cipher_details(Thread& thread, const SSL_CIPHER* cipher);
void install_message_callback(Context& context, SSL* handle);
extern const std::span<const MethodRow> context_attributes, context_loading;
void define_context_type(Module& module);
Status set_verify_mode(Thread& thread, Context& self, int mode);

// --- sockets ---
Value wrap(Thread& thread, Context& context, Value socket, bool is_server, Value hostname,
           Value owner, Value session, MemoryBio* incoming, MemoryBio* outgoing);
Value shown_socket(
    SslSocket& socket);  // what callbacks get: the owner, the socket, or the object itself
void define_socket_type(Module& module);
void define_session_type(Module& module);
void define_bio_type(Module& module);

}  // namespace minipy::ssl
