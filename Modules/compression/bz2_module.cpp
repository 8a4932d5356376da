// _bz2: compression by the bzip2 library.
#include <bzlib.h>

#include <cstdlib>

#include "Modules/compression/decompressor.h"
#include "Modules/native_modules.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

struct Compressor : Object {
  static constexpr Kind kKind = ModuleKind::Bz2Compressor;
  bz_stream* stream;
  bool is_flushed;
};
struct Decompressor : DecompressorBase {
  static constexpr Kind kKind = ModuleKind::Bz2Decompressor;
  static constexpr const char* kAtEnd = "End of stream already reached";
  bool has_failed;  // the library's stream is in no state to go on then
};

Failure raise_bz2(Thread& thread, int code) {
  switch (code) {
    case BZ_PARAM_ERROR: return raise(thread, ValueError, "Internal error - invalid parameters passed to libbzip2");
    case BZ_MEM_ERROR: return raise_memory_error(thread);
    case BZ_DATA_ERROR:
    case BZ_DATA_ERROR_MAGIC: return raise(thread, OSError, "Invalid data stream");
    case BZ_IO_ERROR: return raise(thread, OSError, "Unknown I/O error");
    case BZ_UNEXPECTED_EOF:
      return raise(thread, EOFError, "Compressed file ended before the logical end-of-stream was detected");
    case BZ_SEQUENCE_ERROR: return raise(thread, RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2");
    default: return raise(thread, OSError, "Unrecognized error from libbzip2: {}", code);
  }
}

// nullptr if there is no memory.
bz_stream* new_stream() { return static_cast<bz_stream*>(std::calloc(1, sizeof(bz_stream))); }
void close_stream(Compressor& self) {
  if (self.stream) BZ2_bzCompressEnd(self.stream);
  std::free(self.stream);
  self.stream = nullptr;
}
void close_stream(Decompressor& self) {
  if (self.stream) BZ2_bzDecompressEnd(static_cast<bz_stream*>(self.stream));
  std::free(self.stream);
  self.stream = nullptr;
}

// ---- compressing ----

Value make_compressor(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "BZ2Compressor", keyword_names));
  TRY(check_positional(thread, "BZ2Compressor", count, 0, 1));
  const int level = count > 0 ? TRY(argument_int(thread, arguments[0])) : 9;
  if (level < 1 || level > 9) return raise(thread, ValueError, "compresslevel must be between 1 and 9");
  auto* made = allocate_finalizable<Compressor>();
  bz_stream* stream = new_stream();
  const int code = BZ2_bzCompressInit(stream, level, 0, 0);
  if (code != BZ_OK) {
    std::free(stream);
    return raise_bz2(thread, code);
  }
  made->stream = stream;
  return made;
}

void finalize_compressor(Thread&, Value self) { close_stream(*self.as<Compressor>()); }

Value run_compressor(Thread& thread, Compressor& self, std::string_view input, int action) {
  GrowingBytes output;
  bz_stream& stream = *self.stream;
  do {
    const size_t piece = std::min<size_t>(input.size(), 1u << 30);
    stream.next_in = const_cast<char*>(input.data());
    stream.avail_in = static_cast<unsigned>(piece);
    for (;;) {
      if (action == BZ_RUN && stream.avail_in == 0) break;
      char buffer[kCompressionStep];
      stream.next_out = buffer;
      stream.avail_out = sizeof buffer;
      const int code = BZ2_bzCompress(&stream, action);
      output.append(buffer, sizeof buffer - stream.avail_out);
      if (code == BZ_STREAM_END) break;
      if (code < 0) return raise_bz2(thread, code);
    }
    input.remove_prefix(piece);
  } while (!input.empty());
  return bytes_result(thread, output);
}

Value compress(Thread& thread, Compressor& self, Value data) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  if (self.is_flushed) return raise(thread, ValueError, "Compressor has been flushed");
  return run_compressor(thread, self, lease.view(), BZ_RUN);
}
Value flush(Thread& thread, Compressor& self) {
  if (self.is_flushed) return raise(thread, ValueError, "Repeated call to flush()");
  self.is_flushed = true;
  const Value last = run_compressor(thread, self, {}, BZ_FINISH);
  close_stream(self);
  return last;
}

const MethodRow compressor_methods[] = {
    method<compress>("compress($self, data, /)", "Compressed data for some of the input; the rest is kept inside."),
    method<flush>("flush($self, /)", "Compressed data for all that is still inside; the compressor is done then."),
};

// ---- decompressing ----

Value make_decompressor(Thread& thread, Type&, const Value*, size_t count, Value keyword_names) {
  if (count > 0) return raise(thread, TypeError, "BZ2Decompressor() takes no positional arguments");
  TRY(check_no_keywords(thread, "BZ2Decompressor", keyword_names));
  auto* made = allocate_finalizable<Decompressor>();
  bz_stream* stream = new_stream();
  const int code = BZ2_bzDecompressInit(stream, 0, 0);
  if (code != BZ_OK) {
    std::free(stream);
    return raise_bz2(thread, code);
  }
  made->stream = stream;
  made->unused_data = made->waiting = empty_bytes();
  made->needs_input = true;
  return made;
}

void finalize_decompressor(Thread&, Value self) { close_stream(*self.as<Decompressor>()); }

Value decompress(Thread& thread, Decompressor& self, Value data, int64_t max_length) {
  if (self.has_failed) return raise(thread, ValueError, "Decompressor is unusable after a previous error");
  return decompress_with(thread, self, data, max_length,
                         [&](const char*& next_in, size_t& avail_in, char* out, size_t& room) -> Result<bool> {
    bz_stream& stream = *static_cast<bz_stream*>(self.stream);
    const size_t piece = std::min<size_t>(avail_in, 1u << 30);
    stream.next_in = const_cast<char*>(next_in);
    stream.avail_in = static_cast<unsigned>(piece);
    stream.next_out = out;
    stream.avail_out = static_cast<unsigned>(room);
    const int code = BZ2_bzDecompress(&stream);
    next_in += piece - stream.avail_in;
    avail_in -= piece - stream.avail_in;
    room = stream.avail_out;
    if (code >= 0) return code == BZ_STREAM_END;
    self.has_failed = true;
    self.needs_input = false;
    return raise_bz2(thread, code);
  });
}

const MethodRow decompressor_methods[] = {
    method<decompress>("decompress($self, /, data, max_length=-1)",
                       "What data stands for; at most max_length bytes if that is not negative. The rest waits for the next call."),
    DECOMPRESSOR_MEMBERS,
};

Status initialize(Thread&, Module& module) {
  TypeSpec spec;
  spec.doc = "BZ2Compressor(compresslevel=9, /)\n--\n\nCompresses piece by piece; compresslevel is 1 to 9.";
  spec.instance_bytes = sizeof(Compressor);
  spec.flags = Type::kImmutable | Type::kReleasesResource;
  spec.slots.make = make_compressor;
  spec.slots.finalize = finalize_compressor;
  spec.methods = compressor_methods;
  module_add_type(module, define_type(ModuleKind::Bz2Compressor, spec));
  spec.doc = "BZ2Decompressor()\n--\n\nDecompresses piece by piece.";
  spec.instance_bytes = sizeof(Decompressor);
  spec.slots.make = make_decompressor;
  spec.slots.finalize = finalize_decompressor;
  spec.methods = decompressor_methods;
  module_add_type(module, define_type(ModuleKind::Bz2Decompressor, spec));
  return nothing;
}

}  // namespace

extern const ModuleSpec bz2_module = {"_bz2", nullptr, {}, initialize};

}  // namespace minipy
