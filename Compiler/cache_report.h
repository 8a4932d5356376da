// Why a cache file was used or not: what `python -m cache why` and -X cachelog show.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace minipy {

struct CacheCheck {
  std::string file;   // what was looked at
  std::string check;  // "present", "magic", "timestamp", "checksum", ...
  bool passed;
  std::string detail;  // the values compared
};

struct CacheReport {
  std::vector<CacheCheck> checks;
  std::string outcome;  // "read", "compiled", "compiled and written", ...
  std::string file;     // which file was used or written

  void add(std::string_view path, std::string_view check, bool passed, std::string detail = {}) {
    checks.push_back({std::string(path), std::string(check), passed, std::move(detail)});
  }
};

// -X cachelog[=FILE]: a line for each decision. Off without a file name; "" is stderr.
bool open_cache_log(const std::string& file_name);
bool is_cache_logged();
void log_cache_decision(std::string_view source_path, const CacheReport& report);

}  // namespace minipy
