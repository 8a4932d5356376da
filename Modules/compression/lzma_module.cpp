// _lzma: compression by liblzma.
#include <lzma.h>

#include <cstdlib>

#include "Modules/compression/decompressor.h"
#include "Modules/compression/lzma_filters.h"
#include "Modules/native_modules.h"
#include "Objects/growing_text.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

enum Format { kAuto, kXz, kAlone, kRaw };

struct Compressor : Object {
  static constexpr Kind kKind = ModuleKind::LzmaCompressor;
  lzma_stream* stream;
  bool is_flushed;
};
struct Decompressor : DecompressorBase {
  static constexpr Kind kKind = ModuleKind::LzmaDecompressor;
  static constexpr const char* kAtEnd = "Already at end of stream";
  int64_t check;  // CHECK_UNKNOWN until the header was read
};
constexpr int kUnknownCheck = LZMA_CHECK_ID_MAX + 1;

lzma_stream* new_stream() { return static_cast<lzma_stream*>(std::calloc(1, sizeof(lzma_stream))); }
void close_stream(Compressor& self) {
  if (self.stream) lzma_end(self.stream);
  std::free(self.stream);
  self.stream = nullptr;
}
void close_stream(Decompressor& self) {
  if (self.stream) lzma_end(static_cast<lzma_stream*>(self.stream));
  std::free(self.stream);
  self.stream = nullptr;
}

// Other numbers do not fit the library's type.
bool is_check(int number) { return number >= 0 && number <= LZMA_CHECK_ID_MAX; }

// ---- compressing ----

Status start_xz(Thread& thread, lzma_stream* stream, int check, uint32_t preset, Value filters) {
  if (check == -1) check = LZMA_CHECK_CRC64;
  if (!is_check(check)) return check_lzma(thread, LZMA_PROG_ERROR);
  const auto wanted = static_cast<lzma_check>(check);
  if (filters.is_none()) return check_lzma(thread, lzma_easy_encoder(stream, preset, wanted));
  FilterChain chain;
  TRY(read_filter_chain(thread, filters, chain));
  return check_lzma(thread, lzma_stream_encoder(stream, chain.filters, wanted));
}

Status start_alone(Thread& thread, lzma_stream* stream, uint32_t preset, Value filters) {
  if (filters.is_none()) {
    lzma_options_lzma options;
    if (lzma_lzma_preset(&options, preset)) return raise(thread, *lzma_error, "Invalid compression preset: {}", preset);
    return check_lzma(thread, lzma_alone_encoder(stream, &options));
  }
  FilterChain chain;
  TRY(read_filter_chain(thread, filters, chain));
  if (chain.filters[0].id != LZMA_FILTER_LZMA1 || chain.filters[1].id != LZMA_VLI_UNKNOWN) {
    return raise(thread, ValueError, "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter");
  }
  return check_lzma(thread, lzma_alone_encoder(stream, static_cast<lzma_options_lzma*>(chain.filters[0].options)));
}

Status start_raw_encoder(Thread& thread, lzma_stream* stream, Value filters) {
  if (filters.is_none()) return raise(thread, ValueError, "Must specify filters for FORMAT_RAW");
  FilterChain chain;
  TRY(read_filter_chain(thread, filters, chain));
  return check_lzma(thread, lzma_raw_encoder(stream, chain.filters));
}

Status start_encoder(Thread& thread, lzma_stream* stream, int format, int check, uint32_t preset, Value filters) {
  switch (format) {
    case kXz: return start_xz(thread, stream, check, preset, filters);
    case kAlone: return start_alone(thread, stream, preset, filters);
    case kRaw: return start_raw_encoder(thread, stream, filters);
    default: return raise(thread, ValueError, "Invalid container format: {}", format);
  }
}

const MethodRow compressor_row = constructor("LZMACompressor(format=1, check=-1, preset=None, filters=None)");

Value make_compressor(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  Value values[4];
  TRY(bind(thread, compressor_row, arguments, count, keyword_names, values));
  const int format = TRY(argument_int(thread, values[0])), check = TRY(argument_int(thread, values[1]));
  const Value preset_value = values[2], filters = values[3];
  if (!preset_value.is_none() && !filters.is_none()) {
    return raise(thread, ValueError, "Cannot specify both preset and filter chain");
  }
  const uint32_t preset = preset_value.is_none() ? LZMA_PRESET_DEFAULT : TRY(lzma_small_number(thread, preset_value, "uint32_t"));
  if (format != kXz && check != -1 && check != LZMA_CHECK_NONE) {
    return raise(thread, ValueError, "Integrity checks are only supported by FORMAT_XZ");
  }
  auto* made = allocate_finalizable<Compressor>();
  made->stream = new_stream();
  TRY(start_encoder(thread, made->stream, format, check, preset, filters));
  return made;
}

void finalize_compressor(Thread&, Value self) { close_stream(*self.as<Compressor>()); }

