// _hashlib: the digests of OpenSSL's libcrypto, HMAC, PBKDF2 and scrypt.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <dlfcn.h>

#include <climits>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "Modules/hash/hash_support.h"
#include "Modules/hash/openssl.h"
#include "Modules/native_modules.h"
#include "Objects/list.h"
#include "Objects/mapping_proxy.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

Libcrypto crypto;
Value unsupported_digest;  // _hashlib.UnsupportedDigestmodError
Dict* constructor_names;   // openssl_md5 -> "md5"

struct HashObject : Object {
  EVP_MD_CTX* context;  // in libcrypto's memory
};
struct HmacObject : Object {
  HMAC_CTX* context;
};

// ---- names ----

// What Python calls the digests that it has other names for than OpenSSL.
struct DigestName {
  const char *python, *openssl;
  int identifier;
};
const DigestName digest_names[] = {
    {"md5", "MD5", NID_md5}, {"sha1", "SHA1", NID_sha1}, {"sha224", "SHA2-224", NID_sha224},
    {"sha256", "SHA2-256", NID_sha256}, {"sha384", "SHA2-384", NID_sha384}, {"sha512", "SHA2-512", NID_sha512},
    {"sha512_224", "SHA2-512/224", NID_sha512_224}, {"sha512_256", "SHA2-512/256", NID_sha512_256},
    {"sha3_224", "SHA3-224", NID_sha3_224}, {"sha3_256", "SHA3-256", NID_sha3_256},
    {"sha3_384", "SHA3-384", NID_sha3_384}, {"sha3_512", "SHA3-512", NID_sha3_512},
    {"shake_128", "SHAKE-128", NID_shake128}, {"shake_256", "SHAKE-256", NID_shake256},
    {"blake2s", "BLAKE2S-256", NID_blake2s256}, {"blake2b", "BLAKE2B-512", NID_blake2b512},
};

const char* python_name(const EVP_MD* algorithm) {
  const int identifier = crypto.EVP_MD_get_type(algorithm);
  for (const DigestName& name : digest_names) {
    if (name.identifier == identifier) return name.python;
  }
  const char* name = crypto.OBJ_nid2ln(identifier);
  return name ? name : crypto.OBJ_nid2sn(identifier);
}

// ---- errors ----

Failure raise_crypto(Thread& thread, Type& type, const char* otherwise) {
  const unsigned long code = crypto.ERR_peek_last_error();
  crypto.ERR_clear_error();
  if (code == 0) return raise(thread, type, "{}", otherwise);
  const char* library = crypto.ERR_lib_error_string(code);
  const char* reason = crypto.ERR_reason_error_string(code);
  if (library) return raise(thread, type, "[{}] {}", library, reason ? reason : "no reason");
  return raise(thread, type, "{}", reason ? reason : "no reason");
}
Failure raise_unsupported(Thread& thread, std::string_view name) {
  return raise_crypto(thread, *unsupported_digest.as<Type>(), ("unsupported hash type " + std::string(name)).c_str());
}

// An algorithm that is given back at the end of the scope.
class Algorithm {
 public:
  Algorithm() = default;
  explicit Algorithm(EVP_MD* algorithm) : algorithm_(algorithm) {}
  Algorithm(Algorithm&& other) noexcept : algorithm_(std::exchange(other.algorithm_, nullptr)) {}
  Algorithm& operator=(Algorithm&& other) noexcept {
    std::swap(algorithm_, other.algorithm_);
    return *this;
  }
  ~Algorithm() { if (algorithm_) crypto.EVP_MD_free(algorithm_); }
  EVP_MD* get() const { return algorithm_; }

 private:
  EVP_MD* algorithm_ = nullptr;
};

constexpr size_t kDigestNames = std::size(digest_names);
EVP_MD* known_algorithms[kDigestNames][2];  // by place and for_security, once they have been asked for: libcrypto takes its time

