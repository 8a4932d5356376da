// A line of a source file as people are shown it, in error messages and tracebacks.
#pragma once

#include <optional>
#include <string>

namespace minipy {

struct Thread;

std::optional<std::string> read_source(const std::string& path);
// Line `number` (from 1) of the bytes of a source file, in UTF-8 and with the '\n' that ends it. It is decoded as the source
// declares; what cannot be decoded is replaced. Nothing if there is no such line.
std::optional<std::string> source_line_of(Thread& thread, const std::string& contents, int number);

}  // namespace minipy
