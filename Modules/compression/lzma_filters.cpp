#include "Modules/compression/lzma_filters.h"

#include <cstring>

namespace minipy {

Type* lzma_error;

Status check_lzma(Thread& thread, lzma_ret code) {
  switch (code) {
    case LZMA_OK:
    case LZMA_GET_CHECK:
    case LZMA_NO_CHECK:
    case LZMA_STREAM_END: return nothing;
    case LZMA_UNSUPPORTED_CHECK: return raise(thread, *lzma_error, "Unsupported integrity check");
    case LZMA_MEM_ERROR: return raise_memory_error(thread);
    case LZMA_MEMLIMIT_ERROR: return raise(thread, *lzma_error, "Memory usage limit exceeded");
    case LZMA_FORMAT_ERROR: return raise(thread, *lzma_error, "Input format not supported by decoder");
    case LZMA_OPTIONS_ERROR: return raise(thread, *lzma_error, "Invalid or unsupported options");
    case LZMA_DATA_ERROR: return raise(thread, *lzma_error, "Corrupt input data");
    case LZMA_BUF_ERROR: return raise(thread, *lzma_error, "Insufficient buffer space");
    case LZMA_PROG_ERROR: return raise(thread, *lzma_error, "Internal error");
    default: return raise(thread, *lzma_error, "Unrecognized error from liblzma: {}", static_cast<int>(code));
  }
}

Result<uint64_t> lzma_number(Thread& thread, Value value) {
  if (!is_any_int(value)) return raise(thread, TypeError, "an integer is required");
  if (int_sign(value) < 0) return raise(thread, OverflowError, "can't convert negative int to unsigned");
  const std::optional<uint64_t> number = int_to_uint64(value);
  if (!number) return raise(thread, OverflowError, "int too big to convert");
  return *number;
}
Result<uint32_t> lzma_small_number(Thread& thread, Value value, const char* what) {
  const uint64_t number = TRY(lzma_number(thread, value));
  if (number > UINT32_MAX) return raise(thread, OverflowError, "Value too large for {} type", what);
  return static_cast<uint32_t>(number);
}

namespace {

// A filter's description is any mapping; keys that are not asked for are errors.
struct Description {
  Value mapping;
  size_t known = 1;  // "id"
};

Result<bool> has_key(Thread& thread, Description& description, const char* key) {
  if (!TRY(contains(thread, description.mapping, intern(key)))) return false;
  ++description.known;
  return true;
}
template <typename T>
Status read_option(Thread& thread, Description& description, const char* key, T& option) {
  if (!TRY(has_key(thread, description, key))) return nothing;
  const Value value = TRY(get_item(thread, description.mapping, intern(key)));
  option = static_cast<T>(TRY(lzma_small_number(thread, value, "uint32_t")));
  return nothing;
}

// The kind of error does not matter to who wrote the description: all that goes wrong inside is one ValueError.
Status finish_options(Thread& thread, const Description& description, Status status, const char* what) {
  if (status.failed() || TRY(length(thread, description.mapping)) != description.known) {
    if (has_exception(thread)) take_exception(thread);
    return raise(thread, ValueError, "Invalid filter specifier for {} filter", what);
  }
  return nothing;
}

Status read_lzma_numbers(Thread& thread, Description& description, lzma_options_lzma& options) {
  TRY(read_option(thread, description, "dict_size", options.dict_size));
  TRY(read_option(thread, description, "lc", options.lc));
  TRY(read_option(thread, description, "lp", options.lp));
  TRY(read_option(thread, description, "pb", options.pb));
  TRY(read_option(thread, description, "mode", options.mode));
  TRY(read_option(thread, description, "nice_len", options.nice_len));
  TRY(read_option(thread, description, "mf", options.mf));
  return read_option(thread, description, "depth", options.depth);
}

Status read_lzma_options(Thread& thread, Description& description, lzma_options_lzma& options) {
  uint32_t preset = LZMA_PRESET_DEFAULT;
  TRY(read_option(thread, description, "preset", preset));
  if (lzma_lzma_preset(&options, preset)) return raise(thread, *lzma_error, "Invalid compression preset: {}", preset);
  return finish_options(thread, description, read_lzma_numbers(thread, description, options), "LZMA");
}

}  // namespace

Status read_filter(Thread& thread, Value mapping, lzma_filter& filter, FilterChain::Options& options) {
  if (!is_mapping(mapping)) return raise(thread, TypeError, "Filter specifier must be a dict or dict-like object");
  const Value id = get_item(thread, mapping, intern("id"));
  if (id.is_empty()) {
    if (!catch_exception(thread, KeyError)) return error;
    return raise(thread, ValueError, "Filter specifier must have an \"id\" entry");
  }
  filter.id = TRY(lzma_number(thread, id));
  filter.options = &options;
  std::memset(&options, 0, sizeof options);
  Description description{mapping};
  switch (filter.id) {
    case LZMA_FILTER_LZMA1:
    case LZMA_FILTER_LZMA2: return read_lzma_options(thread, description, options.lzma);
    case LZMA_FILTER_DELTA:
      options.delta.type = LZMA_DELTA_TYPE_BYTE;
      options.delta.dist = 1;
      return finish_options(thread, description, read_option(thread, description, "dist", options.delta.dist), "delta");
    case LZMA_FILTER_X86:
    case LZMA_FILTER_POWERPC:
    case LZMA_FILTER_IA64:
    case LZMA_FILTER_ARM:
    case LZMA_FILTER_ARMTHUMB:
    case LZMA_FILTER_SPARC:
      return finish_options(thread, description, read_option(thread, description, "start_offset", options.bcj.start_offset), "BCJ");
    default: return raise(thread, ValueError, "Invalid filter ID: {}", make_uint(filter.id));
  }
}

Status read_filter_chain(Thread& thread, Value descriptions, FilterChain& chain) {
  if (is_dict(descriptions)) return raise(thread, TypeError, "dict is not a sequence");
  const size_t count = TRY(length(thread, descriptions));
  if (count > LZMA_FILTERS_MAX) {
    return raise(thread, ValueError, "Too many filters - liblzma supports a maximum of {}", static_cast<int>(LZMA_FILTERS_MAX));
  }
  for (size_t i = 0; i < count; ++i) {
    const Value description = TRY(sequence_item(thread, descriptions, static_cast<int64_t>(i)));
    TRY(read_filter(thread, description, chain.filters[i], chain.options[i]));
  }
  chain.filters[count].id = LZMA_VLI_UNKNOWN;
  chain.filters[count].options = nullptr;
  return nothing;
}

Value describe_filter(const lzma_filter& filter) {
  Dict* description = make_dict();
  const auto add = [&](const char* name, uint64_t value) { dict_set_str(*description, name, make_uint(value)); };
  add("id", filter.id);
  switch (filter.id) {
    case LZMA_FILTER_LZMA1: {
      const auto& options = *static_cast<const lzma_options_lzma*>(filter.options);
      add("lc", options.lc);
      add("lp", options.lp);
      add("pb", options.pb);
      add("dict_size", options.dict_size);
      break;
    }
    case LZMA_FILTER_LZMA2: add("dict_size", static_cast<const lzma_options_lzma*>(filter.options)->dict_size); break;
    case LZMA_FILTER_DELTA: add("dist", static_cast<const lzma_options_delta*>(filter.options)->dist); break;
    default:
      if (filter.options) add("start_offset", static_cast<const lzma_options_bcj*>(filter.options)->start_offset);
  }
  return description;
}

}  // namespace minipy