Result<Algorithm> algorithm_named(Thread& thread, std::string_view name, bool for_security) {
  const std::string text(name);
  const char* wanted = text.c_str();
  for (size_t i = 0; i < kDigestNames; ++i) {
    if (name != digest_names[i].python) continue;
    EVP_MD*& known = known_algorithms[i][for_security];
    if (!known) known = crypto.EVP_MD_fetch(nullptr, digest_names[i].openssl, for_security ? nullptr : "-fips");
    if (known && crypto.EVP_MD_up_ref(known)) return Algorithm(known);
    wanted = digest_names[i].openssl;
  }
  EVP_MD* algorithm = crypto.EVP_MD_fetch(nullptr, wanted, for_security ? nullptr : "-fips");
  if (!algorithm) return raise_unsupported(thread, name);
  return Algorithm(algorithm);
}

// A name, or one of this module's own constructors.
Result<Algorithm> algorithm_of(Thread& thread, Value digest, bool for_security) {
  Value name = digest;
  if (!is_str(digest)) {
    name = TRY(dict_get(thread, *constructor_names, digest));
    if (name.is_unbound()) return raise(thread, *unsupported_digest.as<Type>(), "Unsupported digestmod {}", Repr{digest});
  }
  return algorithm_named(thread, TRY(to_utf8_strict(thread, name.as<Str>())), for_security);
}

// ---- HASH and HASHXOF ----

HashObject* new_hash_object(Kind kind) {
  auto* made = initialize_header<HashObject>(gc_allocate_finalizable(sizeof(HashObject)), shape_of_kind(kind), kind, 0,
                                             Object::kFinalizable);
  made->context = crypto.EVP_MD_CTX_new();
  return made;
}
void finalize_hash(Thread&, Value self) {
  auto* hash = self.as<HashObject>();
  if (hash->context) crypto.EVP_MD_CTX_free(hash->context);
  hash->context = nullptr;
}

Value hash_by_algorithm(Thread& thread, const Algorithm& algorithm, Value data) {
  BufferLease lease(thread);
  TRY(acquire_hashed(thread, lease, data));
  const bool is_xof = crypto.EVP_MD_get_flags(algorithm.get()) & EVP_MD_FLAG_XOF;
  HashObject* made = new_hash_object(is_xof ? ModuleKind::OpensslXof : ModuleKind::OpensslHash);
  if (!crypto.EVP_DigestInit_ex(made->context, algorithm.get(), nullptr) ||
      !crypto.EVP_DigestUpdate(made->context, lease.data(), lease.size())) {
    return raise_crypto(thread, ValueError, "no reason supplied");
  }
  return made;
}

Value new_named(Thread& thread, Value name, Value data, bool for_security) {
  if (!is_str(name)) return raise(thread, TypeError, "name must be a string");
  const Algorithm algorithm = TRY(algorithm_named(thread, TRY(to_utf8_strict(thread, name.as<Str>())), for_security));
  return hash_by_algorithm(thread, algorithm, data);
}

template <int index>
Value new_known(Thread& thread, Value data, bool for_security) {
  const Algorithm algorithm = TRY(algorithm_named(thread, digest_names[index].python, for_security));
  return hash_by_algorithm(thread, algorithm, data);
}

Value copy_hash(Thread& thread, HashObject& self) {
  HashObject* made = new_hash_object(self.kind);
  if (!crypto.EVP_MD_CTX_copy(made->context, self.context)) return raise_crypto(thread, ValueError, "no reason supplied");
  return made;
}

