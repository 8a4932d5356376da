#include "Compiler/cache_report.h"

#include <fcntl.h>
#include <unistd.h>

namespace minipy {

namespace {

int log_descriptor = -1;

}  // namespace

bool open_cache_log(const std::string& file_name) {
  log_descriptor = file_name.empty()
                       ? STDERR_FILENO
                       : open(file_name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  return log_descriptor >= 0;
}

bool is_cache_logged() {
  return log_descriptor >= 0;
}

// One write a line: several processes may log to one file.
void log_cache_decision(std::string_view source_path, const CacheReport& report) {
  std::string line = "cache: " + std::string(source_path) + ": " + report.outcome;
  if (!report.file.empty()) line += " " + report.file;
  const char* separator = " (";
  for (const CacheCheck& check : report.checks) {
    if (check.passed) continue;
    line += separator + check.file.substr(check.file.rfind('/') + 1) + ": " + check.check;
    if (!check.detail.empty()) line += ": " + check.detail;
    separator = "; ";
  }
  line += separator[0] == ';' ? ")\n" : "\n";
  if (write(log_descriptor, line.data(), line.size()) < 0) return;  // a log is not worth an error
}

}  // namespace minipy
