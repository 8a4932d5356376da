// What the decompressors of _bz2 and _lzma share: input that waits, output of limited length.
#pragma once

#include <algorithm>

#include "Modules/module_support.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/growing_text.h"

namespace minipy {

constexpr size_t kCompressionStep = 32 * 1024;

// The head of a decompressor's layout. The library's own stream is in malloc memory behind `stream`.
struct DecompressorBase : Object {
  void* stream;       // null before the constructor is through, and from the end of the stream on
  Value unused_data;  // bytes behind the end of the stream
  Value waiting;      // bytes that were given but not taken yet
  bool is_at_end, needs_input;
};

// Runs `step(next_in, avail_in, out, room)` over the waiting and the new input until the stream ends, the input
// is used up, or max_length bytes are there. `step` returns Result<bool>: true at the end of the stream; it moves
// next_in and avail_in along and sets room to what is left of it. close_stream() gives the library's memory back when
// the end is reached: megabytes, which would otherwise wait for the next collection.
template <typename Self, typename Step>
Value decompress_with(Thread& thread, Self& decompressor, Value data, int64_t max_length, Step&& step) {
  DecompressorBase& self = decompressor;
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  if (self.is_at_end) return raise(thread, EOFError, Self::kAtEnd);
  GrowingBytes joined;
  joined += self.waiting.as<Bytes>()->view();
  joined += lease.view();
  if (joined.failed()) return raise_memory_error(thread);
  const char* next_in = joined.data();
  size_t avail_in = joined.size();
  const size_t limit = max_length < 0 ? SIZE_MAX : static_cast<size_t>(max_length);
  GrowingBytes output;
  size_t left;
  for (;;) {
    char buffer[kCompressionStep];
    const size_t room = std::min(sizeof buffer, limit - output.size());
    left = room;
    self.is_at_end = TRY(step(next_in, avail_in, buffer, left));
    output.append(buffer, room - left);
    if (output.failed()) return raise_memory_error(thread);
    if (self.is_at_end || output.size() >= limit || (avail_in == 0 && left > 0)) break;
  }
  if (self.is_at_end) close_stream(decompressor);
  const std::string_view rest(next_in, avail_in);
  self.waiting = self.is_at_end ? Value(empty_bytes()) : TRY(bytes_result(thread, rest));
  if (self.is_at_end) self.unused_data = TRY(bytes_result(thread, rest));
  self.needs_input = !self.is_at_end && avail_in == 0 && left > 0;
  return bytes_result(thread, output);
}

inline Value unused_data_of(DecompressorBase& self) { return self.unused_data; }
inline bool is_at_end(DecompressorBase& self) { return self.is_at_end; }
inline bool needs_input(DecompressorBase& self) { return self.needs_input; }

#define DECOMPRESSOR_MEMBERS                                                                                   \
  member<is_at_end>("eof", "True once the end of the stream has been reached."),                                \
  member<needs_input>("needs_input", "True if more input is needed before there is more output."),              \
  member<unused_data_of>("unused_data", "What came behind the end of the stream.")

}  // namespace minipy
