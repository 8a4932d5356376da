// zlib: compression by the zlib library.
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "Modules/module_support.h"
#include "Modules/native_modules.h"
#include "Objects/gc.h"
#include "Objects/growing_text.h"
#include "Objects/module_kinds.h"

namespace minipy {

namespace {

Type* zlib_error;
constexpr int64_t kDefaultBuffer = 16 * 1024;

// The layout of zlib.Compress and zlib.Decompress.
struct Stream : Object {
  z_stream* stream;  // in malloc memory: zlib keeps its address
  Value dictionary;  // of decompressors: to be set when the stream asks for it; empty if there is none
  Value unused_data, unconsumed_tail;
  bool is_open;    // until flush() has given the last bytes
  bool is_at_end;  // the stream has nothing left to say then, and its memory was given back
};
struct Compressor : Stream {
  static constexpr Kind kKind = ModuleKind::ZlibCompress;
};
struct Decompressor : Stream {
  static constexpr Kind kKind = ModuleKind::ZlibDecompress;
};

Failure raise_zlib(Thread& thread, const z_stream& stream, int code, const char* what) {
  if (code == Z_MEM_ERROR) return raise_memory_error(thread);
  const char* reason = code == Z_VERSION_ERROR ? "library version mismatch" : stream.msg;
  if (!reason) {
    reason = code == Z_BUF_ERROR ? "incomplete or truncated stream"
             : code == Z_STREAM_ERROR ? "inconsistent stream state"
             : code == Z_DATA_ERROR ? "invalid input data" : nullptr;
  }
  if (!reason) return raise(thread, *zlib_error, "Error {} {}", code, what);
  return raise(thread, *zlib_error, "Error {} {}: {}", code, what, reason);
}

// Feeds `input` in pieces that zlib's counters can hold and collects the output, at most `limit` bytes.
template <typename Step>
int pump(z_stream& stream, std::string_view& input, GrowingBytes& output, size_t limit, Step&& step) {
  uint8_t buffer[kDefaultBuffer];
  for (;;) {
    const size_t piece = std::min<size_t>(input.size(), 1u << 30);
    const size_t room = std::min<size_t>(sizeof buffer, limit - output.size());
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream.avail_in = static_cast<uInt>(piece);
    stream.next_out = buffer;
    stream.avail_out = static_cast<uInt>(room);
    const int code = step(piece == input.size());
    input.remove_prefix(piece - stream.avail_in);
    output.append(reinterpret_cast<char*>(buffer), room - stream.avail_out);
    if (output.failed()) return Z_MEM_ERROR;
    if (code == Z_STREAM_END || (code != Z_OK && code != Z_BUF_ERROR)) return code;
    if (output.size() >= limit) return code;
    // Room left: everything was taken and given.
    if (stream.avail_out > 0 && (input.empty() || code == Z_BUF_ERROR)) return code;
  }
}

Result<int> constant_argument(Thread& thread, Value value, int default_value) {
  if (value.is_empty()) return default_value;
  return argument_int(thread, value);
}

// ---- in one go ----

Value compress(Thread& thread, Value data, Value level_value, Value bits_value) {
  const int level = TRY(constant_argument(thread, level_value, Z_DEFAULT_COMPRESSION));
  const int bits = TRY(constant_argument(thread, bits_value, MAX_WBITS));
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  z_stream stream{};
  const int started = deflateInit2(&stream, level, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
  if (started == Z_MEM_ERROR) return raise(thread, MemoryError, "Out of memory while compressing data");
  if (started == Z_STREAM_ERROR) return raise(thread, *zlib_error, "Bad compression level");
  if (started != Z_OK) return raise_zlib(thread, stream, started, "while compressing data");
  GrowingBytes output;
  std::string_view input = lease.view();
  const int code = pump(stream, input, output, SIZE_MAX,
                        [&](bool is_last) { return deflate(&stream, is_last ? Z_FINISH : Z_NO_FLUSH); });
  deflateEnd(&stream);
  if (code != Z_STREAM_END) return raise_zlib(thread, stream, code, "while compressing data");
  return bytes_result(thread, output);
}

Value decompress(Thread& thread, Value data, Value bits_value, Value size_value) {
  const int bits = TRY(constant_argument(thread, bits_value, MAX_WBITS));
  const int64_t size = size_value.is_empty() ? kDefaultBuffer : TRY(argument_int64(thread, size_value));
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  if (size < 0) return raise(thread, ValueError, "bufsize must be non-negative");
  z_stream stream{};
  const int started = inflateInit2(&stream, bits);
  if (started == Z_MEM_ERROR) return raise(thread, MemoryError, "Out of memory while decompressing data");
  if (started != Z_OK) return raise_zlib(thread, stream, started, "while preparing to decompress data");
  GrowingBytes output;
  std::string_view input = lease.view();
  const int code = pump(stream, input, output, SIZE_MAX, [&](bool) { return inflate(&stream, Z_SYNC_FLUSH); });
  Value result;
  if (code == Z_STREAM_END) {
    result = bytes_result(thread, output);
  } else {
    raise_zlib(thread, stream, code == Z_OK ? Z_BUF_ERROR : code, "while decompressing data");
  }
  inflateEnd(&stream);
  return result;
}

// ---- compressor objects ----

template <typename T>
T* new_stream() {
  auto* made = allocate_finalizable<T>();
  made->stream = static_cast<z_stream*>(std::calloc(1, sizeof(z_stream)));
  made->unused_data = made->unconsumed_tail = empty_bytes();
  return made;
}

void close_stream(Stream& self) {
  if (self.is_open) self.kind == ModuleKind::ZlibCompress ? deflateEnd(self.stream) : inflateEnd(self.stream);
  std::free(self.stream);
  self.stream = nullptr;
  self.is_open = false;
}
void finalize(Thread&, Value self) { close_stream(*self.as<Stream>()); }

Value compressobj(Thread& thread, Value level_value, Value method_value, Value bits_value, Value memory_value,
                  Value strategy_value, Value dictionary) {
  const int level = TRY(constant_argument(thread, level_value, Z_DEFAULT_COMPRESSION));
  const int method = TRY(constant_argument(thread, method_value, Z_DEFLATED));
  const int bits = TRY(constant_argument(thread, bits_value, MAX_WBITS));
  const int memory = TRY(constant_argument(thread, memory_value, 8));
  const int strategy = TRY(constant_argument(thread, strategy_value, Z_DEFAULT_STRATEGY));
  BufferLease lease(thread);
  if (!dictionary.is_none()) TRY(lease.acquire(dictionary));
  auto* made = new_stream<Compressor>();
  const int started = deflateInit2(made->stream, level, method, bits, memory, strategy);
  if (started == Z_MEM_ERROR) return raise(thread, MemoryError, "Can't allocate memory for compression object");
  if (started == Z_STREAM_ERROR) return raise(thread, ValueError, "Invalid initialization option");
  if (started != Z_OK) return raise_zlib(thread, *made->stream, started, "while creating compression object");
  made->is_open = true;
  if (!dictionary.is_none()) {
    const int code = deflateSetDictionary(made->stream, lease.data(), static_cast<uInt>(lease.size()));
    if (code == Z_STREAM_ERROR) return raise(thread, ValueError, "Invalid dictionary");
    if (code != Z_OK) return raise(thread, ValueError, "deflateSetDictionary()");
  }
  return made;
}

Value compressor_compress(Thread& thread, Compressor& self, Value data) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  GrowingBytes output;
  std::string_view input = lease.view();
  const int code = self.is_open ? pump(*self.stream, input, output, SIZE_MAX,
                                       [&](bool) { return deflate(self.stream, Z_NO_FLUSH); })
                                : Z_STREAM_ERROR;
  if (code == Z_STREAM_ERROR || code == Z_MEM_ERROR) {
    return raise_zlib(thread, *self.stream, code, "while compressing data");
  }
  return bytes_result(thread, output);
}

Value compressor_flush(Thread& thread, Compressor& self, Value mode_value) {
  const int mode = TRY(constant_argument(thread, mode_value, Z_FINISH));
  if (mode == Z_NO_FLUSH) return empty_bytes();
  GrowingBytes output;
  std::string_view input;
  const int code = self.is_open ? pump(*self.stream, input, output, SIZE_MAX, [&](bool) { return deflate(self.stream, mode); })
                                : Z_STREAM_ERROR;
  if (code == Z_STREAM_END && mode == Z_FINISH) {
    const int ended = deflateEnd(self.stream);
    self.is_open = false;
    if (ended != Z_OK) return raise_zlib(thread, *self.stream, ended, "while finishing compression");
  } else if (code != Z_OK && code != Z_BUF_ERROR && code != Z_STREAM_END) {
    return raise_zlib(thread, *self.stream, code, "while flushing");
  }
  return bytes_result(thread, output);
}

template <typename T, auto copy_function>
Value copy_stream(Thread& thread, T& self) {
  if (!self.is_open) return raise(thread, ValueError, "Inconsistent stream state");
  auto* made = new_stream<T>();
  const int code = self.is_at_end ? Z_OK : copy_function(made->stream, self.stream);
  if (code == Z_STREAM_ERROR) return raise(thread, ValueError, "Inconsistent stream state");
  if (code == Z_MEM_ERROR) return raise(thread, MemoryError, "Can't allocate memory for compression object");
  if (code != Z_OK) return raise_zlib(thread, *self.stream, code, "while copying compression object");
  made->is_open = true;
  made->dictionary = self.dictionary;
  made->unused_data = self.unused_data;
  made->unconsumed_tail = self.unconsumed_tail;
  made->is_at_end = self.is_at_end;
  return made;
}
template <typename T, auto copy_function>
Value deepcopy_stream(Thread& thread, T& self, Value) {
  return copy_stream<T, copy_function>(thread, self);
}

const MethodRow compressor_methods[] = {
    method<copy_stream<Compressor, deflateCopy>>("__copy__($self, /)", "A copy of the compressor."),
    method<deepcopy_stream<Compressor, deflateCopy>>("__deepcopy__($self, memo, /)", "A copy of the compressor."),
    method<compressor_compress>("compress($self, data, /)", "Compressed data for some of the input; the rest is kept inside."),
    method<copy_stream<Compressor, deflateCopy>>("copy($self, /)", "A copy of the compressor."),
    method<compressor_flush>("flush($self, mode=zlib.Z_FINISH, /)", "Compressed data for all that is still inside."),
};

// ---- decompressor objects ----

Status set_inflate_dictionary(Thread& thread, Decompressor& self) {
  BufferLease lease(thread);
  TRY(lease.acquire(self.dictionary));
  const int code = inflateSetDictionary(self.stream, lease.data(), static_cast<uInt>(lease.size()));
  if (code != Z_OK) return raise_zlib(thread, *self.stream, code, "while setting zdict");
  return nothing;
}

Value decompressobj(Thread& thread, Value bits_value, Value dictionary) {
  const int bits = TRY(constant_argument(thread, bits_value, MAX_WBITS));
  const bool has_dictionary = !dictionary.is_empty() && !(is_bytes(dictionary) && dictionary.as<Bytes>()->size == 0);
  if (has_dictionary && !supports_buffer(dictionary)) {
    return raise(thread, TypeError, "zdict argument must support the buffer protocol");
  }
  auto* made = new_stream<Decompressor>();
  const int started = inflateInit2(made->stream, bits);
  if (started == Z_STREAM_ERROR) return raise(thread, ValueError, "Invalid initialization option");
  if (started == Z_MEM_ERROR) return raise(thread, MemoryError, "Can't allocate memory for decompression object");
  if (started != Z_OK) return raise_zlib(thread, *made->stream, started, "while creating decompression object");
  made->is_open = true;
  if (has_dictionary) {
    made->dictionary = dictionary;
    if (bits < 0) TRY(set_inflate_dictionary(thread, *made));  // raw data never asks for it
  }
  return made;
}

// Runs inflate(); gives the dictionary when it is asked for.
Result<int> inflate_some(Thread& thread, Decompressor& self, std::string_view& input, GrowingBytes& output, size_t limit) {
  for (;;) {
    const int code = pump(*self.stream, input, output, limit, [&](bool) { return inflate(self.stream, Z_SYNC_FLUSH); });
    if (code != Z_NEED_DICT || self.dictionary.is_empty()) return code;
    TRY(set_inflate_dictionary(thread, self));
  }
}

// What is left of the input: behind the end of the stream, or not taken for want of room. An unconsumed_tail that
// was there before the end keeps what is behind the end as well.
Status keep_input(Thread& thread, Decompressor& self, int code, std::string_view left) {
  if (code == Z_STREAM_END) {
    GrowingBytes all;
    all += self.unused_data.as<Bytes>()->view();
    all += left;
    self.unused_data = TRY(bytes_result(thread, all));
    if (self.unconsumed_tail.as<Bytes>()->size == 0) left = {};
    inflateEnd(self.stream);  // now, not by the finaliser: 40 KB of malloc memory that the collector does not see
    self.is_at_end = true;
  }
  self.unconsumed_tail = TRY(bytes_result(thread, left));
  return nothing;
}

Value decompressor_decompress(Thread& thread, Decompressor& self, Value data, int64_t limit) {
  if (limit < 0) return raise(thread, ValueError, "max_length must be non-negative");
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  GrowingBytes output;
  std::string_view input = lease.view();
  if (!self.is_open) {
    TRY(keep_input(thread, self, Z_STREAM_ERROR, input));
    return raise_zlib(thread, *self.stream, Z_STREAM_ERROR, "while decompressing data");
  }
  if (self.is_at_end) {
    TRY(keep_input(thread, self, Z_STREAM_END, input));
    return empty_bytes();
  }
  const int code = TRY(inflate_some(thread, self, input, output, limit ? static_cast<size_t>(limit) : SIZE_MAX));
  TRY(keep_input(thread, self, code, input));
  if (code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END) return bytes_result(thread, output);
  return raise_zlib(thread, *self.stream, code, "while decompressing data");
}

Value decompressor_flush(Thread& thread, Decompressor& self, Value length_value) {
  const int64_t length = length_value.is_empty() ? kDefaultBuffer : TRY(argument_int64(thread, length_value));
  if (length <= 0) return raise(thread, ValueError, "length must be greater than zero");
  if (!self.is_open) return empty_bytes();
  BufferLease lease(thread);
  TRY(lease.acquire(self.unconsumed_tail));
  GrowingBytes output;
  std::string_view input = lease.view();
  const int code = self.is_at_end ? Z_STREAM_END : TRY(inflate_some(thread, self, input, output, SIZE_MAX));
  // Errors were told by decompress(): flush() gives what there is.
  TRY(keep_input(thread, self, code, input));
  if (self.is_at_end) self.is_open = false;
  return bytes_result(thread, output);
}

Value unused_data(Decompressor& self) { return self.unused_data; }
Value unconsumed_tail(Decompressor& self) { return self.unconsumed_tail; }
bool eof(Decompressor& self) { return self.is_at_end; }

const MethodRow decompressor_methods[] = {
    method<copy_stream<Decompressor, inflateCopy>>("__copy__($self, /)", "A copy of the decompressor."),
    method<deepcopy_stream<Decompressor, inflateCopy>>("__deepcopy__($self, memo, /)", "A copy of the decompressor."),
    method<copy_stream<Decompressor, inflateCopy>>("copy($self, /)", "A copy of the decompressor."),
    method<decompressor_decompress>("decompress($self, data, /, max_length=0)", "What data stands for, at most max_length bytes if that is given; unconsumed_tail keeps the rest."),
    method<decompressor_flush>("flush($self, length=zlib.DEF_BUF_SIZE, /)", "All that is still to come."),
    member<eof>("eof", "Whether the end of the stream was reached."),
    member<unconsumed_tail>("unconsumed_tail", "Input that was not taken because of max_length."),
    member<unused_data>("unused_data", "What followed the end of the stream."),
};

// ---- checksums ----

template <auto checksum, uint32_t initial>
Value checksum_function(Thread& thread, Value data, Value start) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  const uint32_t old = start.is_empty() ? initial : TRY(argument_uint32_wrapped(thread, start));
  return make_int(static_cast<int64_t>(checksum(old, lease.data(), lease.size())));
}

const MethodRow functions[] = {
    function<checksum_function<adler32_z, 1>>("adler32($module, data, value=1, /)", "The Adler-32 checksum of data, continued from value."),
    function<compress>("compress($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)", "The data compressed."),
    function<compressobj>("compressobj($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=None)", "An object that compresses piece by piece."),
    function<checksum_function<crc32_z, 0>>("crc32($module, data, value=0, /)", "The CRC-32 of data, continued from value."),
    function<decompress>("decompress($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)", "What compressed data stands for."),
    function<decompressobj>("decompressobj($module, /, wbits=MAX_WBITS, zdict=b'')", "An object that decompresses piece by piece."),
};

struct Constant {
  const char* name;
  int value;
};
const Constant constants[] = {
    {"DEFLATED", Z_DEFLATED}, {"DEF_BUF_SIZE", kDefaultBuffer}, {"DEF_MEM_LEVEL", 8}, {"MAX_WBITS", MAX_WBITS},
    {"Z_BEST_COMPRESSION", Z_BEST_COMPRESSION}, {"Z_BEST_SPEED", Z_BEST_SPEED}, {"Z_BLOCK", Z_BLOCK},
    {"Z_DEFAULT_COMPRESSION", Z_DEFAULT_COMPRESSION}, {"Z_DEFAULT_STRATEGY", Z_DEFAULT_STRATEGY},
    {"Z_FILTERED", Z_FILTERED}, {"Z_FINISH", Z_FINISH}, {"Z_FIXED", Z_FIXED}, {"Z_FULL_FLUSH", Z_FULL_FLUSH},
    {"Z_HUFFMAN_ONLY", Z_HUFFMAN_ONLY}, {"Z_NO_COMPRESSION", Z_NO_COMPRESSION}, {"Z_NO_FLUSH", Z_NO_FLUSH},
    {"Z_PARTIAL_FLUSH", Z_PARTIAL_FLUSH}, {"Z_RLE", Z_RLE}, {"Z_SYNC_FLUSH", Z_SYNC_FLUSH}, {"Z_TREES", Z_TREES},
};

void define_stream(Kind kind, std::span<const MethodRow> methods) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Stream);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable | Type::kReleasesResource;
  spec.slots.finalize = finalize;
  spec.methods = methods;
  define_type(kind, spec);
}

Status initialize(Thread& thread, Module& module) {
  define_stream(ModuleKind::ZlibCompress, compressor_methods);
  define_stream(ModuleKind::ZlibDecompress, decompressor_methods);
  zlib_error = TRY(add_exception(thread, module, "zlib", "error", Exception));
  for (const Constant& constant : constants) module_add(module, constant.name, Value::from_int(constant.value));
  module_add(module, "ZLIB_VERSION", make_str(ZLIB_VERSION));
  module_add(module, "ZLIB_RUNTIME_VERSION", make_str(zlibVersion()));
  module_add(module, "__version__", make_str("1.0"));
  return nothing;
}

}  // namespace

extern const ModuleSpec zlib_module = {"zlib", "Compression in the formats of the zlib library (RFC 1950 to 1952).", functions,
                                initialize};

}  // namespace minipy
