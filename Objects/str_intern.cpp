// Hashing and interning of strings.
#include <sys/random.h>

#include <cstdlib>

#include "Objects/gc.h"
#include "Objects/static_objects.h"
#include "Objects/str_access.h"
#include "Objects/text/siphash.h"

namespace minipy {
namespace {

HashKey hash_key;
bool has_hash_key = false;

HashKey random_key() {
  HashKey key{};
  if (getrandom(&key, sizeof key, GRND_NONBLOCK) != sizeof key) {
    key = hash_key_from_seed(static_cast<uint32_t>(reinterpret_cast<uintptr_t>(&key) >> 4) | 1);
  }
  return key;
}

// A seed that is no number of the right size is reported where the command line is read.
void choose_key_from_environment() {
  const char* const text = getenv("PYTHONHASHSEED");
  char* end = nullptr;
  const unsigned long long seed = text != nullptr ? strtoull(text, &end, 10) : 0;
  const bool is_number = text != nullptr && *text != '\0' && *end == '\0' && seed <= UINT32_MAX;
  choose_hash_seed(is_number ? std::optional(static_cast<uint32_t>(seed)) : std::nullopt);
}

StaticStrings static_strings;

// The static string of this ASCII text, or null.
Str* find_static(std::string_view text) {
  if (static_strings.places == nullptr) return nullptr;
  for (uint32_t i = static_string_hash(text);; ++i) {
    const uint32_t place = static_strings.places[i & static_strings.mask];
    if (place == 0) return nullptr;
    auto* const candidate = reinterpret_cast<const Str*>(static_strings.base + size_t{place} * 16);
    if (candidate->ascii_view() == text) return const_cast<Str*>(candidate);
  }
}

// Open addressing over addresses of strings, in memory that the collector scans.
struct InternTable {
  Str** places = nullptr;
  size_t capacity = 0;  // A power of two.
  size_t count = 0;
};
InternTable interned;

Str** find_place(const InternTable& table, uint64_t hash) {
  return table.places + (hash & (table.capacity - 1));
}

Str** next_place(const InternTable& table, Str** place) {
  return place + 1 == table.places + table.capacity ? table.places : place + 1;
}

void grow() {
  InternTable larger;
  larger.capacity = interned.capacity == 0 ? 4096 : interned.capacity * 2;
  larger.count = interned.count;
  larger.places = static_cast<Str**>(gc_allocate_scanned_buffer(larger.capacity * sizeof(Str*)));
  if (larger.places == nullptr) return;
  for (size_t i = 0; i < interned.capacity; ++i) {
    if (interned.places[i] == nullptr) continue;
    Str** place = find_place(larger, static_cast<uint64_t>(interned.places[i]->cached_hash));
    while (*place != nullptr) place = next_place(larger, place);
    *place = interned.places[i];
  }
  interned = larger;
}

// The place of the string for which `is_same` holds, or a free one.
template <typename IsSame>
Str** find_interned(int64_t hash, IsSame is_same) {
  if (interned.count * 3 >= interned.capacity * 2) grow();
  Str** place = find_place(interned, static_cast<uint64_t>(hash));
  while (*place != nullptr && !((*place)->cached_hash == hash && is_same(*place))) {
    place = next_place(interned, place);
  }
  return place;
}

Str* add_interned(Str** place, Str* text, int64_t hash) {
  text->cached_hash = hash;
  text->flags |= Str::kInterned;
  *place = text;
  ++interned.count;
  return text;
}

bool is_ascii_text(std::string_view text) {
  for (const char c : text) {
    if (c & 0x80) return false;
  }
  return true;
}

Str* look_up_interned(std::string_view utf8) {
  if (!is_ascii_text(utf8)) return intern(make_str(utf8));
  if (Str* const known = find_static(utf8)) return known;
  const int64_t hash = hash_bytes(utf8.data(), utf8.size());
  Str** const place = find_interned(hash, [&](const Str* other) { return equal(other, utf8); });
  if (*place != nullptr) return *place;
  Str* const text = allocate_str(utf8.size(), 0x7F);
  memcpy(text->mutable_data(), utf8.data(), utf8.size());
  return add_interned(place, text, hash);
}

}  // namespace

void adopt_static_strings(const StaticStrings& strings) { static_strings = strings; }

void choose_hash_seed(std::optional<uint32_t> seed) {
  hash_key = seed ? hash_key_from_seed(*seed) : random_key();
  has_hash_key = true;
}

// As CPython: no hash is -1, and the empty text has hash 0.
int64_t hash_bytes(const void* data, size_t size) {
  if (size == 0) return 0;
  if (!has_hash_key) choose_key_from_environment();
  const auto hash = static_cast<int64_t>(siphash13(hash_key, data, size));
  return hash == -1 ? -2 : hash;
}

int64_t hash_of(const Str* text) {
  if (text->cached_hash != 0) return text->cached_hash;
  const int64_t hash = hash_bytes(text->data(), text->byte_size());
  const_cast<Str*>(text)->cached_hash = hash;
  return hash;
}

Str* intern(Str* text) {
  if (text->is_interned()) return text;
  if (text->is_ascii()) {
    if (Str* const known = find_static(text->ascii_view())) return known;
  }
  const int64_t hash = hash_of(text);
  Str** const place = find_interned(hash, [&](const Str* other) { return equal(other, text); });
  if (*place != nullptr) return *place;
  if (text->is_shared()) {  // A buffer that may be much larger is not worth keeping.
    Str* const copy = allocate_str(text->length(), largest_for(*text));
    memcpy(copy->mutable_data(), text->data(), text->byte_size());
    text = copy;
  }
  return add_interned(place, text, hash);
}

Str* intern(std::string_view utf8) {
  // Names in C++ are literals, which stay where they are: the text that was last found for this
  // address is most likely the one. Interned strings never die.
  static Str* recent[256];
  const auto address = reinterpret_cast<uintptr_t>(utf8.data());
  Str*& last = recent[(address ^ address >> 8) & 255];
  if (last != nullptr && equal(last, utf8)) return last;
  return last = look_up_interned(utf8);
}

}  // namespace minipy