// The digest of what came so far; the object may go on. `size` counts for XOFs only.
Result<GrowingBytes> finished(Thread& thread, HashObject& self, size_t size) {
  static EVP_MD_CTX* const last = crypto.EVP_MD_CTX_new();  // always the same one: the GIL guards it
  GrowingBytes out;
  auto* const room = reinterpret_cast<uint8_t*>(out.room(self.kind == ModuleKind::OpensslXof ? size : EVP_MAX_MD_SIZE));
  if (!room) return raise_memory_error(thread);
  unsigned length = static_cast<unsigned>(size);
  bool is_good = last && crypto.EVP_MD_CTX_copy(last, self.context);
  if (self.kind == ModuleKind::OpensslXof) is_good = is_good && (size == 0 || crypto.EVP_DigestFinalXOF(last, room, size));
  else is_good = is_good && crypto.EVP_DigestFinal(last, room, &length);
  if (!is_good) return raise_crypto(thread, ValueError, "no reason supplied");
  out.grow_by(length);
  return out;
}
Value get_digest(Thread& thread, HashObject& self) {
  const GrowingBytes out = TRY(finished(thread, self, 0));
  return bytes_result(thread, out);
}
Value get_hex_digest(Thread& thread, HashObject& self) {
  const GrowingBytes out = TRY(finished(thread, self, 0));
  return hexadecimal(out);
}
Value xof_digest(Thread& thread, HashObject& self, int64_t length) {
  if (length < 0) return raise(thread, SystemError, "Negative size passed to PyBytes_FromStringAndSize");
  if (length > INT_MAX) return raise_memory_error(thread);
  const GrowingBytes out = TRY(finished(thread, self, static_cast<size_t>(length)));
  return bytes_result(thread, out);
}
Value xof_hex_digest(Thread& thread, HashObject& self, int64_t length) {
  if (length < 0 || length > INT_MAX) return raise_memory_error(thread);
  const GrowingBytes out = TRY(finished(thread, self, static_cast<size_t>(length)));
  return hexadecimal(out);
}
Status update_hash(Thread& thread, HashObject& self, Value data) {
  BufferLease lease(thread);
  TRY(acquire_hashed(thread, lease, data));
  if (!crypto.EVP_DigestUpdate(self.context, lease.data(), lease.size())) {
    return raise_crypto(thread, ValueError, "no reason supplied");
  }
  return nothing;
}
const EVP_MD* algorithm_of(HashObject& self) { return crypto.EVP_MD_CTX_get0_md(self.context); }
int hash_block_size(HashObject& self) { return crypto.EVP_MD_get_block_size(algorithm_of(self)); }
int hash_digest_size(HashObject& self) { return crypto.EVP_MD_get_size(algorithm_of(self)); }
int xof_digest_size(HashObject&) { return 0; }
Value hash_name(HashObject& self) { return make_str(python_name(algorithm_of(self))); }

Value shown(Thread& thread, std::string_view name, const char* type, const void* address) {
  char text[32];
  std::snprintf(text, sizeof text, "%p", address);
  return format_message(thread, "<{} {} object @ {}>", {name, type, static_cast<const char*>(text)});
}
Value repr_hash(Thread& thread, Value self) {
  return shown(thread, python_name(algorithm_of(*self.as<HashObject>())),
               self.object()->kind == ModuleKind::OpensslXof ? "_hashlib.HASHXOF" : "_hashlib.HASH", self.object());
}

const MethodRow hash_methods[] = {
    method<copy_hash>("copy($self, /)", "A copy of the hash object."),
    method<get_digest>("digest($self, /)", "The digest of everything so far, as bytes."),
    method<get_hex_digest>("hexdigest($self, /)", "The digest of everything so far, in hexadecimal digits."),
    method<update_hash>("update($self, obj, /)", "Add bytes to what is digested."),
    getter<hash_block_size>("block_size", nullptr),
    getter<hash_digest_size>("digest_size", nullptr),
    getter<hash_name>("name", nullptr),
};
const MethodRow xof_methods[] = {
    method<xof_digest>("digest($self, /, length)", "The first length bytes of the digest."),
    method<xof_hex_digest>("hexdigest($self, /, length)", "The first length bytes of the digest, in hexadecimal digits."),
    getter<xof_digest_size>("digest_size", nullptr),
};

// ---- HMAC (RFC 2104) ----

