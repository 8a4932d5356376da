#include "Compiler/cache.h"

#include <cstring>

#include "Compiler/marshal.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

// SipHash with one round a word and three at the end (Aumasson, Bernstein 2012).
class SipHash13 {
 public:
  SipHash13(uint64_t key0, uint64_t key1)
      : v0_(key0 ^ 0x736f6d6570736575), v1_(key1 ^ 0x646f72616e646f6d), v2_(key0 ^ 0x6c7967656e657261),
        v3_(key1 ^ 0x7465646279746573) {}

  uint64_t hash(std::string_view data) {
    const size_t size = data.size();
    for (; data.size() >= 8; data.remove_prefix(8)) {
      uint64_t word;
      std::memcpy(&word, data.data(), 8);
      absorb(word);
    }
    uint64_t last = static_cast<uint64_t>(size) << 56, tail = 0;
    std::memcpy(&tail, data.data(), data.size());
    absorb(last | tail);
    v2_ ^= 0xff;
    for (int i = 0; i < 3; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  void absorb(uint64_t word) {
    v3_ ^= word;
    round();
    v0_ ^= word;
  }
  void round() {
    v0_ += v1_, v1_ = rotate(v1_, 13) ^ v0_, v0_ = rotate(v0_, 32);
    v2_ += v3_, v3_ = rotate(v3_, 16) ^ v2_;
    v0_ += v3_, v3_ = rotate(v3_, 21) ^ v0_;
    v2_ += v1_, v1_ = rotate(v1_, 17) ^ v2_, v2_ = rotate(v2_, 32);
  }
  uint64_t v0_, v1_, v2_, v3_;
};

uint32_t word_at(std::string_view data, size_t at) {
  uint32_t word;
  std::memcpy(&word, data.data() + at, 4);
  return word;
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

uint64_t source_hash(std::string_view source) { return SipHash13(kBytecodeMagic, 0).hash(source); }

// importlib.util.cache_from_source(): the extension goes, the tag comes.
std::string cache_path(std::string_view source_path, const CacheSettings& settings, std::string_view tag) {
  const std::string_view name = file_name(source_path);
  if (name.empty()) return {};
  std::string folder(source_path.substr(0, source_path.size() - name.size()));
  const size_t dot = name.rfind('.');
  std::string cached(dot == name.npos ? name : dot == 0 ? name.substr(1) : name.substr(0, dot));
  if (dot != name.npos) cached += ".";
  cached += tag;
  if (!settings.optimization.empty()) cached += ".opt-" + settings.optimization;
  cached += ".pyc";
  if (settings.prefix.empty()) return folder + "__pycache__/" + cached;
  if (source_path[0] != '/') return {};  // the caller knows absolute paths only
  return settings.prefix + folder + cached;
}

void set_code_filename(Code& code, Str* filename) {
  code.filename = filename;
  for (const Value constant : code.constants->view()) {
    if (is_exact(constant, Kind::Code)) set_code_filename(*constant.as<Code>(), filename);
  }
}

namespace {

enum HeaderFlags : uint32_t { kHashBased = 1, kCheckSource = 2 };

// PEP 552: magic number, flags, then mtime and size of the source or its hash.
bool is_fresh(std::string_view data, const std::string& source_path, const SourceStamp& stamp,
              const CacheSettings& settings, std::optional<std::string>& source) {
  if (data.size() < kCacheHeaderSize || word_at(data, 0) != kBytecodeMagic) return false;
  const uint32_t flags = word_at(data, 4);
  if (flags & ~uint32_t{kHashBased | kCheckSource}) return false;
  if (!(flags & kHashBased)) {
    return word_at(data, 8) == static_cast<uint32_t>(stamp.modified) && word_at(data, 12) == static_cast<uint32_t>(stamp.size);
  }
  if (settings.check_hash == CheckHash::Never) return true;
  if (!(flags & kCheckSource) && settings.check_hash != CheckHash::Always) return true;
  if (!source) source = read_file(source_path);
  if (!source) return false;
  const uint64_t expected = source_hash(*source);
  return std::memcmp(data.data() + 8, &expected, 8) == 0;
}

void append_word(std::string& data, uint32_t word) { data.append(reinterpret_cast<const char*>(&word), 4); }

// What to write for code compiled from `source`; a hash-based file stays one (`old_flags`).
Result<std::string> cache_contents(Thread& thread, Code& code, const SourceStamp& stamp, std::string_view source,
                                   uint32_t old_flags) {
  std::string data;
  append_word(data, kBytecodeMagic);
  append_word(data, old_flags);
  if (old_flags & kHashBased) {
    const uint64_t hash = source_hash(source);
    data.append(reinterpret_cast<const char*>(&hash), 8);
  } else {
    append_word(data, static_cast<uint32_t>(stamp.modified));
    append_word(data, static_cast<uint32_t>(source.size()));
  }
  data += TRY(marshal_dump(thread, &code));
  return data;
}

}  // namespace

Code* code_from_cache(Thread& thread, std::string_view data, const std::string& source_path, const SourceStamp& stamp,
                      const CacheSettings& settings, std::optional<std::string>& source) {
  if (!is_fresh(data, source_path, stamp, settings, source)) return nullptr;
  const Value code = marshal_load(thread, data.substr(kCacheHeaderSize));
  if (code.is_empty()) {
    take_exception(thread);  // damaged: the source will do
    return nullptr;
  }
  return is_exact(code, Kind::Code) ? code.as<Code>() : nullptr;
}

Result<Code*> code_of_source_file(Thread& thread, Str* source_name, const CacheSettings& settings,
                                  CompileCallback compile) {
  const std::string source_path = TRY(to_filename(thread, source_name));
  const std::optional<SourceStamp> stamp = stamp_of(source_path);
  const std::string own_path = cache_path(source_path, settings);
  std::optional<std::string> source;
  uint32_t old_flags = 0;
  if (stamp && !own_path.empty()) {
    for (const std::string& path : {own_path, cache_path(source_path, settings, kForeignCacheTag)}) {
      const std::optional<std::string> data = read_file(path);
      if (!data) continue;
      if (Code* code = code_from_cache(thread, *data, source_path, *stamp, settings, source)) {
        if (!equal(code->filename, source_name)) set_code_filename(*code, source_name);
        return code;
      }
      if (path == own_path && data->size() >= kCacheHeaderSize && word_at(*data, 0) == kBytecodeMagic) {
        old_flags = word_at(*data, 4) & (kHashBased | kCheckSource);
      }
    }
  }
  if (!source) source = read_file(source_path);
  if (!source) return raise_os_error(thread, errno, source_name);
  Code* code = TRY(compile(thread, *source, source_name));
  if (settings.may_write && stamp && !own_path.empty()) {
    auto data = cache_contents(thread, *code, *stamp, *source, old_flags);
    if (data.failed()) {
      take_exception(thread);
    } else {
      write_file_atomically(own_path, data.value(), (stamp->mode | 0200) & 0666);
    }
  }
  return code;
}

}  // namespace minipy
