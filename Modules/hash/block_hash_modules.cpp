// _md5, _sha1, _sha256, _sha512: what hashlib falls back to, and what random needs at its import.
#include "Modules/hash/hash_support.h"
#include "Modules/native_modules.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

using digest::Algorithm;

struct HashObject : Object {
  digest::BlockHash hash;
};

constexpr Kind kinds[] = {ModuleKind::Md5Hash, ModuleKind::Sha1Hash, ModuleKind::Sha224Hash, ModuleKind::Sha256Hash, ModuleKind::Sha384Hash, ModuleKind::Sha512Hash};
constexpr const char* names[] = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"};

template <Algorithm algorithm>
Value make_hash(Thread& thread, Value data, bool /*used for security*/) {
  BufferLease lease(thread);
  TRY(acquire_hashed(thread, lease, data));
  auto* made = new_hash<HashObject>(kinds[static_cast<int>(algorithm)]);
  made->hash.start(algorithm);
  made->hash.update(lease.data(), lease.size());
  return made;
}

Value copy(HashObject& self) {
  auto* made = new_hash<HashObject>(self.kind);
  made->hash = self.hash;
  return made;
}
Value get_digest(Thread& thread, HashObject& self) {
  digest::BlockHash last = self.hash;
  uint8_t out[digest::kLongestDigest];
  last.finish(out);
  return digest_bytes(thread, out, last.digest_size());
}
Value get_hex_digest(HashObject& self) {
  digest::BlockHash last = self.hash;
  uint8_t out[digest::kLongestDigest];
  last.finish(out);
  return hexadecimal(out, last.digest_size());
}
Status update(Thread& thread, HashObject& self, Value data) {
  BufferLease lease(thread);
  TRY(acquire_hashed(thread, lease, data));
  self.hash.update(lease.data(), lease.size());
  return nothing;
}
size_t block_size(HashObject& self) { return self.hash.block_size(); }
size_t digest_size(HashObject& self) { return self.hash.digest_size(); }
Value name(HashObject& self) { return make_str(names[static_cast<int>(self.hash.algorithm)]); }

const MethodRow methods[] = {
    method<copy>("copy($self, /)", "A copy of the hash object."),
    method<get_digest>("digest($self, /)", "The digest of everything so far, as bytes."),
    method<get_hex_digest>("hexdigest($self, /)", "The digest of everything so far, in hexadecimal digits."),
    method<update>("update($self, obj, /)", "Add bytes to what is digested."),
    getter<block_size>("block_size", nullptr),
    getter<digest_size>("digest_size", nullptr),
    getter<name>("name", nullptr),
};

Type& define_hash(Algorithm algorithm) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(HashObject);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable;
  spec.methods = methods;
  return define_type(kinds[static_cast<int>(algorithm)], spec);
}

#define HASH_FUNCTION(algorithm, name) \
  function<make_hash<Algorithm::algorithm>>(name "($module, /, string=b'', *, usedforsecurity=True)", "A new " #algorithm " hash object, with some bytes in it perhaps.")
const MethodRow md5_functions[] = {HASH_FUNCTION(Md5, "md5")};
const MethodRow sha1_functions[] = {HASH_FUNCTION(Sha1, "sha1")};
const MethodRow sha256_functions[] = {HASH_FUNCTION(Sha256, "sha256"), HASH_FUNCTION(Sha224, "sha224")};
const MethodRow sha512_functions[] = {HASH_FUNCTION(Sha512, "sha512"), HASH_FUNCTION(Sha384, "sha384")};
#undef HASH_FUNCTION

Status initialize_md5(Thread&, Module& module) {
  module_add(module, "MD5Type", &define_hash(Algorithm::Md5));
  return nothing;
}
Status initialize_sha1(Thread&, Module& module) {
  module_add(module, "SHA1Type", &define_hash(Algorithm::Sha1));
  return nothing;
}
Status initialize_sha256(Thread&, Module& module) {
  module_add(module, "SHA224Type", &define_hash(Algorithm::Sha224));
  module_add(module, "SHA256Type", &define_hash(Algorithm::Sha256));
  return nothing;
}
// 3.11 gives the name SHA384Type to the type of sha512, too, and SHA512Type to none.
Status initialize_sha512(Thread&, Module& module) {
  define_hash(Algorithm::Sha384);
  module_add(module, "SHA384Type", &define_hash(Algorithm::Sha512));
  return nothing;
}

}  // namespace

extern const ModuleSpec md5_module = {"_md5", nullptr, md5_functions, initialize_md5};
extern const ModuleSpec sha1_module = {"_sha1", nullptr, sha1_functions, initialize_sha1};
extern const ModuleSpec sha256_module = {"_sha256", nullptr, sha256_functions, initialize_sha256};
extern const ModuleSpec sha512_module = {"_sha512", nullptr, sha512_functions, initialize_sha512};

}  // namespace minipy