HmacObject* new_hmac_object() {
  auto* made = initialize_header<HmacObject>(gc_allocate_finalizable(sizeof(HmacObject)), shape_of_kind(ModuleKind::OpensslHmac),
                                             ModuleKind::OpensslHmac, 0, Object::kFinalizable);
  made->context = crypto.HMAC_CTX_new();
  return made;
}
void finalize_hmac(Thread&, Value self) {
  auto* hmac = self.as<HmacObject>();
  if (hmac->context) crypto.HMAC_CTX_free(hmac->context);
  hmac->context = nullptr;
}

Value hmac_new(Thread& thread, Value key, Value message, Value digest) {
  BufferLease key_lease(thread), message_lease(thread);
  TRY(key_lease.acquire(key));
  if (key_lease.size() > INT_MAX) return raise(thread, OverflowError, "key is too long.");
  if (digest.is_none()) return raise(thread, TypeError, "Missing required parameter 'digestmod'.");
  const Algorithm algorithm = TRY(algorithm_of(thread, digest, true));
  if (!message.is_none()) TRY(acquire_hashed(thread, message_lease, message));
  HmacObject* made = new_hmac_object();
  if (!crypto.HMAC_Init_ex(made->context, key_lease.data(), static_cast<int>(key_lease.size()), algorithm.get(), nullptr) ||
      (message_lease.size() > 0 && !crypto.HMAC_Update(made->context, message_lease.data(), message_lease.size()))) {
    return raise_crypto(thread, ValueError, "no reason supplied");
  }
  return made;
}

Value hmac_digest(Thread& thread, Value key, Value message, Value digest) {
  BufferLease key_lease(thread), message_lease(thread);
  TRY(key_lease.acquire(key));
  TRY(message_lease.acquire(message));
  const Algorithm algorithm = TRY(algorithm_of(thread, digest, true));
  if (key_lease.size() > INT_MAX) return raise(thread, OverflowError, "key is too long.");
  if (message_lease.size() > INT_MAX) return raise(thread, OverflowError, "msg is too long.");
  uint8_t out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (!crypto.HMAC(algorithm.get(), key_lease.data(), static_cast<int>(key_lease.size()), message_lease.data(),
                   message_lease.size(), out, &length)) {
    return raise_crypto(thread, ValueError, "no reason supplied");
  }
  return digest_bytes(thread, out, length);
}

Value copy_hmac(Thread& thread, HmacObject& self) {
  HmacObject* made = new_hmac_object();
  if (!crypto.HMAC_CTX_copy(made->context, self.context)) return raise_crypto(thread, ValueError, "no reason supplied");
  return made;
}
Status update_hmac(Thread& thread, HmacObject& self, Value data) {
  BufferLease lease(thread);
  TRY(acquire_hashed(thread, lease, data));
  if (!crypto.HMAC_Update(self.context, lease.data(), lease.size())) {
    return raise_crypto(thread, ValueError, "no reason supplied");
  }
  return nothing;
}
Result<std::vector<uint8_t>> finished(Thread& thread, HmacObject& self) {
  HMAC_CTX* last = crypto.HMAC_CTX_new();
  std::vector<uint8_t> out(EVP_MAX_MD_SIZE);
  unsigned length = 0;
  const bool is_good = last && crypto.HMAC_CTX_copy(last, self.context) && crypto.HMAC_Final(last, out.data(), &length);
  crypto.HMAC_CTX_free(last);
  if (!is_good) return raise_crypto(thread, ValueError, "no reason supplied");
  out.resize(length);
  return out;
}
Value hmac_object_digest(Thread& thread, HmacObject& self) {
  const std::vector<uint8_t> out = TRY(finished(thread, self));
  return digest_bytes(thread, out.data(), out.size());
}
Value hmac_object_hex_digest(Thread& thread, HmacObject& self) {
  const std::vector<uint8_t> out = TRY(finished(thread, self));
  return hexadecimal(out.data(), out.size());
}
const EVP_MD* algorithm_of(HmacObject& self) { return crypto.HMAC_CTX_get_md(self.context); }
int hmac_block_size(HmacObject& self) { return crypto.EVP_MD_get_block_size(algorithm_of(self)); }
int hmac_digest_size(HmacObject& self) { return crypto.EVP_MD_get_size(algorithm_of(self)); }
Value hmac_name(HmacObject& self) { return make_str(std::string("hmac-") + python_name(algorithm_of(self))); }
Value repr_hmac(Thread& thread, Value self) {
  return shown(thread, python_name(algorithm_of(*self.as<HmacObject>())), "HMAC", self.object());
}

