// _io: layouts of the file objects, and what the files of this folder and other modules share.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "Modules/arguments.h"
#include "Objects/bytes.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/thread.h"

namespace minipy {

constexpr size_t kDefaultBufferSize = 8192;

struct IOBase : Object {
  static constexpr Kind kKind = ModuleKind::IOBase;
  Value attributes;  // the overflow/__dict__ pointer
};

struct FileIO : IOBase {
  static constexpr Kind kKind = ModuleKind::FileIO;
  int descriptor;        // -1: closed
  bool is_initialized, is_created, is_readable, is_writable, is_appending, closes_descriptor, is_finalizing;
  int8_t seekable;       // -1: not known yet
  int block_size;
};

// BufferedReader, BufferedWriter and BufferedRandom. At most one of the two buffers is in use.
struct Buffered : IOBase {
  static constexpr Kind kKind = ModuleKind::BufferedReader;
  Value raw;                 // empty: not initialised, or detached
  uint8_t* read_buffer;      // [read_position, read_end) has been read ahead
  uint8_t* write_buffer;     // [0, write_size) is still to be written
  size_t read_position, read_end, read_capacity;
  size_t write_size, write_capacity;
  size_t buffer_size;
  int64_t position;          // of the raw file, -1: not known
  Thread* owner;             // who is inside, against reentrance by signal handlers and threads
  bool is_initialized, is_detached, is_readable, is_writable, is_finalizing, is_registered;
};

struct BytesIO : IOBase {
  static constexpr Kind kKind = ModuleKind::BytesIO;
  uint8_t* data;
  size_t size, capacity, position, exports;
  Value shared;              // a bytes object with the same contents, until the next write; or empty
  bool is_closed;
};

struct NewlineDecoder : Object {
  static constexpr Kind kKind = ModuleKind::IncrementalNewlineDecoder;
  Value decoder;             // empty: not initialised; None: text comes in
  Value errors;
  bool translates, pending_return;
  uint8_t seen;              // kSeen... bits
};
constexpr uint8_t kSeenReturn = 1, kSeenNewline = 2, kSeenBoth = 4;

// The codecs that TextIOWrapper does itself.
enum class FastCodec : uint8_t { None, Utf8, Ascii, Latin1 };

struct TextIOWrapper : IOBase {
  static constexpr Kind kKind = ModuleKind::TextIOWrapper;
  Value buffer;              // empty: not initialised, or detached
  Value encoding, errors;    // Strs
  Value encoder, decoder;    // incremental codecs, or empty; with a fast codec the decoder is only for newlines
  Value undecoded;           // of a fast codec: bytes of an unfinished character; or empty
  Value read_newline;        // None or a Str
  Value decoded;             // a Str: characters read ahead; or empty
  Value snapshot;            // (decoder flags, bytes since) for tell(); or empty
  size_t decoded_used;
  uint8_t* pending;          // encoded bytes that have not been given to the buffer
  size_t pending_size, pending_capacity;
  size_t chunk_size;
  Value write_newline;       // a Str for "\n", or empty: as it is
  double bytes_per_character;
  bool is_initialized, is_detached, line_buffering, write_through, translates_on_read, is_universal,
      translates_on_write, is_seekable, has_read1, can_read, can_write, telling, is_finalizing, encoder_started, is_registered;
  FastCodec fast_codec;
  uint8_t strict_errors;
};

struct StringIO : IOBase {
  static constexpr Kind kKind = ModuleKind::StringIO;
  void* text;                // as wide as the widest character so far needs
  unsigned shift;            // log2(bytes a character)
  size_t size, capacity, position;  // in characters
  Value newline;             // as given: None or a Str
  Value decoder;             // NewlineDecoder, or empty
  Value write_newline;       // empty: none
  bool is_closed, is_initialized, translates, is_universal;
};

// --- shared (io_base.cpp) ---
extern Type* unsupported_operation;
Failure raise_unsupported(Thread& thread, const char* what);
Status check_open(Thread& thread, Value file);  // "I/O operation on closed file." by the attribute `closed`
Result<bool> is_closed(Thread& thread, Value file);
// Calls `row` (whose first parameter is self) as an __init__.
Status call_init(Thread& thread, const MethodRow& row, Value self, const Value* arguments, size_t count,
                 Value keyword_names);
Value new_io_object(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names);
Result<int64_t> size_argument(Thread& thread, Value size);  // None or negative: -1
void define_io_base_types();
void finalize_file(Thread& thread, Value self);
Result<bool> ask(Thread& thread, Value file, const char* method);  // truth of file.method()

// --- FileIO (file_io.cpp) ---
void define_file_io_type();
// One system call, repeated after signals; -1: would block; -2: failed.
ssize_t file_read(Thread& thread, FileIO& file, void* buffer, size_t size);
ssize_t file_write(Thread& thread, FileIO& file, const void* buffer, size_t size);
// The target of readinto().
inline Status acquire_writable(Thread& thread, BufferLease& buffer, Value target) {
  if (!buffer.acquire(target, Buffer::kWritable).failed()) return nothing;
  if (!catch_exception(thread, BufferError) && !catch_exception(thread, TypeError)) return error;
  return raise(thread, TypeError, "readinto() argument must be read-write bytes-like object, not {}", type_of(target));
}
// Exactly that type, without attributes of its own that hide methods: open() sets `name` and `mode`.
bool is_plain(Value value, Kind kind);
inline bool is_plain_file(Value raw) { return is_plain(raw, ModuleKind::FileIO); }

// --- buffered.cpp, buffered_reader.cpp, ... ---
void define_buffered_types();
void define_buffered_pair_type();
Status buffered_write(Thread& thread, Buffered& self, std::string_view data);
Value buffered_read1(Thread& thread, Buffered& self, int64_t size);
Status buffered_flush(Thread& thread, Buffered& self);
// --- files that are flushed at the end of the program, whoever forgot them (unflushed.cpp) ---
void flush_at_exit(Thread& thread, Value file);
void flush_unwritten_files(Thread& thread);

// --- in memory ---
void define_bytes_io_types();
void define_string_io_type();

// --- text ---
void define_newline_decoder_type();
// Translates or just takes note of newlines; `text` is a Str.
Value decode_newlines(Thread& thread, NewlineDecoder& self, Value text, bool is_final);
Value make_newline_decoder(Thread& thread, Value decoder, bool translates);
Value seen_newlines(uint8_t seen);
Status check_newline(Thread& thread, Value newline);
// The end of the line that starts at `start`: after its newline; npos if it is not complete.
struct LineEnds {
  bool translates, universal;
  const Str* newline;  // nullptr: "\n" alone counts, or universal
};
size_t find_line_end(const Str& text, size_t start, const LineEnds& ends);
void define_text_io_type();
Status text_flush_pending(Thread& thread, TextIOWrapper& self);
Status text_write(Thread& thread, TextIOWrapper& self, const Str& text);
Value text_read_line(Thread& thread, TextIOWrapper& self, int64_t limit);
Status check_text_state(Thread& thread, const TextIOWrapper& self);
Value text_flush(Thread& thread, TextIOWrapper& self);
Status text_reset_encoder(Thread& thread, TextIOWrapper& self, bool at_start);

// The codecs of a text file (text_codec.cpp).
Status text_choose_codec(Thread& thread, TextIOWrapper& self);  // by encoding, errors and newline mode
bool text_can_decode(const TextIOWrapper& self);
bool text_can_encode(const TextIOWrapper& self);
Value text_decode(Thread& thread, TextIOWrapper& self, Value bytes, bool is_final);
Value text_encode(Thread& thread, TextIOWrapper& self, const Str& text);  // a bytes object
struct DecoderState {
  std::string buffer;  // bytes that are still to be decoded
  Value flags;         // an int
};
Result<DecoderState> text_decoder_state(Thread& thread, TextIOWrapper& self);
Status text_set_decoder_state(Thread& thread, TextIOWrapper& self, const DecoderState& state);
Status text_reset_decoder(Thread& thread, TextIOWrapper& self);

// --- open() ---
std::span<const MethodRow> open_function_rows();

Status string_io_write(Thread& thread, StringIO& self, Str& text);
// A TextIOWrapper or StringIO whose write() nobody has overridden.
inline bool is_plain_text_file(Value file) {
  return is_plain(file, ModuleKind::TextIOWrapper) || is_plain(file, ModuleKind::StringIO);
}
inline Status write_plain_text(Thread& thread, Value file, Str& text) {
  if (has_kind(file, ModuleKind::StringIO)) return string_io_write(thread, *file.as<StringIO>(), text);
  return text_write(thread, *file.as<TextIOWrapper>(), text);
}

}  // namespace minipy
