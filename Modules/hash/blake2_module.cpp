// _blake2: BLAKE2b and BLAKE2s with keys, salts and the tree mode.
#include <cstring>

#include "Modules/hash/hash_support.h"
#include "Modules/native_modules.h"
#include "Objects/copy_bytes.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

template <typename Word>
struct Blake2Object : Object {
  digest::Blake2<Word> hash;
};

template <typename Word>
constexpr bool is_big = sizeof(Word) == 8;
template <typename Word>
constexpr Kind kind_of = is_big<Word> ? ModuleKind::Blake2b : ModuleKind::Blake2s;

#define PARAMETERS                                                                     \
  "key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n"                   \
  "        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n"              \
  "        usedforsecurity=True)"
const MethodRow constructors[] = {
    constructor("blake2b(data=b'', /, *, digest_size=64, " PARAMETERS),
    constructor("blake2s(data=b'', /, *, digest_size=32, " PARAMETERS),
};

Result<uint64_t> unsigned_argument(Thread& thread, Value value, uint64_t largest, const char* too_large) {
  const Value number = TRY(number_index(thread, value));
  if (int_sign(number) < 0) return raise(thread, ValueError, "value must be positive");
  const std::optional<uint64_t> converted = int_to_uint64(number);
  if (!converted) return raise(thread, OverflowError, "int too big to convert");
  if (*converted > largest) return raise(thread, OverflowError, "{}", too_large);
  return *converted;
}

template <typename Word>
Status small_argument(Thread& thread, Value value, int least, int most, const char* message, uint8_t& out) {
  const int number = TRY(argument_int(thread, value));
  if (number < least || number > most) return raise(thread, ValueError, "{} {}", message, most);
  out = static_cast<uint8_t>(number);
  return nothing;
}

Status copy_parameter(Thread& thread, Value value, size_t largest, const char* what, uint8_t* to, uint8_t* size) {
  BufferLease lease(thread);
  TRY(lease.acquire(value));
  if (lease.size() > largest) return raise(thread, ValueError, "maximum {} length is {} bytes", what, largest);
  copy_bytes(to, lease);
  if (size) *size = static_cast<uint8_t>(lease.size());
  return nothing;
}

// The arguments of the constructor in their order: data, digest_size, key, salt, person, fanout, depth, leaf_size,
// node_offset, node_depth, inner_size, last_node, usedforsecurity.
template <typename Word>
Status read_parameters(Thread& thread, const Value* values, digest::Blake2Parameters& parameters, uint8_t* key) {
  using Hash = digest::Blake2<Word>;
  const int longest = static_cast<int>(Hash::kLongest);
  const int digest_size = TRY(argument_int(thread, values[1]));
  if (digest_size < 1 || digest_size > longest) {
    return raise(thread, ValueError, "digest_size must be between 1 and {} bytes", longest);
  }
  parameters.digest_size = static_cast<uint8_t>(digest_size);
  TRY(copy_parameter(thread, values[3], Hash::kSalt, "salt", parameters.salt, nullptr));
  TRY(copy_parameter(thread, values[4], Hash::kSalt, "person", parameters.person, nullptr));
  TRY(small_argument<Word>(thread, values[5], 0, 255, "fanout must be between 0 and", parameters.fanout));
  TRY(small_argument<Word>(thread, values[6], 1, 255, "depth must be between 1 and", parameters.depth));
  parameters.leaf_size = static_cast<uint32_t>(TRY(unsigned_argument(thread, values[7], UINT32_MAX, "leaf_size is too large")));
  parameters.node_offset = TRY(unsigned_argument(thread, values[8], is_big<Word> ? UINT64_MAX : (uint64_t{1} << 48) - 1,
                                                 "node_offset is too large"));
  TRY(small_argument<Word>(thread, values[9], 0, 255, "node_depth must be between 0 and", parameters.node_depth));
  TRY(small_argument<Word>(thread, values[10], 0, longest, "inner_size must be between 0 and is", parameters.inner_size));
  parameters.last_node = TRY(truth(thread, values[11]));
  return copy_parameter(thread, values[2], Hash::kLongest, "key", key, &parameters.key_size);
}