Value run_compressor(Thread& thread, Compressor& self, std::string_view input, lzma_action action) {
  GrowingBytes output;
  lzma_stream& stream = *self.stream;
  stream.next_in = reinterpret_cast<const uint8_t*>(input.data());
  stream.avail_in = input.size();
  for (;;) {
    uint8_t buffer[kCompressionStep];
    stream.next_out = buffer;
    stream.avail_out = sizeof buffer;
    lzma_ret code = lzma_code(&stream, action);
    if (code == LZMA_BUF_ERROR && input.empty() && stream.avail_out > 0) code = LZMA_OK;  // nothing to do is no error
    TRY(check_lzma(thread, code));
    output.append(reinterpret_cast<char*>(buffer), sizeof buffer - stream.avail_out);
    if (action == LZMA_RUN ? stream.avail_in == 0 && stream.avail_out > 0 : code == LZMA_STREAM_END) break;
  }
  return bytes_result(thread, output);
}

Value compress(Thread& thread, Compressor& self, Value data) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  if (self.is_flushed) return raise(thread, ValueError, "Compressor has been flushed");
  return run_compressor(thread, self, lease.view(), LZMA_RUN);
}
Value flush(Thread& thread, Compressor& self) {
  if (self.is_flushed) return raise(thread, ValueError, "Repeated call to flush()");
  self.is_flushed = true;
  const Value last = run_compressor(thread, self, {}, LZMA_FINISH);
  close_stream(self);
  return last;
}

const MethodRow compressor_methods[] = {
    method<compress>("compress($self, data, /)", "Compressed data for some of the input; the rest is kept inside."),
    method<flush>("flush($self, /)", "Compressed data for all that is still inside; the compressor is done then."),
};

// ---- decompressing ----

const MethodRow decompressor_row = constructor("LZMADecompressor(format=0, memlimit=None, filters=None)");

Status start_decoder(Thread& thread, Decompressor& self, int format, uint64_t limit, Value filters) {
  constexpr uint32_t flags = LZMA_TELL_ANY_CHECK | LZMA_TELL_NO_CHECK;
  auto* stream = static_cast<lzma_stream*>(self.stream);
  switch (format) {
    case kAuto: return check_lzma(thread, lzma_auto_decoder(stream, limit, flags));
    case kXz: return check_lzma(thread, lzma_stream_decoder(stream, limit, flags));
    case kAlone:
      self.check = LZMA_CHECK_NONE;
      return check_lzma(thread, lzma_alone_decoder(stream, limit));
    case kRaw: {
      self.check = LZMA_CHECK_NONE;
      FilterChain chain;
      TRY(read_filter_chain(thread, filters, chain));
      return check_lzma(thread, lzma_raw_decoder(stream, chain.filters));
    }
    default: return raise(thread, ValueError, "Invalid container format: {}", format);
  }
}

Value make_decompressor(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  Value values[3];
  TRY(bind(thread, decompressor_row, arguments, count, keyword_names, values));
  const int format = TRY(argument_int(thread, values[0]));
  uint64_t limit = UINT64_MAX;
  if (!values[1].is_none()) {
    if (format == kRaw) return raise(thread, ValueError, "Cannot specify memory limit with FORMAT_RAW");
    limit = TRY(lzma_number(thread, values[1]));
  }
  const Value filters = values[2];
  if (format == kRaw && filters.is_none()) return raise(thread, ValueError, "Must specify filters for FORMAT_RAW");
  if (format != kRaw && !filters.is_none()) return raise(thread, ValueError, "Cannot specify filters except with FORMAT_RAW");
  auto* made = allocate_finalizable<Decompressor>();
  made->stream = new_stream();
  made->unused_data = made->waiting = empty_bytes();
  made->needs_input = true;
  made->check = kUnknownCheck;
  TRY(start_decoder(thread, *made, format, limit, filters));
  return made;
}

void finalize_decompressor(Thread&, Value self) { close_stream(*self.as<Decompressor>()); }

Value decompress(Thread& thread, Decompressor& self, Value data, int64_t max_length) {
  return decompress_with(thread, self, data, max_length,
                         [&](const char*& next_in, size_t& avail_in, char* out, size_t& room) -> Result<bool> {
    lzma_stream& stream = *static_cast<lzma_stream*>(self.stream);
    stream.next_in = reinterpret_cast<const uint8_t*>(next_in);
    stream.avail_in = avail_in;
    stream.next_out = reinterpret_cast<uint8_t*>(out);
    stream.avail_out = room;
    lzma_ret code = lzma_code(&stream, LZMA_RUN);
    if (code == LZMA_BUF_ERROR && stream.avail_in == 0 && stream.avail_out > 0) code = LZMA_OK;
    if (code == LZMA_GET_CHECK || code == LZMA_NO_CHECK) self.check = lzma_get_check(&stream);
    next_in = reinterpret_cast<const char*>(stream.next_in);
    avail_in = stream.avail_in;
    room = stream.avail_out;
    TRY(check_lzma(thread, code));
    return code == LZMA_STREAM_END;
  });
}
int64_t check_of(Decompressor& self) { return self.check; }