const MethodRow hmac_methods[] = {
    method<copy_hmac>("copy($self, /)", "A copy of the HMAC object."),
    method<hmac_object_digest>("digest($self, /)", "The code of everything so far, as bytes."),
    method<hmac_object_hex_digest>("hexdigest($self, /)", "The code of everything so far, in hexadecimal digits."),
    method<update_hmac>("update($self, /, msg)", "Add bytes to the message."),
    getter<hmac_block_size>("block_size", nullptr),
    getter<hmac_digest_size>("digest_size", nullptr),
    getter<hmac_name>("name", nullptr),
};

// ---- keys from passwords ----

Value pbkdf2(Thread& thread, Value name, Value password, Value salt, int64_t iterations, Value length) {
  if (!is_str(name)) return raise(thread, TypeError, "pbkdf2_hmac() argument 'hash_name' must be str, not {}", argument_kind(name));
  BufferLease password_lease(thread), salt_lease(thread);
  TRY(password_lease.acquire(password));
  TRY(salt_lease.acquire(salt));
  const Algorithm algorithm = TRY(algorithm_named(thread, TRY(to_utf8_strict(thread, name.as<Str>())), true));
  if (password_lease.size() > INT_MAX) return raise(thread, OverflowError, "password is too long.");
  if (salt_lease.size() > INT_MAX) return raise(thread, OverflowError, "salt is too long.");
  if (iterations < 1) return raise(thread, ValueError, "iteration value must be greater than 0.");
  if (iterations > INT_MAX) return raise(thread, OverflowError, "iteration value is too great.");
  const int64_t size = length.is_none() ? crypto.EVP_MD_get_size(algorithm.get()) : TRY(argument_int64(thread, length));
  if (size < 1) return raise(thread, ValueError, "key length must be greater than 0.");
  if (size > INT_MAX) return raise(thread, OverflowError, "key length is too great.");
  Bytes* key = allocate_bytes(static_cast<size_t>(size));
  if (!key) return raise_memory_error(thread);
  if (!crypto.PKCS5_PBKDF2_HMAC(password_lease.view().data(), static_cast<int>(password_lease.size()), salt_lease.data(),
                                static_cast<int>(salt_lease.size()), static_cast<int>(iterations), algorithm.get(),
                                static_cast<int>(size), key->data())) {
    return raise_crypto(thread, ValueError, "no reason supplied");
  }
  return key;
}

Result<uint64_t> scrypt_number(Thread& thread, Value value, const char* name) {
  if (value.is_none()) return raise(thread, TypeError, "{} is required and must be an unsigned int", name);
  if (!is_any_int(value)) return raise(thread, TypeError, "scrypt() argument '{}' must be int, not {}", name, argument_kind(value));
  const std::optional<uint64_t> number = int_to_uint64(value);
  if (!number) return raise(thread, TypeError, "{} is required and must be an unsigned int", name);
  return *number;
}

