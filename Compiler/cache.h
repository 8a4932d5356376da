// The bytecode cache: __pycache__/NAME.minipy-311[.opt-N].pyc, as PEP 3147, 488 and 552 have it.
// See docs/cache.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "Objects/code.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

inline constexpr uint32_t kBytecodeMagic = 3495 | '\r' << 16 | '\n' << 24;  // CPython 3.11's: the code is the same
inline constexpr size_t kCacheHeaderSize = 16;
inline constexpr std::string_view kCacheTag = "minipy-311";
inline constexpr std::string_view kForeignCacheTag = "cpython-311";  // read, never written

uint64_t source_hash(std::string_view source);  // SipHash-1-3 keyed by the magic number

enum class CheckHash { Default, Always, Never };

struct CacheSettings {
  bool may_write = true;          // not -B
  CheckHash check_hash = CheckHash::Default;
  std::string optimization;       // "", "1", "2": -O
  std::string prefix;             // sys.pycache_prefix, or empty
};

// Where the cached form of a source file lies; empty if it can have none.
std::string cache_path(std::string_view source_path, const CacheSettings& settings, std::string_view tag = kCacheTag);

struct SourceStamp {
  int64_t modified;  // whole seconds
  int64_t size;
  uint32_t mode;
};
std::optional<SourceStamp> stamp_of(const std::string& path);
std::optional<std::string> read_file(const std::string& path);

// The code in `data` (a whole .pyc) if it belongs to this source: nullptr if it is stale or damaged.
// `source` is read when a hash has to be compared.
Code* code_from_cache(Thread& thread, std::string_view data, const std::string& source_path, const SourceStamp& stamp,
                      const CacheSettings& settings, std::optional<std::string>& source);

// Compiles source text that was read from a file.
using CompileCallback = Result<Code*> (*)(Thread& thread, std::string_view source, Str* filename);

// The code of a source file: from its cache if that is valid, else compiled, and then cached.
// OSError if the file cannot be read. A cache that cannot be read or written is no error.
Result<Code*> code_of_source_file(Thread& thread, Str* source_path, const CacheSettings& settings,
                                  CompileCallback compile);

// Replaces the file as a whole or not at all. False if that was not possible.
bool write_file_atomically(const std::string& path, std::string_view data, uint32_t mode);
// Sets co_filename of the code and of all that it contains.
void set_code_filename(Code& code, Str* filename);

}  // namespace minipy