const MethodRow decompressor_methods[] = {
    method<decompress>("decompress($self, /, data, max_length=-1)",
                       "What data stands for; at most max_length bytes if that is not negative. The rest waits for the next call."),
    member<check_of>("check", "The id of the stream's integrity check."),
    DECOMPRESSOR_MEMBERS,
};

// ---- functions ----

bool is_check_supported(int check) {
  return is_check(check) && lzma_check_is_supported(static_cast<lzma_check>(check));
}

Value encode_properties(Thread& thread, Value description) {
  lzma_filter filter;
  FilterChain::Options options;
  TRY(read_filter(thread, description, filter, options));
  uint32_t size;
  TRY(check_lzma(thread, lzma_properties_size(&size, &filter)));
  Bytes* encoded = allocate_bytes(size);
  TRY(check_lzma(thread, lzma_properties_encode(&filter, encoded->data())));
  return encoded;
}

Value decode_properties(Thread& thread, Value id, Value encoded) {
  lzma_filter filter;
  filter.id = TRY(lzma_number(thread, id));
  BufferLease lease(thread);
  TRY(lease.acquire(encoded));
  filter.options = nullptr;
  TRY(check_lzma(thread, lzma_properties_decode(&filter, nullptr, lease.data(), lease.size())));
  const Value description = describe_filter(filter);
  std::free(filter.options);
  return description;
}

const MethodRow functions[] = {
    function<decode_properties>("_decode_filter_properties($module, filter_id, encoded_props, /)", "The description of a filter whose properties were encoded (its id is not among them)."),
    function<encode_properties>("_encode_filter_properties($module, filter, /)", "The properties of a filter as bytes, without its id."),
    function<is_check_supported>("is_check_supported($module, check_id, /)", "Whether the library knows that integrity check."),
};

struct Constant {
  const char* name;
  int64_t value;
};
const Constant constants[] = {
    {"FORMAT_AUTO", kAuto}, {"FORMAT_XZ", kXz}, {"FORMAT_ALONE", kAlone}, {"FORMAT_RAW", kRaw},
    {"CHECK_NONE", LZMA_CHECK_NONE}, {"CHECK_CRC32", LZMA_CHECK_CRC32}, {"CHECK_CRC64", LZMA_CHECK_CRC64},
    {"CHECK_SHA256", LZMA_CHECK_SHA256}, {"CHECK_ID_MAX", LZMA_CHECK_ID_MAX}, {"CHECK_UNKNOWN", kUnknownCheck},
    {"FILTER_LZMA1", LZMA_FILTER_LZMA1}, {"FILTER_LZMA2", LZMA_FILTER_LZMA2}, {"FILTER_DELTA", LZMA_FILTER_DELTA},
    {"FILTER_X86", LZMA_FILTER_X86}, {"FILTER_IA64", LZMA_FILTER_IA64}, {"FILTER_ARM", LZMA_FILTER_ARM},
    {"FILTER_ARMTHUMB", LZMA_FILTER_ARMTHUMB}, {"FILTER_SPARC", LZMA_FILTER_SPARC}, {"FILTER_POWERPC", LZMA_FILTER_POWERPC},
    {"MF_HC3", LZMA_MF_HC3}, {"MF_HC4", LZMA_MF_HC4}, {"MF_BT2", LZMA_MF_BT2}, {"MF_BT3", LZMA_MF_BT3}, {"MF_BT4", LZMA_MF_BT4},
    {"MODE_FAST", LZMA_MODE_FAST}, {"MODE_NORMAL", LZMA_MODE_NORMAL}, {"PRESET_DEFAULT", LZMA_PRESET_DEFAULT},
    {"PRESET_EXTREME", LZMA_PRESET_EXTREME},
};

Status initialize(Thread& thread, Module& module) {
  lzma_error = TRY(add_exception(thread, module, "_lzma", "LZMAError", Exception, "liblzma reported a failure."));
  TypeSpec spec;
  spec.doc = "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\nCompresses piece by piece.";
  spec.instance_bytes = sizeof(Compressor);
  spec.flags = Type::kImmutable | Type::kReleasesResource;
  spec.slots.make = make_compressor;
  spec.slots.finalize = finalize_compressor;
  spec.methods = compressor_methods;
  module_add_type(module, define_type(ModuleKind::LzmaCompressor, spec));
  spec.doc = "LZMADecompressor(format=FORMAT_AUTO, memlimit=None, filters=None)\n--\n\nDecompresses piece by piece.";
  spec.instance_bytes = sizeof(Decompressor);
  spec.slots.make = make_decompressor;
  spec.slots.finalize = finalize_decompressor;
  spec.methods = decompressor_methods;
  module_add_type(module, define_type(ModuleKind::LzmaDecompressor, spec));
  for (const Constant& constant : constants) module_add(module, constant.name, make_int(constant.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec lzma_module = {"_lzma", nullptr, functions, initialize};

}  // namespace minipy
