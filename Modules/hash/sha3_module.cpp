// _sha3: the SHA-3 digests and the SHAKE functions.
#include <vector>

#include "Modules/hash/hash_support.h"
#include "Modules/native_modules.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

struct SpongeObject : Object {
  digest::Sponge sponge;
};

struct Variant {
  Kind kind;
  const char* name;
  uint32_t rate, digest_size;  // in bytes; 0 for SHAKE, whose digests are as long as one likes
  uint8_t suffix;
};
const Variant variants[] = {
    {ModuleKind::Sha3_224, "sha3_224", 144, 28, 6}, {ModuleKind::Sha3_256, "sha3_256", 136, 32, 6},
    {ModuleKind::Sha3_384, "sha3_384", 104, 48, 6}, {ModuleKind::Sha3_512, "sha3_512", 72, 64, 6},
    {ModuleKind::Shake128, "shake_128", 168, 0, 0x1f}, {ModuleKind::Shake256, "shake_256", 136, 0, 0x1f},
};
const Variant& variant_of(const Type& type) {
  for (const Variant& variant : variants) {
    if (variant.kind == type.instance_kind) return variant;
  }
  MP_UNREACHABLE();
}
const Variant& variant_of(const SpongeObject& self) { return variant_of(type_of_kind(self.kind)); }

const MethodRow constructors[] = {
    constructor("sha3_224(data=b'', /, *, usedforsecurity=True)"), constructor("sha3_256(data=b'', /, *, usedforsecurity=True)"),
    constructor("sha3_384(data=b'', /, *, usedforsecurity=True)"), constructor("sha3_512(data=b'', /, *, usedforsecurity=True)"),
    constructor("shake_128(data=b'', /, *, usedforsecurity=True)"), constructor("shake_256(data=b'', /, *, usedforsecurity=True)"),
};

Value make_sponge(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  const Variant& variant = variant_of(type);
  Value values[2];
  TRY(bind(thread, constructors[&variant - variants], arguments, count, keyword_names, values));
  TRY(truth(thread, values[1]));
  BufferLease lease(thread);
  TRY(acquire_hashed(thread, lease, values[0]));
  auto* made = new_hash<SpongeObject>(variant.kind);
  made->sponge.start(variant.rate, variant.suffix);
  made->sponge.update(lease.data(), lease.size());
  return made;
}

Value copy(SpongeObject& self) {
  auto* made = new_hash<SpongeObject>(self.kind);
  made->sponge = self.sponge;
  return made;
}
Status update(Thread& thread, SpongeObject& self, Value data) {
  BufferLease lease(thread);
  TRY(acquire_hashed(thread, lease, data));
  self.sponge.update(lease.data(), lease.size());
  return nothing;
}

Result<GrowingBytes> squeeze(Thread& thread, const SpongeObject& self, size_t size) {
  digest::Sponge last = self.sponge;
  GrowingBytes out;
  char* const room = out.room(size);
  if (!room) return raise_memory_error(thread);
  last.finish(reinterpret_cast<uint8_t*>(room), size);
  out.grow_by(size);
  return out;
}
Value fixed_digest(Thread& thread, SpongeObject& self) {
  return bytes_result(thread, TRY(squeeze(thread, self, variant_of(self).digest_size)));
}
Value fixed_hex_digest(Thread& thread, SpongeObject& self) {
  return hexadecimal(TRY(squeeze(thread, self, variant_of(self).digest_size)));
}

Result<size_t> shake_length(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  if (int_sign(number) < 0) return raise(thread, ValueError, "value must be positive");
  const std::optional<uint64_t> length = int_to_uint64(number);
  if (!length) return raise(thread, OverflowError, "int too big to convert");
  if (*length >= (1u << 29)) return raise(thread, ValueError, "length is too large");
  return static_cast<size_t>(*length);
}
Value shake_digest(Thread& thread, SpongeObject& self, Value length) {
  return bytes_result(thread, TRY(squeeze(thread, self, TRY(shake_length(thread, length)))));
}
Value shake_hex_digest(Thread& thread, SpongeObject& self, Value length) {
  return hexadecimal(TRY(squeeze(thread, self, TRY(shake_length(thread, length)))));
}

size_t block_size(SpongeObject& self) { return self.sponge.rate; }
size_t digest_size(SpongeObject& self) { return variant_of(self).digest_size; }
Value name(SpongeObject& self) { return make_str(variant_of(self).name); }
size_t capacity_bits(SpongeObject& self) { return 1600 - self.sponge.rate * 8; }
size_t rate_bits(SpongeObject& self) { return self.sponge.rate * 8; }
Value suffix(Thread& thread, SpongeObject& self) { return digest_bytes(thread, &self.sponge.suffix, 1); }

#define SHARED_ROWS                                                         \
  method<copy>("copy($self, /)", "A copy of the hash object."),             \
  method<update>("update($self, data, /)", "Add bytes to what is digested."), \
  getter<block_size>("block_size", nullptr), getter<digest_size>("digest_size", nullptr), \
  getter<name>("name", nullptr), getter<capacity_bits>("_capacity_bits", nullptr), \
  getter<rate_bits>("_rate_bits", nullptr), getter<suffix>("_suffix", nullptr)
const MethodRow fixed_methods[] = {
    SHARED_ROWS,
    method<fixed_digest>("digest($self, /)", "The digest of everything so far, as bytes."),
    method<fixed_hex_digest>("hexdigest($self, /)", "The digest of everything so far, in hexadecimal digits."),
};
const MethodRow shake_methods[] = {
    SHARED_ROWS,
    method<shake_digest>("digest($self, length, /)", "The first length bytes of the digest."),
    method<shake_hex_digest>("hexdigest($self, length, /)", "The first length bytes of the digest, in hexadecimal digits."),
};
#undef SHARED_ROWS

Status initialize(Thread&, Module& module) {
  for (const Variant& variant : variants) {
    TypeSpec spec;
    spec.doc = variant.digest_size ? "A SHA-3 digest: copy(), digest(), hexdigest(), update(data)."
                                   : "A SHAKE digest: copy(), digest(length), hexdigest(length), update(data).";
    spec.instance_bytes = sizeof(SpongeObject);
    spec.flags = Type::kImmutable;
    spec.slots.make = make_sponge;
    if (variant.digest_size) spec.methods = fixed_methods;
    else spec.methods = shake_methods;
    module_add_type(module, define_type(variant.kind, spec));
  }
  module_add(module, "keccakopt", Value::from_int(0));
  module_add(module, "implementation", make_str("sponge"));
  return nothing;
}

}  // namespace

extern const ModuleSpec sha3_module = {"_sha3", nullptr, {}, initialize};

}  // namespace minipy