Value scrypt(Thread& thread, Value password, Value salt, Value n_value, Value r_value, Value p_value, int64_t memory,
             int64_t length) {
  BufferLease password_lease(thread), salt_lease(thread);
  TRY(password_lease.acquire(password));
  if (!salt.is_none()) TRY(salt_lease.acquire(salt));
  if (salt.is_none()) return raise(thread, TypeError, "salt is required");
  const uint64_t n = TRY(scrypt_number(thread, n_value, "n"));
  if (n < 2 || (n & (n - 1))) return raise(thread, ValueError, "n must be a power of 2.");
  const uint64_t r = TRY(scrypt_number(thread, r_value, "r"));
  const uint64_t p = TRY(scrypt_number(thread, p_value, "p"));
  if (memory < 0 || memory > INT_MAX) return raise(thread, ValueError, "maxmem must be positive and smaller than {}", INT_MAX);
  if (length < 1 || length > INT_MAX) return raise(thread, ValueError, "dklen must be greater than 0 and smaller than {}", INT_MAX);
  const auto run = [&](uint8_t* key) {
    return crypto.EVP_PBE_scrypt(password_lease.view().data(), password_lease.size(), salt_lease.data(), salt_lease.size(), n, r,
                                 p, static_cast<uint64_t>(memory), key, static_cast<size_t>(length));
  };
  if (!run(nullptr)) return raise_crypto(thread, ValueError, "Invalid parameter combination for n, r, p, maxmem.");
  Bytes* key = allocate_bytes(static_cast<size_t>(length));
  if (!key) return raise_memory_error(thread);
  if (!run(key->data())) return raise_crypto(thread, ValueError, "no reason supplied");
  return key;
}

// ---- the rest ----

// Takes as long for a difference at the front as for one at the end.
bool equal_in_constant_time(std::string_view a, std::string_view b) {
  uint8_t difference = a.size() != b.size();
  const std::string_view other = a.size() == b.size() ? a : b;
  for (size_t i = 0; i < b.size(); ++i) difference |= static_cast<uint8_t>(other[i] ^ b[i]);
  return difference == 0;
}
Value compare_digest(Thread& thread, Value a, Value b) {
  if (is_str(a) && is_str(b)) {
    if (!a.as<Str>()->is_ascii() || !b.as<Str>()->is_ascii()) {
      return raise(thread, TypeError, "comparing strings with non-ASCII characters is not supported");
    }
    return Value::from_bool(equal_in_constant_time(a.as<Str>()->ascii_view(), b.as<Str>()->ascii_view()));
  }
  if (!supports_buffer(a) && !supports_buffer(b)) {
    return raise(thread, TypeError, "unsupported operand types(s) or combination of types: '{}' and '{}'", type_of(a), type_of(b));
  }
  BufferLease left(thread), right(thread);
  TRY(left.acquire(a));
  TRY(right.acquire(b));
  if (left->dimensions > 1 || right->dimensions > 1) return raise(thread, BufferError, "Buffer must be single dimension");
  return Value::from_bool(equal_in_constant_time(left.view(), right.view()));
}

int get_fips_mode() { return crypto.EVP_default_properties_is_fips_enabled(nullptr); }

#define KNOWN(index, name) \
  function<new_known<index>>("openssl_" name "($module, /, string=b'', *, usedforsecurity=True)", "A new " name " hash object, with some bytes in it perhaps.")
const MethodRow functions[] = {
    KNOWN(0, "md5"), KNOWN(1, "sha1"), KNOWN(2, "sha224"), KNOWN(3, "sha256"), KNOWN(4, "sha384"), KNOWN(5, "sha512"),
    KNOWN(8, "sha3_224"), KNOWN(9, "sha3_256"), KNOWN(10, "sha3_384"), KNOWN(11, "sha3_512"), KNOWN(12, "shake_128"),
    KNOWN(13, "shake_256"),
    function<compare_digest>("compare_digest($module, a, b, /)", "Whether a equals b, in a time that tells nothing about where they differ."),
    function<get_fips_mode>("get_fips_mode($module, /)", "1 if only FIPS-approved digests are to be had."),
    function<hmac_digest>("hmac_digest($module, /, key, msg, digest)", "The HMAC of msg in one go."),
    function<hmac_new>("hmac_new($module, /, key, msg=b'', digestmod=None)", "A new HMAC object."),
    function<new_named>("new($module, /, name, string=b'', *, usedforsecurity=True)", "A new hash object of the algorithm with that name."),
    function<pbkdf2>("pbkdf2_hmac($module, /, hash_name, password, salt, iterations,\n            dklen=None)", "A key made from a password (PKCS #5 2.0) with HMAC."),
    function<scrypt>("scrypt($module, /, password, *, salt=None, n=None, r=None, p=None,\n       maxmem=0, dklen=64)", "A key made from a password by scrypt."),
};
#undef KNOWN

