// The bytecode cache: __pycache__/NAME.minipy-311[.opt-N].pyc, as PEP 3147, 488 and 552 have it,
// and a private store for sources that can have no such file. See docs/cache.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "Compiler/cache_report.h"
#include "Objects/code.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

inline constexpr uint32_t kBytecodeMagic =
    3495 | '\r' << 16 | '\n' << 24;  // CPython 3.11's: the code is the same
inline constexpr size_t kCacheHeaderSize = 16;
inline constexpr std::string_view kCacheTag = "minipy-311";
inline constexpr std::string_view kForeignCacheTag = "cpython-311";  // read, never written

uint64_t source_hash(std::string_view source);  // SipHash-1-3 keyed by the magic number

enum class CheckHash { Default, Always, Never };

struct CacheSettings {
  bool may_write = true;  // not -B
  CheckHash check_hash = CheckHash::Default;
  std::string optimization;  // "", "1", "2": -O
  std::string prefix;        // sys.pycache_prefix, or empty
};

// Where the cached form of a source file lies; empty if it can have none.
std::string cache_path(std::string_view source_path, const CacheSettings& settings,
                       std::string_view tag = kCacheTag);

// Compiles source text that was read from a file.
using CompileCallback = Result<Code*> (*)(Thread& thread, std::string_view source, Str* filename);

// The code of a source file: from its cache if that is valid, else compiled, and then cached.
// OSError if the file cannot be read. A cache that cannot be read or written is no error.
Result<Code*> code_of_source_file(Thread& thread, Str* source_path, const CacheSettings& settings,
                                  CompileCallback compile);
// The same decision without its consequences: nothing is compiled or written.
CacheReport explain_source_file(Thread& thread, const std::string& source_path,
                                const CacheSettings& settings);
// Of one cache file alone; its source may be gone.
CacheReport explain_cache_file(Thread& thread, const std::string& cache_file,
                               const std::string& source_path, const CacheSettings& settings);

// The code of source text that has no cache file of its own (a main script, a module in an
// archive): from the private store, else compiled, and then stored unless the compiler had
// something to warn about.
Result<Code*> code_of_source_text(Thread& thread, std::string_view source, Str* filename,
                                  const CacheSettings& settings, CompileCallback compile);
CacheReport explain_source_text(std::string_view source, std::string_view filename,
                                const CacheSettings& settings);

// The code of a .pyc file without a source. ImportError, with file and offset, if it is damaged.
// `may_write`: its checksum is noted, so that later damage is seen.
Result<Code*> code_of_cache_file(Thread& thread, Str* path, Str* module_name, bool may_write);

// A .pyc file was written by other means than the above; `data` is all of it.
void note_written_cache_file(const std::string& path, std::string_view data);

// Sets co_filename of the code and of all that it contains.
void set_code_filename(Code& code, Str* filename);

}  // namespace minipy
