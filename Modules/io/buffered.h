// What the files about buffered binary streams share.
#pragma once

#include "Modules/io/io.h"

namespace minipy {

// Keeps others out of a stream: a second thread waits, the same one gets a RuntimeError.
class BufferLock {
 public:
  BufferLock(Thread& thread, Buffered& self) : thread_(thread), self_(self) {}
  ~BufferLock() {
    if (held_) self_.owner = nullptr;
  }
  BufferLock(const BufferLock&) = delete;
  BufferLock& operator=(const BufferLock&) = delete;
  Status acquire();
  Status acquire_whatever_state();  // one that is not initialised, too

 private:
  Thread& thread_;
  Buffered& self_;
  bool held_ = false;
};

Status check_buffered_state(Thread& thread, const Buffered& self);
Status check_buffered_open(Thread& thread, Buffered& self, const char* message);
inline size_t read_ahead(const Buffered& self) { return self.read_end - self.read_position; }
inline void drop_read_ahead(Buffered& self) { self.read_position = self.read_end = 0; }
bool prepare_read_buffer(Buffered& self);

// -1: would block; -2: failed.
ssize_t raw_read_into(Thread& thread, Buffered& self, uint8_t* target, size_t size);
ssize_t raw_write_from(Thread& thread, Buffered& self, const uint8_t* data, size_t size);
ssize_t fill_read_buffer(Thread& thread, Buffered& self);
Result<int64_t> raw_seek(Thread& thread, Buffered& self, int64_t offset, int whence);
Result<int64_t> raw_tell(Thread& thread, Buffered& self);
Status flush_writes(Thread& thread, Buffered& self);
// For a stream that reads and writes: the raw position is where the program thinks it is.
Status flush_and_rewind(Thread& thread, Buffered& self);

std::span<const MethodRow> buffered_read_rows();   // buffered_read.cpp
Value buffered_read_line(Thread& thread, Buffered& self, int64_t limit);

}  // namespace minipy
