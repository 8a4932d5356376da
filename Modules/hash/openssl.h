// libcrypto, loaded when _hashlib is imported: linked in, it would cost every start of the interpreter.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace minipy {

#define LIBCRYPTO_FUNCTIONS(X)                                                                          \
  X(EVP_MD_fetch) X(EVP_MD_free) X(EVP_MD_up_ref) X(EVP_MD_get_type) X(EVP_MD_get_size)                  \
  X(EVP_MD_get_block_size) X(EVP_MD_get_flags) X(EVP_MD_do_all_provided) X(EVP_MD_get0_name)             \
  X(EVP_MD_CTX_new) X(EVP_MD_CTX_free) X(EVP_MD_CTX_copy) X(EVP_MD_CTX_get0_md)                          \
  X(EVP_DigestInit_ex) X(EVP_DigestUpdate) X(EVP_DigestFinal) X(EVP_DigestFinalXOF)                      \
  X(HMAC_CTX_new) X(HMAC_CTX_free) X(HMAC_CTX_copy) X(HMAC_CTX_get_md) X(HMAC_Init_ex) X(HMAC_Update)    \
  X(HMAC_Final) X(HMAC) X(PKCS5_PBKDF2_HMAC) X(EVP_PBE_scrypt) X(EVP_default_properties_is_fips_enabled) \
  X(ERR_peek_last_error) X(ERR_clear_error) X(ERR_lib_error_string) X(ERR_reason_error_string)           \
  X(OBJ_nid2ln) X(OBJ_nid2sn)

struct Libcrypto {
#define X(name) decltype(&::name) name;
  LIBCRYPTO_FUNCTIONS(X)
#undef X
};

}  // namespace minipy