template <typename Word>
Value make_blake2(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  Value values[13];
  TRY(bind(thread, constructors[!is_big<Word>], arguments, count, keyword_names, values));
  digest::Blake2Parameters parameters;
  uint8_t key[digest::Blake2<Word>::kLongest];
  TRY(read_parameters<Word>(thread, values, parameters, key));
  BufferLease lease(thread);
  TRY(acquire_hashed(thread, lease, values[0]));
  auto* made = new_hash<Blake2Object<Word>>(kind_of<Word>);
  made->hash.start(parameters, key);
  made->hash.update(lease.data(), lease.size());
  return made;
}

template <typename Word>
Value copy(Blake2Object<Word>& self) {
  auto* made = new_hash<Blake2Object<Word>>(self.kind);
  made->hash = self.hash;
  return made;
}
template <typename Word>
Value get_digest(Thread& thread, Blake2Object<Word>& self) {
  digest::Blake2<Word> last = self.hash;
  uint8_t out[digest::kLongestDigest];
  last.finish(out);
  return digest_bytes(thread, out, last.digest_size);
}
template <typename Word>
Value get_hex_digest(Blake2Object<Word>& self) {
  digest::Blake2<Word> last = self.hash;
  uint8_t out[digest::kLongestDigest];
  last.finish(out);
  return hexadecimal(out, last.digest_size);
}
template <typename Word>
Status update(Thread& thread, Blake2Object<Word>& self, Value data) {
  BufferLease lease(thread);
  TRY(acquire_hashed(thread, lease, data));
  self.hash.update(lease.data(), lease.size());
  return nothing;
}
template <typename Word>
size_t block_size(Blake2Object<Word>&) { return digest::Blake2<Word>::kBlock; }
template <typename Word>
size_t digest_size(Blake2Object<Word>& self) { return self.hash.digest_size; }
template <typename Word>
Value name(Blake2Object<Word>&) { return make_str(is_big<Word> ? "blake2b" : "blake2s"); }

template <typename Word>
const MethodRow methods[] = {
    method<copy<Word>>("copy($self, /)", "A copy of the hash object."),
    method<get_digest<Word>>("digest($self, /)", "The digest of everything so far, as bytes."),
    method<get_hex_digest<Word>>("hexdigest($self, /)", "The digest of everything so far, in hexadecimal digits."),
    method<update<Word>>("update($self, data, /)", "Add bytes to what is digested."),
    getter<block_size<Word>>("block_size", nullptr),
    getter<digest_size<Word>>("digest_size", nullptr),
    getter<name<Word>>("name", nullptr),
};

template <typename Word>
void define_blake2(Module& module, const char* doc, const char* prefix) {
  TypeSpec spec;
  spec.doc = doc;
  spec.instance_bytes = sizeof(Blake2Object<Word>);
  spec.flags = Type::kImmutable;
  spec.slots.make = make_blake2<Word>;
  spec.methods = methods<Word>;
  Type& type = define_type(kind_of<Word>, spec);
  module_add_type(module, type);
  const auto constant = [&](const char* name, size_t value) {
    dict_set_str(type_dict(type), name, make_int(static_cast<int64_t>(value)));
    module_add(module, (std::string(prefix) + name).c_str(), make_int(static_cast<int64_t>(value)));
  };
  constant("SALT_SIZE", digest::Blake2<Word>::kSalt);
  constant("PERSON_SIZE", digest::Blake2<Word>::kSalt);
  constant("MAX_KEY_SIZE", digest::Blake2<Word>::kLongest);
  constant("MAX_DIGEST_SIZE", digest::Blake2<Word>::kLongest);
}

Status initialize(Thread&, Module& module) {
  define_blake2<uint64_t>(module, "blake2b(data=b'', /, *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,\n        " PARAMETERS
                          "\n--\n\nA BLAKE2b digest, of up to 64 bytes.", "BLAKE2B_");
  define_blake2<uint32_t>(module, "blake2s(data=b'', /, *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,\n        " PARAMETERS
                          "\n--\n\nA BLAKE2s digest, of up to 32 bytes.", "BLAKE2S_");
  return nothing;
}

}  // namespace

extern const ModuleSpec blake2_module = {"_blake2", "The BLAKE2 digests of hashlib.", {}, initialize};

}  // namespace minipy