Status load_libcrypto(Thread& thread) {
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
  void* library = dlopen("libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION), RTLD_NOW | RTLD_LOCAL);
#undef TEXT
#undef TEXT_OF
  if (!library) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
#define X(name)                                                            \
  crypto.name = reinterpret_cast<decltype(crypto.name)>(dlsym(library, #name)); \
  if (!crypto.name) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
  LIBCRYPTO_FUNCTIONS(X)
#undef X
  return nothing;
}

void define_hash_types(Module& module) {
  TypeSpec hash;
  hash.doc = "A digest of OpenSSL: copy(), digest(), hexdigest(), update(); block_size, digest_size, name.";
  hash.instance_bytes = sizeof(HashObject);
  hash.flags = Type::kBaseType | Type::kDisallowInstantiation | Type::kImmutable | Type::kReleasesResource;
  hash.slots.repr = repr_hash;
  hash.slots.finalize = finalize_hash;
  hash.methods = hash_methods;
  module_add_type(module, define_type(ModuleKind::OpensslHash, hash));
  hash.doc = "A digest of OpenSSL of any length: copy(), digest(length), hexdigest(length), update().";
  hash.slots.repr = nullptr;
  hash.methods = xof_methods;
  module_add_type(module, define_type(ModuleKind::OpensslXof, hash));
  TypeSpec hmac;
  hmac.doc = "A keyed-hash message authentication code: copy(), digest(), hexdigest(), update(msg).";
  hmac.instance_bytes = sizeof(HmacObject);
  hmac.flags = Type::kDisallowInstantiation | Type::kImmutable | Type::kReleasesResource;
  hmac.slots.repr = repr_hmac;
  hmac.slots.finalize = finalize_hmac;
  hmac.methods = hmac_methods;
  module_add_type(module, define_type(ModuleKind::OpensslHmac, hmac));
}

Status add_names(Thread& thread, Module& module) {
  constructor_names = make_dict();
  for (const DigestName& name : digest_names) {
    const Value constructor = dict_get_str(*module.dict, std::string("openssl_") + name.python);
    if (!constructor.is_unbound()) TRY(dict_set(thread, *constructor_names, constructor, make_str(name.python)));
  }
  module_add(module, "_constructors", make_mapping_proxy(constructor_names));
  std::vector<std::string> found;
  crypto.EVP_MD_do_all_provided(
      nullptr,
      [](EVP_MD* algorithm, void* names) {
        if (const char* name = python_name(algorithm)) static_cast<std::vector<std::string>*>(names)->push_back(name);
      },
      &found);
  List* names = make_list();
  for (const std::string& name : found) {
    if (name != "undefined") TRY(list_append(thread, *names, make_str(name)));
  }
  module_add(module, "openssl_md_meth_names", TRY(call(thread, &type_of_kind(Kind::Frozenset), {names})));
  return nothing;
}

Status initialize(Thread& thread, Module& module) {
  TRY(load_libcrypto(thread));
  define_hash_types(module);
  unsupported_digest = Value(TRY(add_exception(thread, module, "_hashlib", "UnsupportedDigestmodError", ValueError)));
  return add_names(thread, module);
}

}  // namespace

extern const ModuleSpec hashlib_module = {"_hashlib", "The digests of OpenSSL, for hashlib.", functions, initialize};

}  // namespace minipy
